from django.conf import settings
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0003_name_order'),
        ('programmes', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        OperationGroup([
            migrations.RemoveConstraint(
                model_name='invitation',
                name='invitation_into_one',
            ),
            migrations.RemoveConstraint(
                model_name='invitation',
                name='invitation_role_known',
            ),
            migrations.AlterField(
                model_name='invitation',
                name='role',
                field=models.CharField(choices=[('ambassador', 'ambassador'), ('relay', 'relay'), ('pilot', 'pilot'), ('resident', 'resident'), ('coordinator', 'coordinator'), ('elected', 'elected official'), ('direction', 'direction'), ('admin', 'admin of the authority'), ('lab_admin', 'administrator of the lab'), ('lab_member', 'member of the lab'), ('lab_reader', 'reader of the lab')], max_length=12, verbose_name='role'),
            ),
            migrations.AlterField(
                model_name='invitationevent',
                name='role',
                field=models.CharField(choices=[('ambassador', 'ambassador'), ('relay', 'relay'), ('pilot', 'pilot'), ('resident', 'resident'), ('coordinator', 'coordinator'), ('elected', 'elected official'), ('direction', 'direction'), ('admin', 'admin of the authority'), ('lab_admin', 'administrator of the lab'), ('lab_member', 'member of the lab'), ('lab_reader', 'reader of the lab')], max_length=12, verbose_name='role'),
            ),
            migrations.AddConstraint(
                model_name='invitation',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('cohort__isnull', False), models.Q(('role__in', ['admin', 'lab_admin', 'lab_member', 'lab_reader']), _negated=True)), models.Q(('authority__isnull', False), ('cohort', None), ('role', 'admin')), models.Q(('authority', None), ('cohort', None), ('role__in', {'lab_admin': 'administrator', 'lab_member': 'member', 'lab_reader': 'reader'})), _connector='OR'), name='invitation_into_one'),
            ),
            migrations.AddConstraint(
                model_name='invitation',
                constraint=models.CheckConstraint(condition=models.Q(('role__in', ['ambassador', 'relay', 'pilot', 'resident', 'coordinator', 'elected', 'direction', 'admin', 'lab_admin', 'lab_member', 'lab_reader'])), name='invitation_role_known'),
            ),
            migrations.AddConstraint(
                model_name='invitation',
                constraint=models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('authority', None), ('cohort', None), ('revoked_at', None)), fields=('email',), name='invitation_lab_once'),
            ),
        ]),
    ]

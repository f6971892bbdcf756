from django.db import migrations
from django.db.models.functions import Lower
from django.utils import timezone


def settle(apps, schema_editor):
    """End the open invitations to an address that belongs to another person, or that an earlier one waits for."""
    open_rows = apps.get_model('cohorts', 'Invitation').objects.filter(accepted_at=None, revoked_at=None)
    wanted = list(open_rows.values_list('email', flat=True))
    holders = {}
    for model, person in (('account.EmailAddress', 'user_id'), ('accounts.User', 'pk')):
        rows = apps.get_model(model).objects.annotate(address=Lower('email')).filter(address__in=wanted)
        holders.update(rows.values_list('address', person))
    for row in open_rows.order_by('pk'):
        if holders.setdefault(row.email, row.person_id) != row.person_id:
            open_rows.filter(pk=row.pk).update(revoked_at=timezone.now(), reason='other_person')


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0015_address_of_one_person'),
        ('cohorts', '0013_format_exception'),
    ]

    operations = [
        migrations.RunPython(settle, migrations.RunPython.noop),
    ]

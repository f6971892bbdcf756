import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_administrators'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        OperationGroup([
            pgtrigger.migrations.RemoveTrigger(
                model_name='user',
                name='user_lab_staffed',
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='user',
                trigger=pgtrigger.compiler.Trigger(name='user_lab_administered', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'UPDATE' AND OLD.lab_role = 'administrator' AND OLD.is_active AND NOT (NEW.lab_role = 'administrator' AND NEW.is_active) THEN PERFORM pg_advisory_xact_lock(hashtext('user_lab_administered')); END IF; IF TG_OP = 'UPDATE' AND OLD.lab_role = 'administrator' AND OLD.is_active AND NOT (NEW.lab_role = 'administrator' AND NEW.is_active) AND NOT EXISTS (SELECT FROM accounts_user WHERE lab_role = 'administrator' AND is_active AND id <> OLD.id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'user_lab_administered', MESSAGE = 'user_lab_administered'; END IF; RETURN NEW;", hash='22571fc8541cbbfa735b46ed45de079079996545', operation='INSERT OR UPDATE', pgid='pgtrigger_user_lab_administered_41e48', table='accounts_user', when='BEFORE')),
            ),
            migrations.AddConstraint(
                model_name='user',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_lab_staff', False), ('lab_role', '')), models.Q(('is_lab_staff', True), ('lab_role__in', ['administrator', 'member', 'reader'])), _connector='OR'), name='user_lab_role_of_staff'),
            ),
        ]),
    ]

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_library_tables'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        OperationGroup([
            pgtrigger.migrations.RemoveTrigger(
                model_name='user',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='user',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='user',
                name='delete_delete',
            ),
            migrations.AddField(
                model_name='user',
                name='lab_role',
                field=models.CharField(blank=True, choices=[('administrator', 'administrator'), ('member', 'member'), ('reader', 'reader')], db_default='', default='', max_length=13, verbose_name='role in the lab'),
            ),
            migrations.AddField(
                model_name='userevent',
                name='lab_role',
                field=models.CharField(blank=True, choices=[('administrator', 'administrator'), ('member', 'member'), ('reader', 'reader')], db_default='', default='', max_length=13, verbose_name='role in the lab'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='user',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("closed_at", "date_joined", "erase_on", "erased_at", "id", "is_active", "is_lab_staff", "is_staff", "is_superuser", "joined", "lab_role", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."closed_at", NEW."date_joined", NEW."erase_on", NEW."erased_at", NEW."id", NEW."is_active", NEW."is_lab_staff", NEW."is_staff", NEW."is_superuser", NEW."joined", NEW."lab_role", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='bcbc6683ca745a3328f7e10b897268410ad9b0a0', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='user',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."erase_on" IS DISTINCT FROM (NEW."erase_on") OR OLD."erased_at" IS DISTINCT FROM (NEW."erased_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_lab_staff" IS DISTINCT FROM (NEW."is_lab_staff") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."joined" IS DISTINCT FROM (NEW."joined") OR OLD."lab_role" IS DISTINCT FROM (NEW."lab_role") OR OLD."language" IS DISTINCT FROM (NEW."language"))', func='INSERT INTO "accounts_userevent" ("closed_at", "date_joined", "erase_on", "erased_at", "id", "is_active", "is_lab_staff", "is_staff", "is_superuser", "joined", "lab_role", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."closed_at", NEW."date_joined", NEW."erase_on", NEW."erased_at", NEW."id", NEW."is_active", NEW."is_lab_staff", NEW."is_staff", NEW."is_superuser", NEW."joined", NEW."lab_role", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='17ccff18fa2184f798160df9441055d7b763ed1d', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='user',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("closed_at", "date_joined", "erase_on", "erased_at", "id", "is_active", "is_lab_staff", "is_staff", "is_superuser", "joined", "lab_role", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."closed_at", OLD."date_joined", OLD."erase_on", OLD."erased_at", OLD."id", OLD."is_active", OLD."is_lab_staff", OLD."is_staff", OLD."is_superuser", OLD."joined", OLD."lab_role", OLD."language", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='8c38566fc1ae1b4257bc377c4d25458513f3f108', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', table='accounts_user', when='AFTER')),
            ),
        ]),
    ]

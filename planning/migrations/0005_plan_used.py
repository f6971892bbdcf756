"""Record which plan of an edition was used."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0004_plans_of_sessions'),
    ]

    operations = [
        OperationGroup([
            pgtrigger.migrations.RemoveTrigger(
                model_name='exchangeplan',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='exchangeplan',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='exchangeplan',
                name='delete_delete',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='sessionplan',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='sessionplan',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='sessionplan',
                name='delete_delete',
            ),
            migrations.AddField(
                model_name='exchangeplan',
                name='used_at',
                field=models.DateTimeField(blank=True, null=True, verbose_name='used on'),
            ),
            migrations.AddField(
                model_name='exchangeplan',
                name='used_number',
                field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='plan used'),
            ),
            migrations.AddField(
                model_name='exchangeplanevent',
                name='used_at',
                field=models.DateTimeField(blank=True, null=True, verbose_name='used on'),
            ),
            migrations.AddField(
                model_name='exchangeplanevent',
                name='used_number',
                field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='plan used'),
            ),
            migrations.AddField(
                model_name='sessionplan',
                name='used_at',
                field=models.DateTimeField(blank=True, null=True, verbose_name='used on'),
            ),
            migrations.AddField(
                model_name='sessionplan',
                name='used_number',
                field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='plan used'),
            ),
            migrations.AddField(
                model_name='sessionplanevent',
                name='used_at',
                field=models.DateTimeField(blank=True, null=True, verbose_name='used on'),
            ),
            migrations.AddField(
                model_name='sessionplanevent',
                name='used_number',
                field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='plan used'),
            ),
        ]),
        OperationGroup([
            pgtrigger.migrations.AddTrigger(
                model_name='exchangeplan',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "planning_exchangeplanevent" ("calculated_at", "edition_id", "fingerprint", "id", "locked", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "state", "used_at", "used_number") VALUES (NEW."calculated_at", NEW."edition_id", NEW."fingerprint", NEW."id", NEW."locked", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."requested_at", NEW."state", NEW."used_at", NEW."used_number"); RETURN NULL;', hash='d76e00904117c7fd58c416641d38086a6b7a6b2b', operation='INSERT', pgid='pgtrigger_insert_insert_86516', table='planning_exchangeplan', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='exchangeplan',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."calculated_at" IS DISTINCT FROM (NEW."calculated_at") OR OLD."edition_id" IS DISTINCT FROM (NEW."edition_id") OR OLD."fingerprint" IS DISTINCT FROM (NEW."fingerprint") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."locked" IS DISTINCT FROM (NEW."locked") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."used_at" IS DISTINCT FROM (NEW."used_at") OR OLD."used_number" IS DISTINCT FROM (NEW."used_number"))', func='INSERT INTO "planning_exchangeplanevent" ("calculated_at", "edition_id", "fingerprint", "id", "locked", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "state", "used_at", "used_number") VALUES (NEW."calculated_at", NEW."edition_id", NEW."fingerprint", NEW."id", NEW."locked", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."requested_at", NEW."state", NEW."used_at", NEW."used_number"); RETURN NULL;', hash='62f3bdc4f55dd9344a03bf8bd6fb06f1138b0091', operation='UPDATE', pgid='pgtrigger_update_update_4961e', table='planning_exchangeplan', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='exchangeplan',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "planning_exchangeplanevent" ("calculated_at", "edition_id", "fingerprint", "id", "locked", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "state", "used_at", "used_number") VALUES (OLD."calculated_at", OLD."edition_id", OLD."fingerprint", OLD."id", OLD."locked", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."requested_at", OLD."state", OLD."used_at", OLD."used_number"); RETURN NULL;', hash='fe1e3bfc92b851989d59f51c731dd16ba494297c', operation='DELETE', pgid='pgtrigger_delete_delete_90c80', table='planning_exchangeplan', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='sessionplan',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "planning_sessionplanevent" ("calculated_at", "edition_id", "fingerprint", "id", "locked", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "state", "used_at", "used_number") VALUES (NEW."calculated_at", NEW."edition_id", NEW."fingerprint", NEW."id", NEW."locked", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."requested_at", NEW."state", NEW."used_at", NEW."used_number"); RETURN NULL;', hash='5643db3ea9106e88d9f9b1afad9676f4ea9c6bf0', operation='INSERT', pgid='pgtrigger_insert_insert_c85eb', table='planning_sessionplan', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='sessionplan',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."calculated_at" IS DISTINCT FROM (NEW."calculated_at") OR OLD."edition_id" IS DISTINCT FROM (NEW."edition_id") OR OLD."fingerprint" IS DISTINCT FROM (NEW."fingerprint") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."locked" IS DISTINCT FROM (NEW."locked") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."used_at" IS DISTINCT FROM (NEW."used_at") OR OLD."used_number" IS DISTINCT FROM (NEW."used_number"))', func='INSERT INTO "planning_sessionplanevent" ("calculated_at", "edition_id", "fingerprint", "id", "locked", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "state", "used_at", "used_number") VALUES (NEW."calculated_at", NEW."edition_id", NEW."fingerprint", NEW."id", NEW."locked", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."requested_at", NEW."state", NEW."used_at", NEW."used_number"); RETURN NULL;', hash='6dfae796787d18c9b5bb9e31f7c2438b65e697cb', operation='UPDATE', pgid='pgtrigger_update_update_1edde', table='planning_sessionplan', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='sessionplan',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "planning_sessionplanevent" ("calculated_at", "edition_id", "fingerprint", "id", "locked", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requested_at", "state", "used_at", "used_number") VALUES (OLD."calculated_at", OLD."edition_id", OLD."fingerprint", OLD."id", OLD."locked", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."requested_at", OLD."state", OLD."used_at", OLD."used_number"); RETURN NULL;', hash='25303b3f7446491b452bf77134bd629b62f020fb', operation='DELETE', pgid='pgtrigger_delete_delete_db1e3', table='planning_sessionplan', when='AFTER')),
            ),
        ]),
        migrations.AddConstraint(
            model_name='exchangeplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('used_at__isnull', True), ('used_number__isnull', True)), models.Q(('used_at__isnull', False), ('used_number__isnull', False), ('used_number__range', (1, 3))), _connector='OR'), name='exchange_plan_used'),
        ),
        migrations.AddConstraint(
            model_name='sessionplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('used_at__isnull', True), ('used_number__isnull', True)), models.Q(('used_at__isnull', False), ('used_number__isnull', False), ('used_number__range', (1, 3))), _connector='OR'), name='session_plan_used'),
        ),
    ]

"""Let the lab withdraw calls and remove reviewers, and accept one application of an authority for each call."""

import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0015_statement_triggers'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='applicationrating',
            name='application_rating_of_call',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='call',
            name='call_state',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='callreviewer',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='callreviewer',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='callreviewer',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='application_siren_once',
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='application_name_once',
        ),
        migrations.AddField(
            model_name='callreviewer',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='removed on'),
        ),
        migrations.AddField(
            model_name='callreviewerevent',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='removed on'),
        ),
        migrations.AlterField(
            model_name='call',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('closed', 'closed'), ('withdrawn', 'withdrawn')], default='draft', max_length=9, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='callevent',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('closed', 'closed'), ('withdrawn', 'withdrawn')], default='draft', max_length=9, verbose_name='state'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='applicationrating',
            trigger=pgtrigger.compiler.Trigger(name='application_rating_of_call', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NOT EXISTS (SELECT FROM cohorts_application a JOIN cohorts_callreviewer r ON r.call_id = a.call_id JOIN cohorts_call c ON c.id = a.call_id WHERE a.id = NEW.application_id AND r.id = NEW.reviewer_id AND r.ended_at IS NULL AND NEW.criterion < cardinality(c.criteria_fr)) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'application_rating_of_call', MESSAGE = 'application_rating_of_call'; END IF; RETURN NEW;", hash='ad664c8f9aa24fe119b50ea3fa6aa863263098ac', operation='INSERT OR UPDATE', pgid='pgtrigger_application_rating_of_call_675ff', table='cohorts_applicationrating', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='call',
            trigger=pgtrigger.compiler.Trigger(name='call_state', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('draft') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'call_state', MESSAGE = 'call_state'; END IF;\n            ELSIF OLD.state IS DISTINCT FROM NEW.state\n                  AND (OLD.state || '>' || NEW.state) NOT IN ('draft>published', 'published>closed', 'published>withdrawn', 'closed>published', 'closed>withdrawn') THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'call_state', MESSAGE = 'call_state';\n            END IF;\n            RETURN NEW;\n        ", hash='7715188de7f34f3a7e49256eb41651ad840f5ce2', operation='INSERT OR UPDATE', pgid='pgtrigger_call_state_a6a2f', table='cohorts_call', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='callreviewer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cohorts_callreviewerevent" ("call_id", "ended_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."call_id", NEW."ended_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='7889bd99799041c01e5172c427e89321c23d25f8', operation='INSERT', pgid='pgtrigger_insert_insert_4d305', table='cohorts_callreviewer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='callreviewer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "cohorts_callreviewerevent" ("call_id", "ended_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."call_id", NEW."ended_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='57a1b47bcab804abb56d88f301165e8ec54161e4', operation='UPDATE', pgid='pgtrigger_update_update_5a470', table='cohorts_callreviewer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='callreviewer',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cohorts_callreviewerevent" ("call_id", "ended_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."call_id", OLD."ended_at", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='139e74af3603d144f0e6464b85fb2ed99235cfbb', operation='DELETE', pgid='pgtrigger_delete_delete_a0260', table='cohorts_callreviewer', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'accepted')), fields=('call', 'siren'), name='application_siren_once'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(models.F('call'), django.db.models.functions.text.Lower('authority_name'), condition=models.Q(('siren', None), ('state', 'accepted')), name='application_name_once'),
        ),
    ]

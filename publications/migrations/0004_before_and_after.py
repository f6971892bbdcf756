"""Let the page of an idea show what was measured before and after."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0016_withdrawn_calls_and_removed_reviewers'),
        ('programmes', '0006_methods'),
        ('prototypes', '0011_stored_words'),
        ('publications', '0003_replaced_versions_withdrawn'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        OperationGroup([
            pgtrigger.migrations.RemoveTrigger(
                model_name='publication',
                name='publication_fixed_once_submitted',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='publication',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='publication',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='publication',
                name='delete_delete',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='publicname',
                name='public_name_ends_with_page',
            ),
            migrations.AddField(
                model_name='publication',
                name='indicator',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='prototypes.indicator', verbose_name='before and after'),
            ),
            migrations.AddField(
                model_name='publication',
                name='measure_en',
                field=models.CharField(blank=True, db_default='', max_length=200, verbose_name='what is measured, in English'),
            ),
            migrations.AddField(
                model_name='publication',
                name='measure_fr',
                field=models.CharField(blank=True, db_default='', max_length=200, verbose_name='what is measured, in French'),
            ),
            migrations.AddField(
                model_name='publication',
                name='method_en',
                field=models.CharField(blank=True, db_default='', max_length=500, verbose_name='how it was measured, in English'),
            ),
            migrations.AddField(
                model_name='publication',
                name='method_fr',
                field=models.CharField(blank=True, db_default='', max_length=500, verbose_name='how it was measured, in French'),
            ),
            migrations.AddField(
                model_name='publication',
                name='unit_en',
                field=models.CharField(blank=True, db_default='', max_length=40, verbose_name='unit in English'),
            ),
            migrations.AddField(
                model_name='publication',
                name='unit_fr',
                field=models.CharField(blank=True, db_default='', max_length=40, verbose_name='unit in French'),
            ),
            migrations.AddField(
                model_name='publicationevent',
                name='indicator',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='prototypes.indicator', verbose_name='before and after'),
            ),
        ]),
        OperationGroup([
            pgtrigger.migrations.AddTrigger(
                model_name='publication',
                trigger=pgtrigger.compiler.Trigger(name='publication_indicator_of_idea', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.indicator_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM prototypes_indicator i WHERE i.id = NEW.indicator_id AND i.idea_id = NEW.idea_id AND i.corrects_id IS NULL) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'publication_indicator_of_idea', MESSAGE = 'publication_indicator_of_idea'; END IF; RETURN NEW;", hash='cd0955687548e7e58455213f2c192409c4b9fe36', operation='INSERT OR UPDATE', pgid='pgtrigger_publication_indicator_of_idea_ecddd', table='publications_publication', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='publication',
                trigger=pgtrigger.compiler.Trigger(name='publication_fixed_once_submitted', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF TG_OP = 'UPDATE' AND OLD.state IN ('submitted', 'published') AND ROW(NEW.title_fr, NEW.title_en, NEW.summary_fr, NEW.summary_en, NEW.text_fr, NEW.text_en, NEW.measure_fr, NEW.measure_en, NEW.unit_fr, NEW.unit_en, NEW.method_fr, NEW.method_en, NEW.indicator_id, NEW.licence, NEW.data_licence, NEW.facts) IS DISTINCT FROM ROW(OLD.title_fr, OLD.title_en, OLD.summary_fr, OLD.summary_en, OLD.text_fr, OLD.text_en, OLD.measure_fr, OLD.measure_en, OLD.unit_fr, OLD.unit_en, OLD.method_fr, OLD.method_en, OLD.indicator_id, OLD.licence, OLD.data_licence, OLD.facts) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'publication_fixed_once_submitted', MESSAGE = 'publication_fixed_once_submitted'; END IF; RETURN NEW;", hash='944278bc0217d749cd631e3582158f2a45e76cda', operation='INSERT OR UPDATE', pgid='pgtrigger_publication_fixed_once_submitted_71db1', table='publications_publication', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='publication',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "publications_publicationevent" ("approval", "approved_as_admin", "cohort_id", "data_licence", "election_confirmed", "end_reason", "ended_at", "ended_by_id", "facts", "id", "idea_id", "indicator_id", "kind", "lesson_id", "licence", "method_id", "names_to_check_since", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "published_at", "published_by_id", "slug", "state", "submitted_at", "submitted_by_id", "written_by_id") VALUES (NEW."approval", NEW."approved_as_admin", NEW."cohort_id", NEW."data_licence", NEW."election_confirmed", NEW."end_reason", NEW."ended_at", NEW."ended_by_id", NEW."facts", NEW."id", NEW."idea_id", NEW."indicator_id", NEW."kind", NEW."lesson_id", NEW."licence", NEW."method_id", NEW."names_to_check_since", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."programme_id", NEW."published_at", NEW."published_by_id", NEW."slug", NEW."state", NEW."submitted_at", NEW."submitted_by_id", NEW."written_by_id"); RETURN NULL;', hash='103f3946a79004d75996ee598e638c3aedbf366a', operation='INSERT', pgid='pgtrigger_insert_insert_c05a8', table='publications_publication', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='publication',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."approval" IS DISTINCT FROM (NEW."approval") OR OLD."approved_as_admin" IS DISTINCT FROM (NEW."approved_as_admin") OR OLD."cohort_id" IS DISTINCT FROM (NEW."cohort_id") OR OLD."data_licence" IS DISTINCT FROM (NEW."data_licence") OR OLD."election_confirmed" IS DISTINCT FROM (NEW."election_confirmed") OR OLD."end_reason" IS DISTINCT FROM (NEW."end_reason") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."ended_by_id" IS DISTINCT FROM (NEW."ended_by_id") OR OLD."facts" IS DISTINCT FROM (NEW."facts") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."idea_id" IS DISTINCT FROM (NEW."idea_id") OR OLD."indicator_id" IS DISTINCT FROM (NEW."indicator_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lesson_id" IS DISTINCT FROM (NEW."lesson_id") OR OLD."licence" IS DISTINCT FROM (NEW."licence") OR OLD."method_id" IS DISTINCT FROM (NEW."method_id") OR OLD."names_to_check_since" IS DISTINCT FROM (NEW."names_to_check_since") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."written_by_id" IS DISTINCT FROM (NEW."written_by_id"))', func='INSERT INTO "publications_publicationevent" ("approval", "approved_as_admin", "cohort_id", "data_licence", "election_confirmed", "end_reason", "ended_at", "ended_by_id", "facts", "id", "idea_id", "indicator_id", "kind", "lesson_id", "licence", "method_id", "names_to_check_since", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "published_at", "published_by_id", "slug", "state", "submitted_at", "submitted_by_id", "written_by_id") VALUES (NEW."approval", NEW."approved_as_admin", NEW."cohort_id", NEW."data_licence", NEW."election_confirmed", NEW."end_reason", NEW."ended_at", NEW."ended_by_id", NEW."facts", NEW."id", NEW."idea_id", NEW."indicator_id", NEW."kind", NEW."lesson_id", NEW."licence", NEW."method_id", NEW."names_to_check_since", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."programme_id", NEW."published_at", NEW."published_by_id", NEW."slug", NEW."state", NEW."submitted_at", NEW."submitted_by_id", NEW."written_by_id"); RETURN NULL;', hash='faab5f3ac2ec69abc3b7a10b37dae47174b527a7', operation='UPDATE', pgid='pgtrigger_update_update_cf1e3', table='publications_publication', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='publication',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "publications_publicationevent" ("approval", "approved_as_admin", "cohort_id", "data_licence", "election_confirmed", "end_reason", "ended_at", "ended_by_id", "facts", "id", "idea_id", "indicator_id", "kind", "lesson_id", "licence", "method_id", "names_to_check_since", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "published_at", "published_by_id", "slug", "state", "submitted_at", "submitted_by_id", "written_by_id") VALUES (OLD."approval", OLD."approved_as_admin", OLD."cohort_id", OLD."data_licence", OLD."election_confirmed", OLD."end_reason", OLD."ended_at", OLD."ended_by_id", OLD."facts", OLD."id", OLD."idea_id", OLD."indicator_id", OLD."kind", OLD."lesson_id", OLD."licence", OLD."method_id", OLD."names_to_check_since", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."programme_id", OLD."published_at", OLD."published_by_id", OLD."slug", OLD."state", OLD."submitted_at", OLD."submitted_by_id", OLD."written_by_id"); RETURN NULL;', hash='e966043a06cd1adaee2039061e8a1a213330f25c', operation='DELETE', pgid='pgtrigger_delete_delete_6f020', table='publications_publication', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='publicname',
                trigger=pgtrigger.compiler.Trigger(name='public_name_ends_with_page', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND EXISTS (SELECT 1 FROM publications_publication p WHERE p.id = OLD.publication_id AND p.state = 'published' AND position(' ' || btrim(regexp_replace(lower(web_plain(OLD.name)), '[^[:alnum:]]+', ' ', 'g')) || ' ' IN ' ' || btrim(regexp_replace(lower(web_plain(p.title_fr)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.title_en)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.summary_fr)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.summary_en)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.text_fr)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.text_en)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.measure_fr)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.measure_en)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.unit_fr)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.unit_en)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.method_fr)), '[^[:alnum:]]+', ' ', 'g')) || ' ' || '|' || ' ' || btrim(regexp_replace(lower(web_plain(p.method_en)), '[^[:alnum:]]+', ' ', 'g')) || ' ') > 0) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'public_name_ends_with_page', MESSAGE = 'public_name_ends_with_page'; END IF; RETURN NEW;", hash='6e557cc5ef22015a62a9b448773eff273abb4eb6', operation='UPDATE', pgid='pgtrigger_public_name_ends_with_page_5909b', table='publications_publicname', when='BEFORE')),
            ),
            migrations.AddConstraint(
                model_name='publication',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('indicator', None), ('measure_en', ''), ('measure_fr', ''), ('method_en', ''), ('method_fr', ''), ('unit_en', ''), ('unit_fr', ''), models.Q(('facts__has_key', 'measure'), _negated=True)), models.Q(('facts__has_key', 'measure'), ('indicator__isnull', False), models.Q(('state', 'draft'), models.Q(('measure_en__regex', '\\S'), ('measure_fr__regex', '\\S'), ('method_en__regex', '\\S'), ('method_fr__regex', '\\S'), ('unit_en__regex', '\\S'), ('unit_fr__regex', '\\S')), _connector='OR')), _connector='OR'), name='publication_measure_complete'),
            ),
        ]),
    ]

"""Record the copies of statements in their history, and compare what is issued with agreement, lines and costs."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0014_fill_statement_copies'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='statement_as_agreed', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF (NEW.due <> ROUND(NEW.spent * NEW.share / 100, 2) OR NOT EXISTS (\n    SELECT 1 FROM cohorts_agreement a\n    JOIN cohorts_funder f ON f.id = a.funder_id\n    JOIN programmes_edition e ON e.id = a.edition_id\n    LEFT JOIN cohorts_cohort c ON c.id = a.cohort_id\n    WHERE a.id = NEW.agreement_id\n      AND (f.name, COALESCE(c.name, e.name), a.reference) = (NEW.funder_name, NEW.subject_name, NEW.reference)\n      AND (a.share, a.amount) IS NOT DISTINCT FROM (NEW.share, NEW.amount)\n)) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_as_agreed', MESSAGE = 'statement_as_agreed'; END IF; RETURN NEW;", hash='24446364fc22902ee8fc07df80c8b59f4d96dccc', operation='INSERT', pgid='pgtrigger_statement_as_agreed_c88b8', table='cohorts_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='statement_sums', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NOT (NEW.planned, NEW.spent) = (\n    SELECT COALESCE(SUM((line->>'euros')::numeric) FILTER (WHERE line->>'kind' = 'planned'), 0),\n           COALESCE(SUM((line->>'euros')::numeric) FILTER (WHERE line->>'kind' = 'spent'), 0)\n    FROM jsonb_array_elements(NEW.rows) AS line\n) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_sums', MESSAGE = 'statement_sums'; END IF; RETURN NEW;", hash='fc29656432072efddebf267df5254a5140d2b3f7', operation='INSERT', pgid='pgtrigger_statement_sums_3c9ea', table='cohorts_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='statement_within_costs', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE funded_by_others numeric;', func="\n    PERFORM 1 FROM programmes_edition e JOIN cohorts_agreement a ON a.edition_id = e.id\n        WHERE a.id = NEW.agreement_id FOR NO KEY UPDATE OF e;\n    SELECT COALESCE(SUM(s.due), 0) INTO funded_by_others FROM cohorts_statement s\n    JOIN cohorts_agreement other ON other.id = s.agreement_id\n    JOIN cohorts_agreement own ON own.id = NEW.agreement_id\n    WHERE other.edition_id = own.edition_id AND (own.cohort_id IS NULL OR other.cohort_id = own.cohort_id)\n      AND s.id <> COALESCE(NEW.id, 0) AND s.id IS DISTINCT FROM NEW.replaces_id\n      AND NOT EXISTS (SELECT 1 FROM cohorts_statement r WHERE r.replaces_id = s.id)\n      AND s.first_day >= NEW.first_day AND s.last_day <= NEW.last_day;\n IF NEW.share IS NULL AND NEW.due > GREATEST(NEW.spent - funded_by_others, 0) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_within_costs', MESSAGE = 'statement_within_costs'; END IF; RETURN NEW;", hash='ef608fe4d928b62a399144c3fb534001eaf68722', operation='INSERT', pgid='pgtrigger_statement_within_costs_83327', table='cohorts_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cohorts_statementevent" ("agreement_id", "amount", "due", "first_day", "funder_name", "id", "issued_by_id", "issued_on", "last_day", "notice", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned", "reference", "replaces_id", "share", "spent", "subject_name") VALUES (NEW."agreement_id", NEW."amount", NEW."due", NEW."first_day", NEW."funder_name", NEW."id", NEW."issued_by_id", NEW."issued_on", NEW."last_day", NEW."notice", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."planned", NEW."reference", NEW."replaces_id", NEW."share", NEW."spent", NEW."subject_name"); RETURN NULL;', hash='230dfe3b6b65a7be1af968de98eae7367c4f5af8', operation='INSERT', pgid='pgtrigger_insert_insert_334ba', table='cohorts_statement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agreement_id" IS DISTINCT FROM (NEW."agreement_id") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."due" IS DISTINCT FROM (NEW."due") OR OLD."first_day" IS DISTINCT FROM (NEW."first_day") OR OLD."funder_name" IS DISTINCT FROM (NEW."funder_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_by_id" IS DISTINCT FROM (NEW."issued_by_id") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."last_day" IS DISTINCT FROM (NEW."last_day") OR OLD."notice" IS DISTINCT FROM (NEW."notice") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."planned" IS DISTINCT FROM (NEW."planned") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."replaces_id" IS DISTINCT FROM (NEW."replaces_id") OR OLD."share" IS DISTINCT FROM (NEW."share") OR OLD."spent" IS DISTINCT FROM (NEW."spent") OR OLD."subject_name" IS DISTINCT FROM (NEW."subject_name"))', func='INSERT INTO "cohorts_statementevent" ("agreement_id", "amount", "due", "first_day", "funder_name", "id", "issued_by_id", "issued_on", "last_day", "notice", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned", "reference", "replaces_id", "share", "spent", "subject_name") VALUES (NEW."agreement_id", NEW."amount", NEW."due", NEW."first_day", NEW."funder_name", NEW."id", NEW."issued_by_id", NEW."issued_on", NEW."last_day", NEW."notice", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."planned", NEW."reference", NEW."replaces_id", NEW."share", NEW."spent", NEW."subject_name"); RETURN NULL;', hash='b3dc13a769a5350245b8a9f5a034b8a109c9f6cd', operation='UPDATE', pgid='pgtrigger_update_update_c64e4', table='cohorts_statement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cohorts_statementevent" ("agreement_id", "amount", "due", "first_day", "funder_name", "id", "issued_by_id", "issued_on", "last_day", "notice", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned", "reference", "replaces_id", "share", "spent", "subject_name") VALUES (OLD."agreement_id", OLD."amount", OLD."due", OLD."first_day", OLD."funder_name", OLD."id", OLD."issued_by_id", OLD."issued_on", OLD."last_day", OLD."notice", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."planned", OLD."reference", OLD."replaces_id", OLD."share", OLD."spent", OLD."subject_name"); RETURN NULL;', hash='03c6ac46edf3de1d6f819bdfccfa04a3c3956092', operation='DELETE', pgid='pgtrigger_delete_delete_323ab', table='cohorts_statement', when='AFTER')),
        ),
    ]

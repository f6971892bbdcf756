"""Moving an exchange keeps the turns to host in order."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0009_places_of_those_there'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='exchange',
            trigger=pgtrigger.compiler.Trigger(name='exchange_move_fair', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' AND NEW.first_day IS DISTINCT FROM OLD.first_day THEN\n        PERFORM 1 FROM programmes_edition e WHERE e.id = NEW.edition_id FOR NO KEY UPDATE;\n    END IF;\n IF TG_OP = 'UPDATE' AND NEW.first_day IS DISTINCT FROM OLD.first_day AND NOT NEW.retrospective\n    AND NEW.state <> 'cancelled' AND EXISTS (\n    WITH turns AS (\n        SELECT t.cohort_id, t.swap_reason, x.id AS exchange_id, x.first_day AS was,\n            CASE WHEN x.id = NEW.id THEN NEW.first_day ELSE x.first_day END AS is_to_be\n        FROM exchanges_hostturn t JOIN exchanges_exchange x ON x.id = t.exchange_id\n        WHERE t.edition_id = NEW.edition_id AND x.state <> 'cancelled')\n    SELECT 1 FROM turns t JOIN cohorts_cohort c ON c.edition_id = NEW.edition_id AND c.id <> t.cohort_id\n    WHERE c.state = 'running' AND t.swap_reason = ''\n    AND (SELECT COUNT(*) FROM turns o WHERE o.cohort_id = t.cohort_id AND o.is_to_be < t.is_to_be) > (SELECT COUNT(*) FROM turns o WHERE o.cohort_id = c.id AND o.is_to_be < t.is_to_be)\n    AND (t.exchange_id = NEW.id OR (SELECT COUNT(*) FROM turns o WHERE o.cohort_id = t.cohort_id AND o.was < t.was) <= (SELECT COUNT(*) FROM turns o WHERE o.cohort_id = c.id AND o.was < t.was))) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'exchange_move_fair', MESSAGE = 'exchange_move_fair'; END IF; RETURN NEW;", hash='53ec19d381751cf8dcd6ae61277daec7955ffcfb', operation='INSERT OR UPDATE', pgid='pgtrigger_exchange_move_fair_54ac3', table='exchanges_exchange', when='BEFORE')),
        ),
    ]

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0001_initial'),
        ('exchanges', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        OperationGroup([
            pgtrigger.migrations.RemoveTrigger(
                model_name='exchange',
                name='exchange_capacity_sufficient',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='guest',
                name='guest_state',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='guest',
                name='guest_capacity',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='guest',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='guest',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='guest',
                name='delete_delete',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='registration',
                name='registration_state',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='registration',
                name='registration_capacity',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='registration',
                name='registration_in_waiting_order',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='registration',
                name='registration_in_edition_on_first_day',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='registration',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='registration',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='registration',
                name='delete_delete',
            ),
            migrations.AddField(
                model_name='guest',
                name='walk_in',
                field=models.BooleanField(db_default=False, default=False, verbose_name='came without a seat'),
            ),
            migrations.AddField(
                model_name='guestevent',
                name='walk_in',
                field=models.BooleanField(db_default=False, default=False, verbose_name='came without a seat'),
            ),
            migrations.AddField(
                model_name='registration',
                name='walk_in',
                field=models.BooleanField(db_default=False, default=False, verbose_name='came without a seat'),
            ),
            migrations.AddField(
                model_name='registrationevent',
                name='walk_in',
                field=models.BooleanField(db_default=False, default=False, verbose_name='came without a seat'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='exchange',
                trigger=pgtrigger.compiler.Trigger(name='exchange_capacity_sufficient', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE taken int;', func="\n    SELECT (SELECT COUNT(*) FROM exchanges_registration r\n            WHERE r.exchange_id = NEW.id AND r.state IN ('registered', 'attended', 'no_show') AND NOT r.walk_in\n            AND r.id <> 0)\n         + (SELECT COUNT(*) FROM exchanges_guest g\n            WHERE g.exchange_id = NEW.id AND NOT g.walk_in AND g.id <> 0)\n    INTO taken;\n     IF NEW.capacity IS NOT NULL AND taken > NEW.capacity THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'exchange_capacity_sufficient', MESSAGE = 'exchange_capacity_sufficient'; END IF; RETURN NEW;", hash='d470f04a8ef011afe162b68e14a4b2386297a49e', operation='INSERT OR UPDATE', pgid='pgtrigger_exchange_capacity_sufficient_311e9', table='exchanges_exchange', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='guest',
                trigger=pgtrigger.compiler.Trigger(name='guest_state', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('expected', 'attended') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guest_state', MESSAGE = 'guest_state'; END IF;\n            ELSIF OLD.state IS DISTINCT FROM NEW.state\n                  AND (OLD.state || '>' || NEW.state) NOT IN ('expected>attended', 'expected>no_show', 'attended>no_show', 'attended>expected', 'no_show>attended', 'no_show>expected') THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guest_state', MESSAGE = 'guest_state';\n            END IF;\n            RETURN NEW;\n        ", hash='ac1c5b15b876b38cb9c0dce12fe5b98f093c268a', operation='INSERT OR UPDATE', pgid='pgtrigger_guest_state_bdfb6', table='exchanges_guest', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='guest',
                trigger=pgtrigger.compiler.Trigger(name='guest_capacity', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE seats int; taken int;', func="\n    IF NEW.state <> 'expected' THEN RETURN NEW; END IF;\n    \n    SELECT x.capacity INTO seats FROM exchanges_exchange x WHERE x.id = NEW.exchange_id FOR NO KEY UPDATE;\n\n    \n    SELECT (SELECT COUNT(*) FROM exchanges_registration r\n            WHERE r.exchange_id = NEW.exchange_id AND r.state IN ('registered', 'attended', 'no_show') AND NOT r.walk_in\n            AND r.id <> 0)\n         + (SELECT COUNT(*) FROM exchanges_guest g\n            WHERE g.exchange_id = NEW.exchange_id AND NOT g.walk_in AND g.id <> NEW.id)\n    INTO taken;\n    \n IF seats IS NOT NULL AND taken + 1 > seats THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guest_capacity', MESSAGE = 'guest_capacity'; END IF; RETURN NEW;", hash='fb7ad0f237fa04ddb37c8b9d2ed5f11f333aa0d4', operation='INSERT OR UPDATE', pgid='pgtrigger_guest_capacity_9ce28', table='exchanges_guest', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='guest',
                trigger=pgtrigger.compiler.Trigger(name='guest_walk_in_without_seat', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.walk_in <> (CASE TG_OP WHEN 'INSERT' THEN NEW.state = 'attended' ELSE OLD.walk_in END) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guest_walk_in_without_seat', MESSAGE = 'guest_walk_in_without_seat'; END IF; RETURN NEW;", hash='b0307db764e78184f40a7c7254bee4b8f7ae0762', operation='INSERT OR UPDATE', pgid='pgtrigger_guest_walk_in_without_seat_8f49c', table='exchanges_guest', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='guest',
                trigger=pgtrigger.compiler.Trigger(name='guest_attendance_too_early', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.state <> 'expected' AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)\n    AND EXISTS (\n    SELECT 1 FROM exchanges_exchange x WHERE x.id = NEW.exchange_id AND NOT x.retrospective\n    AND x.state NOT IN ('registration_open', 'registration_closed', 'held', 'followed_up')) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guest_attendance_too_early', MESSAGE = 'guest_attendance_too_early'; END IF; RETURN NEW;", hash='539f1c28dd6f031b3fb7b9c3a64790da30a380fb', operation='INSERT OR UPDATE', pgid='pgtrigger_guest_attendance_too_early_f52f8', table='exchanges_guest', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='guest',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchanges_guestevent" ("exchange_id", "id", "invited_by_id", "name", "organisation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purged_on", "state", "walk_in") VALUES (NEW."exchange_id", NEW."id", NEW."invited_by_id", NEW."name", NEW."organisation", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."purged_on", NEW."state", NEW."walk_in"); RETURN NULL;', hash='9e9031d5578f2f9a6f584c7c01af648a6d6e1358', operation='INSERT', pgid='pgtrigger_insert_insert_97413', table='exchanges_guest', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='guest',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."exchange_id" IS DISTINCT FROM (NEW."exchange_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invited_by_id" IS DISTINCT FROM (NEW."invited_by_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."organisation" IS DISTINCT FROM (NEW."organisation") OR OLD."purged_on" IS DISTINCT FROM (NEW."purged_on") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."walk_in" IS DISTINCT FROM (NEW."walk_in"))', func='INSERT INTO "exchanges_guestevent" ("exchange_id", "id", "invited_by_id", "name", "organisation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purged_on", "state", "walk_in") VALUES (NEW."exchange_id", NEW."id", NEW."invited_by_id", NEW."name", NEW."organisation", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."purged_on", NEW."state", NEW."walk_in"); RETURN NULL;', hash='5cec65b8ace364716ac398e80799de3b5cd8c603', operation='UPDATE', pgid='pgtrigger_update_update_f6b19', table='exchanges_guest', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='guest',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchanges_guestevent" ("exchange_id", "id", "invited_by_id", "name", "organisation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purged_on", "state", "walk_in") VALUES (OLD."exchange_id", OLD."id", OLD."invited_by_id", OLD."name", OLD."organisation", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."purged_on", OLD."state", OLD."walk_in"); RETURN NULL;', hash='54dd27ba040e9f11404262d87e1324a6082fb5e8', operation='DELETE', pgid='pgtrigger_delete_delete_15b45', table='exchanges_guest', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='registration',
                trigger=pgtrigger.compiler.Trigger(name='registration_state', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('invited', 'registered', 'declined', 'waitlisted', 'attended') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_state', MESSAGE = 'registration_state'; END IF;\n            ELSIF OLD.state IS DISTINCT FROM NEW.state\n                  AND (OLD.state || '>' || NEW.state) NOT IN ('invited>registered', 'invited>declined', 'invited>waitlisted', 'invited>attended', 'registered>attended', 'registered>no_show', 'registered>cancelled', 'declined>registered', 'declined>waitlisted', 'declined>attended', 'waitlisted>registered', 'waitlisted>declined', 'waitlisted>cancelled', 'waitlisted>attended', 'cancelled>registered', 'cancelled>waitlisted', 'cancelled>attended', 'attended>no_show', 'attended>invited', 'attended>registered', 'attended>declined', 'attended>waitlisted', 'attended>cancelled', 'no_show>attended', 'no_show>registered') THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_state', MESSAGE = 'registration_state';\n            END IF;\n            RETURN NEW;\n        ", hash='5b175984cad3f5345866648ef42092558387d386', operation='INSERT OR UPDATE', pgid='pgtrigger_registration_state_26762', table='exchanges_registration', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='registration',
                trigger=pgtrigger.compiler.Trigger(name='registration_capacity', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE seats int; taken int;', func="\n    IF NEW.state <> 'registered' THEN RETURN NEW; END IF;\n    \n    SELECT x.capacity INTO seats FROM exchanges_exchange x WHERE x.id = NEW.exchange_id FOR NO KEY UPDATE;\n\n    \n    SELECT (SELECT COUNT(*) FROM exchanges_registration r\n            WHERE r.exchange_id = NEW.exchange_id AND r.state IN ('registered', 'attended', 'no_show') AND NOT r.walk_in\n            AND r.id <> NEW.id)\n         + (SELECT COUNT(*) FROM exchanges_guest g\n            WHERE g.exchange_id = NEW.exchange_id AND NOT g.walk_in AND g.id <> 0)\n    INTO taken;\n    \n IF seats IS NOT NULL AND taken + 1 > seats THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_capacity', MESSAGE = 'registration_capacity'; END IF; RETURN NEW;", hash='fcf73608a5197f92465d024b972947827b2a4bac', operation='INSERT OR UPDATE', pgid='pgtrigger_registration_capacity_9c5b2', table='exchanges_registration', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='registration',
                trigger=pgtrigger.compiler.Trigger(name='registration_in_waiting_order', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.state = 'registered'\n    AND (TG_OP = 'INSERT' OR OLD.walk_in OR OLD.state NOT IN ('registered', 'attended', 'no_show')) AND EXISTS (\n    SELECT 1 FROM exchanges_registration w\n    WHERE w.exchange_id = NEW.exchange_id AND w.state = 'waitlisted' AND w.id <> NEW.id\n    AND (TG_OP = 'INSERT' OR OLD.state <> 'waitlisted' OR w.ticket < OLD.ticket)) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_in_waiting_order', MESSAGE = 'registration_in_waiting_order'; END IF; RETURN NEW;", hash='5a251288775450fd834277fa6b3c5ff345a91cfd', operation='INSERT OR UPDATE', pgid='pgtrigger_registration_in_waiting_order_7feff', table='exchanges_registration', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='registration',
                trigger=pgtrigger.compiler.Trigger(name='registration_in_edition_on_first_day', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF (NEW.state IN ('registered', 'waitlisted') OR NEW.walk_in)\n    AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)\n    AND NOT EXISTS (\n        SELECT 1 FROM accounts_user u JOIN exchanges_exchange x ON x.id = NEW.exchange_id WHERE u.id = NEW.user_id\n        AND (x.retrospective OR u.is_active AND (\n            u.is_lab_staff OR (EXISTS (\n        SELECT 1 FROM cohorts_membership m JOIN cohorts_cohort c ON c.id = m.cohort_id\n        WHERE m.user_id = u.id AND c.edition_id = x.edition_id AND c.state <> 'withdrawn'\n        AND daterange(m.starts_on, m.ends_on, '[]') @> x.first_day)\n    OR EXISTS (\n        SELECT 1 FROM programmes_authorityadmin a JOIN cohorts_cohort c ON c.authority_id = a.authority_id\n        WHERE a.user_id = u.id AND c.edition_id = x.edition_id AND c.state <> 'withdrawn'\n        AND daterange(a.since, a.until, '[]') @> x.first_day))))) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_in_edition_on_first_day', MESSAGE = 'registration_in_edition_on_first_day'; END IF; RETURN NEW;", hash='dac1d4eed5b44ff99214a8fef548a0c66d88694d', operation='INSERT OR UPDATE', pgid='pgtrigger_registration_in_edition_on_first_day_9d824', table='exchanges_registration', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='registration',
                trigger=pgtrigger.compiler.Trigger(name='registration_walk_in_without_seat', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF (CASE\n    WHEN NEW.state = 'no_show' THEN TG_OP = 'UPDATE' AND OLD.walk_in\n    WHEN NEW.state <> 'attended' THEN FALSE\n    WHEN TG_OP = 'UPDATE' AND OLD.state = 'attended' THEN NEW.walk_in <> OLD.walk_in\n    ELSE NEW.walk_in = (TG_OP = 'UPDATE' AND OLD.state IN ('registered', 'no_show')) END) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_walk_in_without_seat', MESSAGE = 'registration_walk_in_without_seat'; END IF; RETURN NEW;", hash='3e474be02ad0cb7502bc1701318805e40fbe44d9', operation='INSERT OR UPDATE', pgid='pgtrigger_registration_walk_in_without_seat_66dbb', table='exchanges_registration', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='registration',
                trigger=pgtrigger.compiler.Trigger(name='registration_attendance_too_early', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.state IN ('attended', 'no_show') AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)\n    AND EXISTS (\n    SELECT 1 FROM exchanges_exchange x WHERE x.id = NEW.exchange_id AND NOT x.retrospective\n    AND x.state NOT IN ('registration_open', 'registration_closed', 'held', 'followed_up')) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_attendance_too_early', MESSAGE = 'registration_attendance_too_early'; END IF; RETURN NEW;", hash='a4d93713ee1a7265f2ec9e2ee8a6a1076a3f18b8', operation='INSERT OR UPDATE', pgid='pgtrigger_registration_attendance_too_early_46244', table='exchanges_registration', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='registration',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchanges_registrationevent" ("cohort_id", "exchange_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "ticket", "user_id", "walk_in") VALUES (NEW."cohort_id", NEW."exchange_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state", NEW."ticket", NEW."user_id", NEW."walk_in"); RETURN NULL;', hash='db3a44e5e251ef269a6fdee479e2968a6e941065', operation='INSERT', pgid='pgtrigger_insert_insert_c3545', table='exchanges_registration', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='registration',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "exchanges_registrationevent" ("cohort_id", "exchange_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "ticket", "user_id", "walk_in") VALUES (NEW."cohort_id", NEW."exchange_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state", NEW."ticket", NEW."user_id", NEW."walk_in"); RETURN NULL;', hash='4b74794a7b512cf60717556fd1bf4ac7d6893f20', operation='UPDATE', pgid='pgtrigger_update_update_1a63f', table='exchanges_registration', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='registration',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "exchanges_registrationevent" ("cohort_id", "exchange_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "ticket", "user_id", "walk_in") VALUES (OLD."cohort_id", OLD."exchange_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."state", OLD."ticket", OLD."user_id", OLD."walk_in"); RETURN NULL;', hash='5f764fe9792a80b17b3acd28a4925e79d9cd04a1', operation='DELETE', pgid='pgtrigger_delete_delete_bc612', table='exchanges_registration', when='AFTER')),
            ),
            migrations.AddConstraint(
                model_name='guest',
                constraint=models.CheckConstraint(condition=models.Q(('walk_in', False), ('state', 'attended'), _connector='OR'), name='guest_walk_in_came'),
            ),
            migrations.AddConstraint(
                model_name='registration',
                constraint=models.CheckConstraint(condition=models.Q(('walk_in', False), ('state', 'attended'), _connector='OR'), name='registration_walk_in_came'),
            ),
        ]),
    ]

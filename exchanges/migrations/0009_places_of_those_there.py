"""A place is taken by those who are of the edition on the first day."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0008_host_turn_fair_by_day'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='commitment',
            name='commitment_owner_active',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commitment',
            trigger=pgtrigger.compiler.Trigger(name='commitment_owner_active', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF (TG_OP = 'INSERT' OR (NEW.owner_id, NEW.made_on) IS DISTINCT FROM (OLD.owner_id, OLD.made_on)) AND NOT EXISTS (\n    SELECT 1 FROM accounts_user u JOIN exchanges_exchange x ON x.id = NEW.exchange_id WHERE u.id = NEW.owner_id\n    AND (u.is_lab_staff OR (EXISTS (\n        SELECT 1 FROM cohorts_membership m JOIN cohorts_cohort c ON c.id = m.cohort_id\n        WHERE m.user_id = u.id AND c.edition_id = x.edition_id\n        AND daterange(m.starts_on, m.ends_on, '[]') @> NEW.made_on)\n    OR EXISTS (\n        SELECT 1 FROM programmes_authorityadmin a JOIN cohorts_cohort c ON c.authority_id = a.authority_id\n        WHERE a.user_id = u.id AND c.edition_id = x.edition_id\n        AND daterange(a.since, a.until, '[]') @> NEW.made_on)))) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_owner_active', MESSAGE = 'commitment_owner_active'; END IF; RETURN NEW;", hash='8740edcdd8695bff1bf0db6de9f3510b697f48a2', operation='INSERT OR UPDATE', pgid='pgtrigger_commitment_owner_active_16a07', table='exchanges_commitment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='registration',
            trigger=pgtrigger.compiler.Trigger(name='registration_here_then', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.state IN ('registered', 'waitlisted') AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)\n    AND NOT EXISTS (\n        SELECT 1 FROM accounts_user u JOIN exchanges_exchange x ON x.id = NEW.exchange_id WHERE u.id = NEW.user_id\n        AND (x.retrospective OR u.is_active AND (\n            u.is_lab_staff OR (EXISTS (\n        SELECT 1 FROM cohorts_membership m JOIN cohorts_cohort c ON c.id = m.cohort_id\n        WHERE m.user_id = u.id AND c.edition_id = x.edition_id AND c.state <> 'withdrawn'\n        AND daterange(m.starts_on, m.ends_on, '[]') @> x.first_day)\n    OR EXISTS (\n        SELECT 1 FROM programmes_authorityadmin a JOIN cohorts_cohort c ON c.authority_id = a.authority_id\n        WHERE a.user_id = u.id AND c.edition_id = x.edition_id AND c.state <> 'withdrawn'\n        AND daterange(a.since, a.until, '[]') @> x.first_day))))) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_here_then', MESSAGE = 'registration_here_then'; END IF; RETURN NEW;", hash='19450c102be1acf73598e29366cff325097c2921', operation='INSERT OR UPDATE', pgid='pgtrigger_registration_here_then_0249c', table='exchanges_registration', when='BEFORE')),
        ),
    ]

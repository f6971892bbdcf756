"""Texts are as long as their forms take, and guests are invited by people of the edition."""

import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0002_letters_of_sessions'),
        ('exchanges', '0012_words'),
        ('programmes', '0002_published_facts'),
        ('prototypes', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='guest',
            trigger=pgtrigger.compiler.Trigger(name='guest_invited_from_edition', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF (TG_OP = 'INSERT' OR NEW.invited_by_id <> OLD.invited_by_id) AND NOT EXISTS (\n    SELECT 1 FROM accounts_user u JOIN exchanges_exchange x ON x.id = NEW.exchange_id WHERE u.id = NEW.invited_by_id\n    AND (u.is_lab_staff OR (EXISTS (\n        SELECT 1 FROM cohorts_membership m JOIN cohorts_cohort c ON c.id = m.cohort_id\n        WHERE m.user_id = u.id AND c.edition_id = x.edition_id)\n    OR EXISTS (\n        SELECT 1 FROM programmes_authorityadmin a JOIN cohorts_cohort c ON c.authority_id = a.authority_id\n        WHERE a.user_id = u.id AND c.edition_id = x.edition_id)))) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'guest_invited_from_edition', MESSAGE = 'guest_invited_from_edition'; END IF; RETURN NEW;", hash='883b30f74c53967ec4e7c229633f55546f8e1d96', operation='INSERT OR UPDATE', pgid='pgtrigger_guest_invited_from_edition_97e21', table='exchanges_guest', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('what'), 1000), name='commitment_length'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('reason'), 1000), name='commitment_reason_length'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 10000), name='contribution_length'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('outcome'), 10000), name='exchange_outcome_length'),
        ),
        migrations.AddConstraint(
            model_name='minutes',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 50000), name='minutes_length'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 10000), name='question_length'),
        ),
    ]

import web.mailboxes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from web.database.operation_group import OperationGroup


# Rules of ours on tables of django-allauth, whose models we cannot change.
SECOND_FACTOR_ENCRYPTED = """
    ALTER TABLE mfa_authenticator ADD CONSTRAINT second_factor_encrypted CHECK (
        coalesce(data->>'secret', 'gAAAA') LIKE 'gAAAA%' AND coalesce(data->>'seed', 'gAAAA') LIKE 'gAAAA%'
        AND NOT coalesce(data->'migrated_codes', '[]') @? '$[*] ? (!(@ starts with "gAAAA"))'
    )
"""
ADDRESS_OF_ONE_PERSON = "CREATE UNIQUE INDEX address_of_one_person ON account_emailaddress (lower(email))"
MAILBOX = rf"""
    ALTER TABLE account_emailaddress ADD CONSTRAINT emailaddress_mailbox CHECK (email ~ '{web.mailboxes.MAILBOX}')
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('account', '0009_emailaddress_unique_primary_email'),
        ('accounts', '0001_initial'),
        ('mfa', '0003_authenticator_type_uniq'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountAddress',
            fields=[
            ],
            options={
                'verbose_name': 'address of an account',
                'verbose_name_plural': 'addresses of accounts',
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('account.emailaddress',),
        ),
        OperationGroup([
            pgtrigger.migrations.AddTrigger(
                model_name='accountaddress',
                trigger=pgtrigger.compiler.Trigger(name='account_address_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM FROM accounts_user WHERE id = NEW.user_id FOR KEY SHARE; PERFORM pg_advisory_xact_lock(hashtext('address'), (hashtextextended(lower(NEW.email), 0) & 2047)::int); IF EXISTS (SELECT FROM accounts_user WHERE lower(email) = lower(NEW.email) AND id <> NEW.user_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'address_of_one_person', MESSAGE = 'address_of_one_person'; END IF; RETURN NEW;", hash='90ec8239b656faf22d8ec067740c3994dccedbc2', operation='INSERT OR UPDATE OF "email", "user_id"', pgid='pgtrigger_account_address_once_4e146', table='account_emailaddress', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='accountaddress',
                trigger=pgtrigger.compiler.Trigger(name='account_address_proved', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NOT NEW.verified AND NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.user_id AND lower(email) = lower(NEW.email)) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'account_address_proved', MESSAGE = 'account_address_proved'; END IF; RETURN NEW;", hash='0704637016a3d3e83cf4d5bf5407ad676af3edae', operation='INSERT OR UPDATE', pgid='pgtrigger_account_address_proved_26bfd', table='account_emailaddress', when='BEFORE')),
            ),
        ]),
        migrations.RunSQL(
            SECOND_FACTOR_ENCRYPTED, "ALTER TABLE mfa_authenticator DROP CONSTRAINT second_factor_encrypted"
        ),
        migrations.RunSQL(ADDRESS_OF_ONE_PERSON, "DROP INDEX address_of_one_person"),
        migrations.RunSQL(MAILBOX, "ALTER TABLE account_emailaddress DROP CONSTRAINT emailaddress_mailbox"),
    ]

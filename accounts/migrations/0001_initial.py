import datetime
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import web.database.text_search
import web.mailboxes
import web.text.names
from django.conf import settings
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('web', '0001_initial'),
    ]

    operations = [
        OperationGroup([
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('email', models.EmailField(max_length=254, unique=True, validators=[web.mailboxes.check_host], verbose_name='e-mail address')),
                    ('full_name', web.text.names.PersonName(max_length=150, verbose_name='name')),
                    ('language', models.CharField(blank=True, choices=[('fr', 'Français'), ('en', 'English')], max_length=2, verbose_name='language')),
                    ('is_lab_staff', models.BooleanField(default=False, verbose_name='lab staff')),
                    ('is_staff', models.BooleanField(default=False, verbose_name='may open the administration')),
                    ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                    ('joined', models.BooleanField(db_default=True, default=True, verbose_name='has joined')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='joined')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                    ('erase_on', models.DateField(blank=True, null=True, verbose_name='planned erasure')),
                    ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='erased at')),
                ],
                options={
                    'verbose_name': 'person',
                    'verbose_name_plural': 'people',
                    'indexes': [django.contrib.postgres.indexes.GinIndex(web.database.text_search.SearchWords('full_name'), name='user_words')],
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once', violation_error_message='This address has an account already.'), models.CheckConstraint(condition=models.Q(('email', ''), ('email__regex', '^[!#-?A-~]+@([A-Za-z0-9-]+\\.)+([Xx][Nn]--[A-Za-z0-9-]+|[A-Za-z]{2,})$'), _connector='OR'), name='user_mailbox', violation_error_message='This is not a valid e-mail address. Write a name, @ and a domain, for example ada@ville.example.'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('erase_on', None)), ('is_active', False), _connector='OR'), name='user_closed_signs_in_no_more'), models.CheckConstraint(condition=models.Q(models.Q(('erased_at', None), models.Q(('full_name__regex', '^#[0-9]+$'), _negated=True)), models.Q(('email__regex', '^erased-[0-9a-f]{32}@people\\.invalid$'), ('erase_on', None), ('erased_at__isnull', False), ('full_name__regex', '^#[0-9]+$'), ('is_active', False), ('is_lab_staff', False), ('is_staff', False), ('is_superuser', False)), _connector='OR'), name='user_erased_is_anonymous'), models.CheckConstraint(condition=models.Q(('joined', True), ('is_active', False), _connector='OR'), name='user_joined_to_sign_in'), models.CheckConstraint(condition=models.Q(('erase_on__range', (datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)))), name='user_dates_plausible')],
                    'triggers': [pgtrigger.compiler.Trigger(name='user_erased_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF OLD.erased_at IS NOT NULL AND (TG_OP = 'DELETE' OR (to_jsonb(NEW)) IS DISTINCT FROM (to_jsonb(OLD))) THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'user_erased_stays', MESSAGE = 'user_erased_stays';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='9d34c98f616e697ef6f86fa0b98191ce705517d6', operation='UPDATE OR DELETE', pgid='pgtrigger_user_erased_stays_cc892', table='accounts_user', when='BEFORE')), pgtrigger.compiler.Trigger(name='user_lab_staffed', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'UPDATE' AND OLD.is_lab_staff AND OLD.is_active AND NOT (NEW.is_lab_staff AND NEW.is_active) THEN PERFORM pg_advisory_xact_lock(hashtext('user_lab_staffed')); END IF; IF TG_OP = 'UPDATE' AND OLD.is_lab_staff AND OLD.is_active AND NOT (NEW.is_lab_staff AND NEW.is_active) AND NOT EXISTS (SELECT FROM accounts_user WHERE is_lab_staff AND is_active AND id <> OLD.id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'user_lab_staffed', MESSAGE = 'user_lab_staffed'; END IF; RETURN NEW;", hash='97df0f1f39ae889327ac1d38e4706dff42600855', operation='INSERT OR UPDATE', pgid='pgtrigger_user_lab_staffed_17d58', table='accounts_user', when='BEFORE')), pgtrigger.compiler.Trigger(name='user_address_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM FROM accounts_user WHERE id = NEW.id FOR KEY SHARE; PERFORM pg_advisory_xact_lock(hashtext('address'), (hashtextextended(lower(NEW.email), 0) & 2047)::int); IF EXISTS (SELECT FROM account_emailaddress WHERE lower(email) = lower(NEW.email) AND user_id <> NEW.id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'user_email_once', MESSAGE = 'user_email_once'; END IF; RETURN NEW;", hash='d3fc08a86e4a693e46491cd926bd36d188d9c5ec', operation='INSERT OR UPDATE OF "email"', pgid='pgtrigger_user_address_once_9a8f9', table='accounts_user', when='BEFORE')), pgtrigger.compiler.Trigger(name='user_unproved_address_goes', sql=pgtrigger.compiler.UpsertTriggerSql(func='DELETE FROM account_emailaddress WHERE user_id = NEW.id AND NOT verified AND lower(email) <> lower(NEW.email); RETURN NULL;', hash='1ed6ef9a8502aa98f22b149815fda3f47e74c49c', operation='UPDATE OF "email"', pgid='pgtrigger_user_unproved_address_goes_09771', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("closed_at", "date_joined", "erase_on", "erased_at", "id", "is_active", "is_lab_staff", "is_staff", "is_superuser", "joined", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."closed_at", NEW."date_joined", NEW."erase_on", NEW."erased_at", NEW."id", NEW."is_active", NEW."is_lab_staff", NEW."is_staff", NEW."is_superuser", NEW."joined", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='8d25ed903c84c5ac7a67a16fb6d41c1c10e8c4a7', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."erase_on" IS DISTINCT FROM (NEW."erase_on") OR OLD."erased_at" IS DISTINCT FROM (NEW."erased_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_lab_staff" IS DISTINCT FROM (NEW."is_lab_staff") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."joined" IS DISTINCT FROM (NEW."joined") OR OLD."language" IS DISTINCT FROM (NEW."language"))', func='INSERT INTO "accounts_userevent" ("closed_at", "date_joined", "erase_on", "erased_at", "id", "is_active", "is_lab_staff", "is_staff", "is_superuser", "joined", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."closed_at", NEW."date_joined", NEW."erase_on", NEW."erased_at", NEW."id", NEW."is_active", NEW."is_lab_staff", NEW."is_staff", NEW."is_superuser", NEW."joined", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='3875fa7d56ff34fa6f150883f39945f701cacd33', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("closed_at", "date_joined", "erase_on", "erased_at", "id", "is_active", "is_lab_staff", "is_staff", "is_superuser", "joined", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."closed_at", OLD."date_joined", OLD."erase_on", OLD."erased_at", OLD."id", OLD."is_active", OLD."is_lab_staff", OLD."is_staff", OLD."is_superuser", OLD."joined", OLD."language", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='1b37c57500ff6ff7fb567e6c960cce00c92cbdab', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', table='accounts_user', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='AddressClaim',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                    ('token_hash', models.CharField(max_length=64, unique=True, verbose_name='hash')),
                    ('made_at', models.DateTimeField(verbose_name='created')),
                    ('expires_at', models.DateTimeField(verbose_name='expires')),
                ],
                options={
                    'verbose_name': 'address to be confirmed',
                    'verbose_name_plural': 'addresses to be confirmed',
                    'indexes': [models.Index(fields=['email'], name='address_claim_email')],
                    'constraints': [models.UniqueConstraint(fields=('user', 'email'), name='address_claim_once'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='address_claim_lower'), models.CheckConstraint(condition=models.Q(('email', ''), ('email__regex', '^[!#-?A-~]+@([A-Za-z0-9-]+\\.)+([Xx][Nn]--[A-Za-z0-9-]+|[A-Za-z]{2,})$'), _connector='OR'), name='address_claim_mailbox', violation_error_message='This is not a valid e-mail address. Write a name, @ and a domain, for example ada@ville.example.'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='address_claim_expires_later')],
                },
            ),
            migrations.CreateModel(
                name='AddressRelease',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='address_releases', to=settings.AUTH_USER_MODEL, verbose_name='person who had the address')),
                    ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='released by')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                    ('because', models.CharField(max_length=300, verbose_name='reason')),
                    ('made_at', models.DateTimeField(verbose_name='released at')),
                ],
                options={
                    'verbose_name': 'released address',
                    'verbose_name_plural': 'released addresses',
                    'indexes': [models.Index(fields=['person', '-made_at'], name='address_releases_latest')],
                    'triggers': [pgtrigger.compiler.Trigger(name='address_release_by_lab', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.staff_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.staff_id AND is_lab_staff AND is_active) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'address_release_by_lab', MESSAGE = 'address_release_by_lab'; END IF; RETURN NEW;", hash='86ea93fafd19494aac9ad4af2e5344a9a4318981', operation='INSERT', pgid='pgtrigger_address_release_by_lab_ed601', table='accounts_addressrelease', when='BEFORE')), pgtrigger.compiler.Trigger(name='address_release_reason', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.because !~ '\\S' THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'address_release_reason', MESSAGE = 'address_release_reason'; END IF; RETURN NEW;", hash='24f439a11b4a98ea33d844341725b3082db694d7', operation='INSERT', pgid='pgtrigger_address_release_reason_ece4a', table='accounts_addressrelease', when='BEFORE')), pgtrigger.compiler.Trigger(name='address_release_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TRUE AND (TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'email' - 'because') IS DISTINCT FROM (to_jsonb(OLD) - 'email' - 'because')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'address_release_fixed', MESSAGE = 'address_release_fixed';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='e2378829a97e59107468147e65068b1ec3dcfc12', operation='UPDATE OR DELETE', pgid='pgtrigger_address_release_fixed_a5c63', table='accounts_addressrelease', when='BEFORE')), pgtrigger.compiler.Trigger(name='address_release_words', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.because NOT IN ('', OLD.because) OR NEW.email NOT IN ('', OLD.email) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'address_release_fixed', MESSAGE = 'address_release_fixed'; END IF; RETURN NEW;", hash='297f3d31ff928a5b2c78d5812b4019d1312ad350', operation='UPDATE', pgid='pgtrigger_address_release_words_2c317', table='accounts_addressrelease', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_addressreleaseevent" ("id", "made_at", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_id") VALUES (NEW."id", NEW."made_at", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."staff_id"); RETURN NULL;', hash='c224462c5495fdf295bb99aa9b2dea11042d50aa', operation='INSERT', pgid='pgtrigger_insert_insert_8f32d', table='accounts_addressrelease', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."staff_id" IS DISTINCT FROM (NEW."staff_id"))', func='INSERT INTO "accounts_addressreleaseevent" ("id", "made_at", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_id") VALUES (NEW."id", NEW."made_at", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."staff_id"); RETURN NULL;', hash='9799dfccf50aa700ccc6b8633edb747232423555', operation='UPDATE', pgid='pgtrigger_update_update_59e7b', table='accounts_addressrelease', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_addressreleaseevent" ("id", "made_at", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_id") VALUES (OLD."id", OLD."made_at", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."staff_id"); RETURN NULL;', hash='b43ca946cd651d0a5281bf93dd0a5e53f64a38e0', operation='DELETE', pgid='pgtrigger_delete_delete_dba87', table='accounts_addressrelease', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='FactorReset',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='factor_resets', to=settings.AUTH_USER_MODEL, verbose_name='person whose second factor was lost')),
                    ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='removed by')),
                    ('because', models.CharField(max_length=300, verbose_name='how the lab checked the person’s identity')),
                    ('made_at', models.DateTimeField(verbose_name='removed at')),
                ],
                options={
                    'verbose_name': 'lost second factor',
                    'verbose_name_plural': 'lost second factors',
                    'indexes': [models.Index(fields=['person', '-made_at'], name='factor_resets_latest')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('person', models.F('staff')), _negated=True), name='factor_reset_of_others')],
                    'triggers': [pgtrigger.compiler.Trigger(name='factor_reset_by_lab', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.staff_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.staff_id AND is_lab_staff AND is_active) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_reset_by_lab', MESSAGE = 'factor_reset_by_lab'; END IF; RETURN NEW;", hash='90d4703e1f747b64a37c1452a107cbbdadb5be3b', operation='INSERT', pgid='pgtrigger_factor_reset_by_lab_c917f', table='accounts_factorreset', when='BEFORE')), pgtrigger.compiler.Trigger(name='factor_reset_of_open_account', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.person_id AND is_active) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_reset_of_open_account', MESSAGE = 'factor_reset_of_open_account'; END IF; RETURN NEW;", hash='e8ac00264b403aaa17e40f4c8d9fa30ab0d03c5b', operation='INSERT', pgid='pgtrigger_factor_reset_of_open_account_34b23', table='accounts_factorreset', when='BEFORE')), pgtrigger.compiler.Trigger(name='factor_reset_says_how', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.because = '' THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_reset_says_how', MESSAGE = 'factor_reset_says_how'; END IF; RETURN NEW;", hash='6ab1a0d47d099a21060e599ac6da7c2536b63e7a', operation='INSERT', pgid='pgtrigger_factor_reset_says_how_d46ed', table='accounts_factorreset', when='BEFORE')), pgtrigger.compiler.Trigger(name='factor_reset_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TRUE AND (TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'because') IS DISTINCT FROM (to_jsonb(OLD) - 'because')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_reset_kept', MESSAGE = 'factor_reset_kept';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='198d47b2081e1620d391bcb747e752b5341b4341', operation='UPDATE OR DELETE', pgid='pgtrigger_factor_reset_kept_cffd2', table='accounts_factorreset', when='BEFORE')), pgtrigger.compiler.Trigger(name='factor_reset_words', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.because NOT IN ('', OLD.because) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factor_reset_kept', MESSAGE = 'factor_reset_kept'; END IF; RETURN NEW;", hash='182d13f2367c498a377334e477633b793c186bda', operation='UPDATE', pgid='pgtrigger_factor_reset_words_033f7', table='accounts_factorreset', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_factorresetevent" ("id", "made_at", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_id") VALUES (NEW."id", NEW."made_at", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."staff_id"); RETURN NULL;', hash='bfa3c0700c3b66922c83500dda25b43fbbc652fd', operation='INSERT', pgid='pgtrigger_insert_insert_3bfe9', table='accounts_factorreset', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."staff_id" IS DISTINCT FROM (NEW."staff_id"))', func='INSERT INTO "accounts_factorresetevent" ("id", "made_at", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_id") VALUES (NEW."id", NEW."made_at", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."staff_id"); RETURN NULL;', hash='609c3a845719c81be15361d0d22f646f2bd07d40', operation='UPDATE', pgid='pgtrigger_update_update_b4c64', table='accounts_factorreset', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_factorresetevent" ("id", "made_at", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_id") VALUES (OLD."id", OLD."made_at", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."staff_id"); RETURN NULL;', hash='1553c9fdec2d7431fc76cca71f1c03b6820e0581', operation='DELETE', pgid='pgtrigger_delete_delete_04307', table='accounts_factorreset', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='SignInLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                    ('token_hash', models.CharField(max_length=64, unique=True, verbose_name='hash')),
                    ('made_at', models.DateTimeField(verbose_name='created')),
                    ('expires_at', models.DateTimeField(verbose_name='expires')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                    ('ended_how', models.CharField(blank=True, choices=[('used', 'used'), ('replaced', 'replaced by a newer one'), ('closed', 'ended when the account was closed')], max_length=8, verbose_name='how the link ended')),
                ],
                options={
                    'verbose_name': 'sign-in link',
                    'verbose_name_plural': 'sign-in links',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user',), name='sign_in_link_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_how', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_how', ''), _negated=True)), _connector='OR'), name='sign_in_link_ended_how'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='sign_in_link_expires_later'), models.CheckConstraint(condition=models.Q(models.Q(('ended_how', 'used'), _negated=True), ('ended_at__lt', models.F('expires_at')), _connector='OR'), name='sign_in_link_in_time')],
                    'triggers': [pgtrigger.compiler.Trigger(name='sign_in_link_ends_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF OLD.ended_at IS NOT NULL AND TG_OP = 'UPDATE' AND (TG_OP = 'DELETE' OR (to_jsonb(NEW)) IS DISTINCT FROM (to_jsonb(OLD))) THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'sign_in_link_ends_once', MESSAGE = 'sign_in_link_ends_once';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='c0562dfeb83c96d156e6ae620bed619dc8abbe2b', operation='UPDATE OR DELETE', pgid='pgtrigger_sign_in_link_ends_once_7ec6e', table='accounts_signinlink', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='SupportVisit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='support_visits', to=settings.AUTH_USER_MODEL, verbose_name='person the lab acted for')),
                    ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acted by')),
                    ('because', models.CharField(max_length=300, verbose_name='reason for acting')),
                    ('began_at', models.DateTimeField(verbose_name='began')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ],
                options={
                    'verbose_name': 'support visit',
                    'verbose_name_plural': 'support visits',
                    'indexes': [models.Index(fields=['person', '-began_at'], name='support_visits_latest')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('because', ''), _negated=True), name='support_says_why'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('began_at')), _connector='OR'), name='support_ends_after_it_began'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('staff',), name='support_one_at_a_time')],
                    'triggers': [pgtrigger.compiler.Trigger(name='support_of_others_by_lab', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE allowed boolean;', func="SELECT s.is_lab_staff AND s.is_active AND p.is_active\n                        AND NOT (p.is_lab_staff OR p.is_staff OR p.is_superuser) INTO allowed\n                    FROM accounts_user s, accounts_user p WHERE s.id = NEW.staff_id AND p.id = NEW.person_id; IF allowed IS NOT TRUE THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'support_of_others_by_lab', MESSAGE = 'support_of_others_by_lab'; END IF; RETURN NEW;", hash='7f2423f7f7bc3665c1cea07e588b048ff1efad71', operation='INSERT', pgid='pgtrigger_support_of_others_by_lab_958f3', table='accounts_supportvisit', when='BEFORE')), pgtrigger.compiler.Trigger(name='support_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TRUE AND (TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'ended_at') IS DISTINCT FROM (to_jsonb(OLD) - 'ended_at')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'support_kept', MESSAGE = 'support_kept';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='36bdc10e7ba173dff4ba82bfd32e651239e2ef04', operation='UPDATE OR DELETE', pgid='pgtrigger_support_kept_30d37', table='accounts_supportvisit', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_supportvisitevent" ("because", "began_at", "ended_at", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_id") VALUES (NEW."because", NEW."began_at", NEW."ended_at", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."staff_id"); RETURN NULL;', hash='f56331d123d10b7af4e4a66862e03b5c7f02e60c', operation='INSERT', pgid='pgtrigger_insert_insert_cc128', table='accounts_supportvisit', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_supportvisitevent" ("because", "began_at", "ended_at", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_id") VALUES (NEW."because", NEW."began_at", NEW."ended_at", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."staff_id"); RETURN NULL;', hash='2977dc2d7f52bf2caca30f84c7779cf52a107182', operation='UPDATE', pgid='pgtrigger_update_update_a665b', table='accounts_supportvisit', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_supportvisitevent" ("because", "began_at", "ended_at", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_id") VALUES (OLD."because", OLD."began_at", OLD."ended_at", OLD."id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."staff_id"); RETURN NULL;', hash='521dacde3a26551f2b0e6075ec8fe2520352d410', operation='DELETE', pgid='pgtrigger_delete_delete_7254d', table='accounts_supportvisit', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='AddressReleaseEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.addressrelease')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person who had the address')),
                    ('staff', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='released by')),
                    ('made_at', models.DateTimeField(verbose_name='released at')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='64db98e589c0235db4a65f84e7ee0228a396c63d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_36444', table='accounts_addressreleaseevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='FactorResetEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.factorreset')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person whose second factor was lost')),
                    ('staff', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='removed by')),
                    ('made_at', models.DateTimeField(verbose_name='removed at')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='286f5b56e9b6c9017dbd2814ffeecdab9386b786', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_67b0b', table='accounts_factorresetevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='SupportVisitEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.supportvisit')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person the lab acted for')),
                    ('staff', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acted by')),
                    ('because', models.CharField(max_length=300, verbose_name='reason for acting')),
                    ('began_at', models.DateTimeField(verbose_name='began')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e312ce0a7c5b9bee28e17e031ac3cb8ad78b7c31', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_58a0d', table='accounts_supportvisitevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='UserEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('language', models.CharField(blank=True, choices=[('fr', 'Français'), ('en', 'English')], max_length=2, verbose_name='language')),
                    ('is_lab_staff', models.BooleanField(default=False, verbose_name='lab staff')),
                    ('is_staff', models.BooleanField(default=False, verbose_name='may open the administration')),
                    ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                    ('joined', models.BooleanField(db_default=True, default=True, verbose_name='has joined')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='joined')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                    ('erase_on', models.DateField(blank=True, null=True, verbose_name='planned erasure')),
                    ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='erased at')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e9498e73f6fbdf2642fb33fa14189f1ad2382c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45b21', table='accounts_userevent', when='BEFORE'))],
                },
            ),
        ]),
        OperationGroup([
            migrations.AddField(
                model_name='user',
                name='groups',
                field=models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups'),
            ),
            migrations.AddField(
                model_name='user',
                name='user_permissions',
                field=models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions'),
            ),
        ]),
    ]

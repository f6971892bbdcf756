import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_lab_role_rules'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        OperationGroup([
            migrations.CreateModel(
                name='LabEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.PositiveSmallIntegerField(default=1, editable=False, serialize=False)),
                    ('name', models.CharField(max_length=120, verbose_name='name of the lab')),
                    ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], default='fr', max_length=2, verbose_name='language')),
                    ('sender', models.EmailField(blank=True, max_length=254, verbose_name='sender of e-mails')),
                    ('time_zone', models.CharField(choices=[('Europe/Paris', 'mainland France and Corsica'), ('America/Cayenne', 'French Guiana'), ('America/Guadeloupe', 'Guadeloupe'), ('America/Marigot', 'Saint Martin'), ('America/Martinique', 'Martinique'), ('America/Miquelon', 'Saint Pierre and Miquelon'), ('America/St_Barthelemy', 'Saint Barthélemy'), ('Indian/Kerguelen', 'French Southern Lands'), ('Indian/Mayotte', 'Mayotte'), ('Indian/Reunion', 'Réunion'), ('Pacific/Noumea', 'New Caledonia'), ('Pacific/Tahiti', 'French Polynesia'), ('Pacific/Wallis', 'Wallis and Futuna')], default='Europe/Paris', max_length=40, verbose_name='time zone')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='SetupLink',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                    ('token_hash', models.CharField(max_length=64, verbose_name='hash of the token')),
                    ('expires_at', models.DateTimeField(verbose_name='open until')),
                ],
                options={
                    'verbose_name': 'link to set up the platform',
                    'verbose_name_plural': 'links to set up the platform',
                },
            ),
            migrations.CreateModel(
                name='Lab',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=120, verbose_name='name of the lab')),
                    ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], default='fr', max_length=2, verbose_name='language')),
                    ('sender', models.EmailField(blank=True, max_length=254, verbose_name='sender of e-mails')),
                    ('time_zone', models.CharField(choices=[('Europe/Paris', 'mainland France and Corsica'), ('America/Cayenne', 'French Guiana'), ('America/Guadeloupe', 'Guadeloupe'), ('America/Marigot', 'Saint Martin'), ('America/Martinique', 'Martinique'), ('America/Miquelon', 'Saint Pierre and Miquelon'), ('America/St_Barthelemy', 'Saint Barthélemy'), ('Indian/Kerguelen', 'French Southern Lands'), ('Indian/Mayotte', 'Mayotte'), ('Indian/Reunion', 'Réunion'), ('Pacific/Noumea', 'New Caledonia'), ('Pacific/Tahiti', 'French Polynesia'), ('Pacific/Wallis', 'Wallis and Futuna')], default='Europe/Paris', max_length=40, verbose_name='time zone')),
                ],
                options={
                    'verbose_name': 'lab',
                    'verbose_name_plural': 'labs',
                    'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='lab_only_one'), models.CheckConstraint(condition=models.Q(('name__regex', '\\S')), name='lab_has_name'), models.CheckConstraint(condition=models.Q(('sender', ''), ('sender__regex', '^[!#-?A-~]+@([A-Za-z0-9-]+\\.)+([Xx][Nn]--[A-Za-z0-9-]+|[A-Za-z]{2,})$'), _connector='OR'), name='lab_sender_mailbox', violation_error_message='This is not a valid e-mail address. Write a name, @ and a domain, for example ada@ville.example.')],
                },
            ),
        ]),
        OperationGroup([
            pgtrigger.migrations.AddTrigger(
                model_name='lab',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_labevent" ("id", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sender", "time_zone") VALUES (NEW."id", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sender", NEW."time_zone"); RETURN NULL;', hash='deb2ff3bceaa5786859319315f8bdfdbadb95bf4', operation='INSERT', pgid='pgtrigger_insert_insert_76d1f', table='accounts_lab', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='lab',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_labevent" ("id", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sender", "time_zone") VALUES (NEW."id", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sender", NEW."time_zone"); RETURN NULL;', hash='61dbda214fd7e74e4868f9ff4008d458bc92bab6', operation='UPDATE', pgid='pgtrigger_update_update_8b8ea', table='accounts_lab', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='lab',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_labevent" ("id", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sender", "time_zone") VALUES (OLD."id", OLD."language", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sender", OLD."time_zone"); RETURN NULL;', hash='278a31b243a948e82a046d9a738873e616a5ccec', operation='DELETE', pgid='pgtrigger_delete_delete_71508', table='accounts_lab', when='AFTER')),
            ),
            migrations.AddField(
                model_name='labevent',
                name='pgh_context',
                field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
            ),
            migrations.AddField(
                model_name='labevent',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.lab'),
            ),
            migrations.AddConstraint(
                model_name='setuplink',
                constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='setup_link_only_one'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='labevent',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1710f03bc34d977fc164cd53b79007e57978ba5d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a7967', table='accounts_labevent', when='BEFORE')),
            ),
        ]),
    ]

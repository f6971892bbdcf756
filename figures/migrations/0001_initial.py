import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('prototypes', '0001_initial'),
        ('web', '0001_initial'),
    ]

    operations = [
        OperationGroup([
            migrations.CreateModel(
                name='RatesChange',
                fields=[
                    ('transaction', models.BigIntegerField(primary_key=True, serialize=False)),
                    ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ],
            ),
            migrations.CreateModel(
                name='RatesRollup',
                fields=[
                    ('scope', models.CharField(max_length=40, primary_key=True, serialize=False)),
                    ('as_of', models.DateField()),
                    ('changes', models.BigIntegerField()),
                    ('latest', models.BigIntegerField()),
                    ('rows', models.JSONField()),
                    ('bounds', models.JSONField()),
                    ('counted_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['scope'],
                },
            ),
            migrations.CreateModel(
                name='CountedChallenge',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                    'indexes': [],
                    'constraints': [],
                },
                bases=('prototypes.challenge',),
            ),
            migrations.CreateModel(
                name='CountedIdea',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                    'indexes': [],
                    'constraints': [],
                },
                bases=('prototypes.idea',),
            ),
            migrations.CreateModel(
                name='CountedImplementation',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                    'indexes': [],
                    'constraints': [],
                },
                bases=('prototypes.implementation',),
            ),
            migrations.CreateModel(
                name='CountedIdeaEvent',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                    'indexes': [],
                    'constraints': [],
                },
                bases=('prototypes.ideaevent',),
            ),
        ]),
        OperationGroup([
            pgtrigger.migrations.AddTrigger(
                model_name='countedchallenge',
                trigger=pgtrigger.compiler.Trigger(name='challenge_touches_rates', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO figures_rateschange (transaction) VALUES (pg_current_xact_id()::text::bigint)\n            ON CONFLICT DO NOTHING;\n            RETURN NULL;\n        ', hash='b9d229ec5732d413eaa3aa312cd0c2a37d963006', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_challenge_touches_rates_92c57', table='prototypes_challenge', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='countedidea',
                trigger=pgtrigger.compiler.Trigger(name='idea_touches_rates', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO figures_rateschange (transaction) VALUES (pg_current_xact_id()::text::bigint)\n            ON CONFLICT DO NOTHING;\n            RETURN NULL;\n        ', hash='16a7fea3d27bd8576cce302832b6c1ef70222611', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_idea_touches_rates_091af', table='prototypes_idea', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='countedideaevent',
                trigger=pgtrigger.compiler.Trigger(name='idea_event_touches_rates', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO figures_rateschange (transaction) VALUES (pg_current_xact_id()::text::bigint)\n            ON CONFLICT DO NOTHING;\n            RETURN NULL;\n        ', hash='3b39b30de83182775960cb6d94efa2612d1d1401', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_idea_event_touches_rates_db55c', table='prototypes_ideaevent', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='countedimplementation',
                trigger=pgtrigger.compiler.Trigger(name='implementation_touches_rates', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            INSERT INTO figures_rateschange (transaction) VALUES (pg_current_xact_id()::text::bigint)\n            ON CONFLICT DO NOTHING;\n            RETURN NULL;\n        ', hash='caee48191d420b5b039f0b00f517a020962e5626', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_implementation_touches_rates_081a4', table='prototypes_implementation', when='AFTER')),
            ),
        ]),
    ]

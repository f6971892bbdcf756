"""Keys with which programs sent changes; scopes to change cohorts and exchanges, and those of field notes."""

import django.db.models.deletion
from django.db import migrations, models

from web.database.operation_group import OperationGroup

SCOPES = [
    *('programmes:read', 'cohorts:read', 'cohorts:write', 'ideas:read', 'ideas:write'),
    *('exchanges:read', 'exchanges:write', 'notes:read', 'notes:write', 'figures:read'),
]


class Migration(migrations.Migration):
    dependencies = [('api', '0001_tokens')]
    operations = [
        OperationGroup([
            migrations.CreateModel(
                name='IdempotencyKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.UUIDField(verbose_name='idempotency key')),
                    ('digest', models.CharField(max_length=64, verbose_name='hash of the request')),
                    ('status', models.PositiveSmallIntegerField(default=200, verbose_name='status')),
                    ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                    ('created_at', models.DateTimeField(verbose_name='sent on')),
                    ('token', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='idempotency_keys', to='api.apitoken', verbose_name='API token')),
                ],
                options={
                    'verbose_name': 'idempotency key',
                    'verbose_name_plural': 'idempotency keys',
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['created_at'], name='idempotency_key_created')],
                    'constraints': [models.UniqueConstraint(fields=('token', 'key'), name='idempotency_key_once')],
                },
            ),
            migrations.RemoveConstraint(model_name='apitoken', name='api_token_scopes_known'),
        ]),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.CheckConstraint(
                condition=models.Q(('scopes__contained_by', SCOPES), ('scopes__len__gt', 0)), name='api_token_scopes_known'
            ),
        ),
    ]

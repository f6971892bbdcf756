"""Scopes to read costs and funders, calls for authorities, and files."""

from django.db import migrations, models

SCOPES = [
    *('programmes:read', 'cohorts:read', 'cohorts:write', 'ideas:read', 'ideas:write'),
    *('exchanges:read', 'exchanges:write', 'notes:read', 'notes:write', 'figures:read'),
    *('costs:read', 'calls:read', 'files:read'),
]


class Migration(migrations.Migration):
    dependencies = [('api', '0002_idempotency_keys')]
    operations = [
        migrations.RemoveConstraint(model_name='apitoken', name='api_token_scopes_known'),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.CheckConstraint(
                condition=models.Q(('scopes__contained_by', SCOPES), ('scopes__len__gt', 0)), name='api_token_scopes_known'
            ),
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("accounts", "0011_encrypt_second_factors")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE mfa_authenticator ADD CONSTRAINT second_factor_encrypted CHECK ("
            "coalesce(data->>'secret', 'gAAAA') LIKE 'gAAAA%' AND coalesce(data->>'seed', 'gAAAA') LIKE 'gAAAA%'"
            " AND NOT coalesce(data->'migrated_codes', '[]') @? '$[*] ? (!(@ starts with \"gAAAA\"))')",
            "ALTER TABLE mfa_authenticator DROP CONSTRAINT second_factor_encrypted",
        )
    ]

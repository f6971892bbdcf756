from django.db import migrations

from accounts.factor_secrets import map_secrets
from web.encryption import PREFIX, decrypt, encrypt


def encrypt_secrets(apps, schema_editor):
    """Seeds of authenticator apps (base 32) and of recovery codes (hexadecimal) never begin as what is encrypted."""
    _change(apps, lambda secret: secret if secret.startswith(PREFIX) else encrypt(secret))


def decrypt_secrets(apps, schema_editor):
    _change(apps, lambda secret: decrypt(secret) if secret.startswith(PREFIX) else secret)


def _change(apps, change):
    for factor in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn"):
        factor.data = map_secrets(factor.data, change)
        factor.save(update_fields=["data"])


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0010_links_end_with_the_account"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(encrypt_secrets, decrypt_secrets)]

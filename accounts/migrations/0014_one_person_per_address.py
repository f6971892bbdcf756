import secrets
from datetime import timedelta
from hashlib import sha256

from django.db import migrations
from django.utils import timezone


def settle(apps, schema_editor):
    """Leave every address to one person: the one whose main address it is, else the one who verified it first.

    What another account had verified too is released, for the lab to see; what was only typed becomes a claim. The
    link of such a claim is drawn and sent to nobody: the person asks for another e-mail.
    """
    addresses = apps.get_model('account', 'EmailAddress').objects
    claims = apps.get_model('accounts', 'AddressClaim').objects
    releases = apps.get_model('accounts', 'AddressRelease').objects
    now = timezone.now()
    owners = {user.email.lower(): user.pk for user in apps.get_model('accounts', 'User').objects.only('email')}
    stored = set()
    for row in addresses.order_by('-verified', 'pk'):
        address = row.email.lower()
        own = row.user_id == owners.get(address, row.user_id if row.verified else None)
        if own and address not in stored:
            owners[address] = row.user_id
            stored.add(address)
            continue
        if not own and row.verified:
            releases.create(person_id=row.user_id, email=row.email, because='upgrade', made_at=now)
        if not own and not row.verified:
            dates = {'made_at': now, 'expires_at': now + timedelta(days=3)}
            drawn = sha256(secrets.token_bytes(32)).hexdigest()
            claims.get_or_create(user_id=row.user_id, email=address, defaults={'token_hash': drawn, **dates})
        row.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_address_claims'),
    ]

    operations = [
        migrations.RunPython(settle, migrations.RunPython.noop),
    ]

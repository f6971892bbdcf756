from django.db import migrations
from django.db.models.functions import Lower
from django.utils import timezone

from web.mailboxes import canonical_address

NOT_ASCII = '[^ -~]'


def spell(apps, schema_editor):
    """Store the addresses that have other characters than ASCII as e-mails to them are sent.

    Of two accounts at one mailbox only the lab knows which stays: the upgrade stops and names both. A further address
    of one person at the mailbox of another is released, for the lab to see; a claim is deleted, to be made again.
    """
    users = apps.get_model('accounts', 'User').objects
    addresses = apps.get_model('account', 'EmailAddress').objects
    releases = apps.get_model('accounts', 'AddressRelease').objects

    def release(rows):
        for row in rows:
            releases.create(person_id=row.user_id, email=row.email, because='upgrade', made_at=timezone.now())
            row.delete()

    def owners(address):
        return users.annotate(address=Lower('email')).filter(address=address)

    for user in users.filter(email__regex=NOT_ASCII).order_by('pk'):
        address = canonical_address(user.email)
        if other := owners(address).exclude(pk=user.pk).first():
            raise RuntimeError(f'Accounts {other.pk} and {user.pk} have one mailbox: give one of them another address.')
        release(addresses.annotate(address=Lower('email')).filter(address=address).exclude(user_id=user.pk))
        own = addresses.filter(user_id=user.pk, email__in=[user.email, address])
        verified = list(own.values_list('verified', flat=True))
        own.delete()
        users.filter(pk=user.pk).update(email=address)
        if verified:
            addresses.create(user_id=user.pk, email=address, primary=True, verified=any(verified))
    for row in addresses.filter(email__regex=NOT_ASCII).order_by('pk'):
        address = canonical_address(row.email)
        taken = addresses.annotate(address=Lower('email')).filter(address=address)
        if taken.exists() or owners(address).exclude(pk=row.user_id).exists():
            release([row])
        else:
            addresses.filter(pk=row.pk).update(email=address)
    apps.get_model('accounts', 'AddressClaim').objects.filter(email__regex=NOT_ASCII).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('account', '0009_emailaddress_unique_primary_email'),
        ('accounts', '0015_address_of_one_person'),
    ]

    operations = [
        migrations.RunPython(spell, migrations.RunPython.noop),
    ]

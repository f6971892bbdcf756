from django.db import migrations

from web.mailboxes import canonical_address


def spell(apps, schema_editor):
    """Store the addresses of guests as e-mails to them are sent; what is no mailbox is emptied."""
    guests = apps.get_model('exchanges', 'Guest').objects
    for pk, email in guests.exclude(email='').values_list('pk', 'email'):
        if email.lower() != canonical_address(email):
            guests.filter(pk=pk).update(email=canonical_address(email))


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0017_hosts_have_agreed'),
    ]

    operations = [
        migrations.RunPython(spell, migrations.RunPython.noop),
    ]

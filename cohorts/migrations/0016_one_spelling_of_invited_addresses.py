from django.db import migrations
from django.utils import timezone

NOT_ASCII = '[^ -~]'


def end(apps, schema_editor):
    """End the open invitations at an address with other characters than ASCII: their links are bound to that spelling.

    The address of an invitation never changes, so it goes; the person can be invited again at the mailbox.
    """
    rows = apps.get_model('cohorts', 'Invitation').objects.filter(email__regex=NOT_ASCII)
    rows.filter(accepted_at=None, revoked_at=None).update(revoked_at=timezone.now(), reason='address_respelled')
    rows.update(email='')


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_one_spelling_of_addresses'),
        ('cohorts', '0015_address_of_one_person'),
    ]

    operations = [
        migrations.RunPython(end, migrations.RunPython.noop),
    ]

from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def give_them_a_day(apps, schema_editor):
    """Accounts closed before there was such a day are erased two years from now."""
    day = timezone.localdate() + timedelta(days=730)
    apps.get_model('accounts', 'User').objects.filter(is_active=False, erase_on=None).update(erase_on=day)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_no_names_in_history'),
    ]

    operations = [
        migrations.RunPython(give_them_a_day, migrations.RunPython.noop),
    ]

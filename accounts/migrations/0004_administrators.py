from django.db import migrations


class Migration(migrations.Migration):
    """Lab staff could do everything until now: they become administrators."""

    dependencies = [('accounts', '0003_lab_role')]

    operations = [
        migrations.RunSQL(
            "UPDATE accounts_user SET lab_role = 'administrator' WHERE is_lab_staff",
            "UPDATE accounts_user SET lab_role = '' WHERE is_lab_staff",
        )
    ]

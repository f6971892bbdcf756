"""People are found by their names."""

import django.contrib.postgres.indexes
import web.search
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('web', '0002_search'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='user',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words('full_name'), name='user_words'),
        ),
    ]

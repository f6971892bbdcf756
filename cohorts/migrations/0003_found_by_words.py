"""Cohorts are found by their words."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
import web.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0002_letters_of_sessions'),
        ('programmes', '0002_published_facts'),
        ('web', '0002_search'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='cohort',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words(django.db.models.functions.text.Concat('name', models.Value(' '), 'code', models.Value(' '), 'site', models.Value(' '), 'theme', output_field=models.TextField())), name='cohort_words'),
        ),
    ]

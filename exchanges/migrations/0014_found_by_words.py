"""Exchanges are found by their name, number and place in one."""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.text
import web.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0003_found_by_words'),
        ('exchanges', '0013_lengths_and_inviters'),
        ('programmes', '0002_published_facts'),
        ('web', '0002_search'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='exchange',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words(django.db.models.functions.text.Concat('kind', models.Value(' '), django.db.models.functions.comparison.Cast('number', models.TextField()), models.Value(' '), 'kind_label', models.Value(' '), 'theme', models.Value(' '), 'venue', models.Value(' '), 'outcome', output_field=models.TextField())), name='exchange_words'),
        ),
    ]

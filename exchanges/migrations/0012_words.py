"""What the exchange memory searches has its indexes."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

import web.search


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0011_answers_to_questions'),
        ('web', '0002_search'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='commitment',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words('what'), name='commitment_words'),
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words('text'), name='contribution_words'),
        ),
        migrations.AddIndex(
            model_name='exchange',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words('outcome'), name='exchange_outcome_words'),
        ),
        migrations.AddIndex(
            model_name='exchange',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words(django.db.models.functions.text.Concat('theme', models.Value(' '), 'venue', output_field=models.TextField())), name='exchange_about_words'),
        ),
        migrations.AddIndex(
            model_name='minutes',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words('text'), name='minutes_words'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words('text'), name='question_words'),
        ),
    ]

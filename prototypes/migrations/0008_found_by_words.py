"""What the search finds of a cohort’s work has its indexes."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
import web.search
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0003_found_by_words'),
        ('prototypes', '0007_taken_back_by_the_lab'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('web', '0002_search'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='canvas',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words('title'), name='canvas_words'),
        ),
        migrations.AddIndex(
            model_name='canvascell',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words('text'), name='canvas_cell_words'),
        ),
        migrations.AddIndex(
            model_name='canvasstep',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words('name'), name='canvas_step_words'),
        ),
        migrations.AddIndex(
            model_name='challenge',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words(django.db.models.functions.text.Concat('title', models.Value(' '), 'framing', models.Value(' '), 'sponsor', output_field=models.TextField())), name='challenge_words'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words(django.db.models.functions.text.Concat('reference', models.Value(' '), django.db.models.functions.text.Replace('reference', models.Value('-'), models.Value(' ')), models.Value(' '), 'title', models.Value(' '), 'summary', output_field=models.TextField())), name='idea_words'),
        ),
        migrations.AddIndex(
            model_name='prototype',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words(django.db.models.functions.text.Concat('title', models.Value(' '), 'medium', models.Value(' '), 'question', models.Value(' '), 'description', output_field=models.TextField())), name='prototype_words'),
        ),
        migrations.AddIndex(
            model_name='trial',
            index=django.contrib.postgres.indexes.GinIndex(web.search.Words(django.db.models.functions.text.Concat('hypothesis', models.Value(' '), 'measure', models.Value(' '), 'method', models.Value(' '), 'observation', models.Value(' '), 'learning', output_field=models.TextField())), name='trial_words'),
        ),
    ]

"""Add to statements what they copy from their agreement. Their history triggers return in 0015, with these columns."""

import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0012_budget_corrections'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='statement',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='statement',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='statement',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='statement',
            name='amount',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='fixed amount (€, VAT included)'),
        ),
        migrations.AddField(
            model_name='statement',
            name='funder_name',
            field=models.CharField(default='', max_length=160, verbose_name='name of the funder'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='statement',
            name='reference',
            field=models.CharField(blank=True, max_length=120, verbose_name='reference of the agreement'),
        ),
        migrations.AddField(
            model_name='statement',
            name='share',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='share (%)'),
        ),
        migrations.AddField(
            model_name='statement',
            name='subject_name',
            field=models.CharField(default='', max_length=120, verbose_name='name of the cohort or edition'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='statementevent',
            name='amount',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='fixed amount (€, VAT included)'),
        ),
        migrations.AddField(
            model_name='statementevent',
            name='funder_name',
            field=models.CharField(default='', max_length=160, verbose_name='name of the funder'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='statementevent',
            name='reference',
            field=models.CharField(blank=True, max_length=120, verbose_name='reference of the agreement'),
        ),
        migrations.AddField(
            model_name='statementevent',
            name='share',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='share (%)'),
        ),
        migrations.AddField(
            model_name='statementevent',
            name='subject_name',
            field=models.CharField(default='', max_length=120, verbose_name='name of the cohort or edition'),
            preserve_default=False,
        ),
    ]

from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    dependencies = [
        ('fieldwork', '0002_consents_taken_back'),
    ]

    operations = [
        OperationGroup([
            migrations.AlterField(
                model_name='note',
                name='happened_at',
                field=models.DateTimeField(verbose_name='noted on'),
            ),
            migrations.AlterField(
                model_name='note',
                name='kind',
                field=models.CharField(choices=[('observation', 'observation'), ('verbatim', 'quote'), ('interview', 'interview'), ('picture', 'picture'), ('voice', 'voice memo'), ('document', 'sketch or document')], max_length=11, verbose_name='kind'),
            ),
            migrations.AlterField(
                model_name='note',
                name='removal',
                field=models.CharField(blank=True, choices=[('withdrawn', 'The person withdrew their consent.'), ('deleted', 'Someone from the cohort deleted the note.'), ('expired', 'The consent ended 30 days before.')], max_length=9, verbose_name='why it was removed'),
            ),
            migrations.AlterField(
                model_name='noteevent',
                name='happened_at',
                field=models.DateTimeField(verbose_name='noted on'),
            ),
            migrations.AlterField(
                model_name='noteevent',
                name='kind',
                field=models.CharField(choices=[('observation', 'observation'), ('verbatim', 'quote'), ('interview', 'interview'), ('picture', 'picture'), ('voice', 'voice memo'), ('document', 'sketch or document')], max_length=11, verbose_name='kind'),
            ),
            migrations.AlterField(
                model_name='noteevent',
                name='removal',
                field=models.CharField(blank=True, choices=[('withdrawn', 'The person withdrew their consent.'), ('deleted', 'Someone from the cohort deleted the note.'), ('expired', 'The consent ended 30 days before.')], max_length=9, verbose_name='why it was removed'),
            ),
        ]),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('prototypes', '0010_bars_in_other_words'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ideaevent',
            index=models.Index(condition=models.Q(('state', 'abandoned')), fields=['idea'], name='idea_event_given_up'),
        ),
        migrations.AddIndex(
            model_name='ideaevent',
            index=models.Index(condition=models.Q(('precision', 'day'), _negated=True), fields=['idea'], name='idea_event_vague'),
        ),
    ]

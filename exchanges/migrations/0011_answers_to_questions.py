"""An answer belongs to a question."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0010_moves_in_turn'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'answer'), _negated=True), ('question__isnull', False), _connector='OR'), name='contribution_answers_something'),
        ),
    ]

"""An answer belongs to a question; those written to none before are successes from now on.

Where the cohort has noted the very same text as a success, that one stays. Contributions are closed at times and never
change their kind: the rules that say so wait until the old ones are mended, the history goes on.
"""

from django.db import migrations, models

WAITING = (
    'pgtrigger_contribution_fixed_3d08e', 'pgtrigger_contribution_in_time_fe6b7', 'pgtrigger_contribution_closed_9d088',
)


def _rules(act):
    return [f'ALTER TABLE exchanges_contribution {act} TRIGGER {name}' for name in WAITING]


MEND = [
    *_rules('DISABLE'),
    """
    DELETE FROM exchanges_contribution a USING exchanges_contribution s
    WHERE a.kind = 'answer' AND a.question_id IS NULL AND s.kind = 'success'
    AND s.exchange_id = a.exchange_id AND s.cohort_id = a.cohort_id AND s.text = a.text
    """,
    "UPDATE exchanges_contribution SET kind = 'success' WHERE kind = 'answer' AND question_id IS NULL",
    'SET CONSTRAINTS ALL IMMEDIATE',  # no table changes while a check waits for the end of the transaction
    *_rules('ENABLE'),
    'SET CONSTRAINTS ALL DEFERRED',
]


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0010_moves_in_turn'),
    ]

    operations = [
        migrations.RunSQL(MEND, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'answer'), _negated=True), ('question__isnull', False), _connector='OR'), name='contribution_answers_something'),
        ),
    ]

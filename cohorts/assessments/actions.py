"""Actions on members' self-assessments: answer, change the answers, withdraw them.

Answers leave no line in the history: it would show them next to the name of the person who acted.
"""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.assessments.answering_periods import AnsweringPeriod, answering_periods, open_on
from cohorts.assessments.enums import Moment, Skill
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.cohort.enums import CohortState
from cohorts.models import Assessment, Cohort
from web.actions import action
from web.errors import DomainError

# States of cohorts that have started and were not withdrawn: their members are asked.
ANSWERING_STATES = (CohortState.RUNNING, CohortState.SUSPENDED, CohortState.COMPLETED, CohortState.ALUMNI)
NOT_OPEN_MESSAGE = _("The questions are not open at present. You can answer them during an answering period.")


def answering_periods_of(cohort: Cohort) -> tuple[AnsweringPeriod, ...]:
    """Return the periods in which the cohort's members assess their own skills: at its start, at its end, six months
    later.

    They are counted from the actual start. Empty for cohorts that are imported published facts, or that have not
    started; only the first period without an end date.
    """
    return () if cohort.retrospective else answering_periods(cohort.actual_start, cohort.ends_on)


def open_period_of(cohort: Cohort, today: date) -> AnsweringPeriod | None:
    """Return the answering period that is open for the members of the cohort on `today`; None when there is none.

    Only cohorts that are running, suspended, completed or alumni have open periods.
    """
    return open_on(today, answering_periods_of(cohort)) if cohort.state in ANSWERING_STATES else None


@action(_("Skills assessed"), forbidden_while_acting=True)
def assess(
    *, cohort: Cohort, answers: Mapping[Moment, Mapping[Skill, int | None]], today: date, by: User
) -> AnsweringPeriod:
    """Save the self-assessment of `by` in the cohort; it replaces what they answered earlier for the same moments.

    `answers` maps each moment to a score of 1 to 5 (None: rather not say) by skill. Returns the answering period open
    on `today`. Raises DomainError when none is open, or when the moments are not those of the period. One statement
    writes the rows and cannot fail on existing ones: a database logs failed statements with their values.
    """
    period = open_period_of(cohort, today)
    if period is None or set(answers) != set(period.moments):
        raise DomainError(NOT_OPEN_MESSAGE)
    code = pseudonym(cohort=cohort.pk, user=by.pk)
    rows = [
        Assessment(cohort=cohort, pseudonym=code, moment=moment, **dict(scores)) for moment, scores in answers.items()
    ]
    Assessment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["cohort", "pseudonym", "moment"],
        update_fields=Skill.values,
    )
    return period


@action(_("Answers withdrawn"), forbidden_while_acting=True)
def withdraw_answers(*, cohort: Cohort, by: User) -> int:
    """Delete all self-assessments of `by` in the cohort; return how many there were, one for each moment answered."""
    own = Assessment.objects.filter(cohort=cohort, pseudonym=pseudonym(cohort=cohort.pk, user=by.pk))
    return own.delete()[0]

"""Verbs on what members say of their own skills: say it, say it otherwise, take it back.

What they write leaves no line in the history, where it would stand beside the name of whoever acted.
"""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.assessments.enums import Moment, Skill
from cohorts.assessments.occasions import Occasion, occasions, open_on
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.cohort.enums import CohortState
from cohorts.models import Assessment, Cohort
from web.actions import action
from web.errors import DomainError

# Work has begun in these, and has not been given up.
ASKING = (CohortState.RUNNING, CohortState.SUSPENDED, CohortState.COMPLETED, CohortState.ALUMNI)
CLOSED = _("The questions are not open at present. You can answer them during an answering period.")


def occasions_of(cohort: Cohort) -> tuple[Occasion, ...]:
    """When its members are asked: from the day it really started; published facts and plans ask nobody."""
    return () if cohort.retrospective else occasions(cohort.actual_start, cohort.ends_on)


def occasion_on(cohort: Cohort, today: date) -> Occasion | None:
    """The occasion that is open for its members that day."""
    return open_on(today, occasions_of(cohort)) if cohort.state in ASKING else None


@action(_("Skills assessed"), forbidden_while_acting=True)
def assess(*, cohort: Cohort, answers: Mapping[Moment, Mapping[Skill, int | None]], today: date, by: User) -> Occasion:
    """Say how one sees oneself at the moments that are asked about; said again, it replaces what was said.

    Raises DomainError once the occasion is over. One statement that cannot fail on what is there already: the log of
    a database keeps statements that fail, with what they say.
    """
    occasion = occasion_on(cohort, today)
    if occasion is None or set(answers) != set(occasion.moments):
        raise DomainError(CLOSED)
    whose = pseudonym(cohort=cohort.pk, user=by.pk)
    rows = [Assessment(cohort=cohort, pseudonym=whose, moment=moment, **dict(said)) for moment, said in answers.items()]
    Assessment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["cohort", "pseudonym", "moment"],
        update_fields=Skill.values,
    )
    return occasion


@action(_("Answers withdrawn"), forbidden_while_acting=True)
def take_back_answers(*, cohort: Cohort, by: User) -> int:
    """Remove everything one said in this cohort, at whichever moment; returns how many moments that were."""
    own = Assessment.objects.filter(cohort=cohort, pseudonym=pseudonym(cohort=cohort.pk, user=by.pk))
    return own.delete()[0]

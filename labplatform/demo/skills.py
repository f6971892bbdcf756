"""What the members of a cohort of the demonstration say of their own skills."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from cohorts.assessments.actions import assess, occasion_on
from cohorts.assessments.enums import LEAST, MOST, Moment, Skill
from cohorts.models import Cohort
from labplatform.demo.dates import ONE_DAY

FIRST_ANSWERS: Final = timedelta(days=14)  # after the start
SILENT: Final = 5  # every fifth has not answered
# How far above the start people see themselves at each moment.
RISE: Final[Mapping[Moment, int]] = {Moment.BEFORE: 0, Moment.THEN: -1, Moment.AFTER: 1, Moment.LATER: 1}
AT_FIRST: Final = (2, 3, 2, 1, 2, 3, 4)


def say(*, cohort: Cohort, days: Sequence[date]) -> None:
    """On each of the days that falls into an occasion, most ambassadors of that day answer."""
    for day in days:
        if occasion := occasion_on(cohort, day):
            members = cohort.memberships.active(day).ambassadors().select_related("user").order_by("pk")
            for place, member in enumerate(members):
                if place % SILENT:
                    answers = {moment: _answers(moment, place) for moment in occasion.moments}
                    assess(cohort=cohort, answers=answers, today=day, by=member.user)


def _answers(moment: Moment, place: int) -> dict[Skill, int | None]:
    """One after the other sees themselves a little differently."""
    steps = (step + RISE[moment] + (place + at) % 3 - 1 for at, step in enumerate(AT_FIRST))
    return {skill: min(max(step, LEAST), MOST) for skill, step in zip(Skill, steps, strict=True)}


def days_of(since: date, today: date) -> tuple[date, date]:
    """A fortnight into the work, and yesterday."""
    return since + FIRST_ANSWERS, today - ONE_DAY

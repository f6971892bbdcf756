"""Self-assessments of the demonstration's ambassadors."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from cohorts.assessments.actions import assess, open_period_of
from cohorts.assessments.enums import MAX_SCORE, MIN_SCORE, Moment, Skill
from cohorts.models import Cohort
from labplatform.demo.dates import ONE_DAY

FIRST_ANSWERS: Final = timedelta(days=14)  # after the start
SILENT_EVERY: Final = 5  # every fifth has not answered
# Score at each moment relative to the start.
SCORE_OFFSETS: Final[Mapping[Moment, int]] = {Moment.BEFORE: 0, Moment.THEN: -1, Moment.AFTER: 1, Moment.LATER: 1}
BASE_SCORES: Final = (2, 3, 2, 1, 2, 3, 4)


def answer_assessments(*, cohort: Cohort, days: Sequence[date]) -> None:
    """Answer the self-assessment as four in five of the cohort's ambassadors,
    on each of `days` when answers are open.
    """
    for day in days:
        if occasion := open_period_of(cohort, day):
            members = cohort.memberships.active(day).ambassadors().select_related("user").order_by("pk")
            for index, member in enumerate(members):
                if index % SILENT_EVERY:
                    answers = {moment: _answers(moment, index) for moment in occasion.moments}
                    assess(cohort=cohort, answers=answers, today=day, by=member.user)


def _answers(moment: Moment, index: int) -> dict[Skill, int | None]:
    """Return the scores of the ambassador at position `index` for a moment (before, then, after, later), by skill.

    They differ a little between ambassadors and stay within the scale.
    """
    steps = (step + SCORE_OFFSETS[moment] + (index + offset) % 3 - 1 for offset, step in enumerate(BASE_SCORES))
    return {skill: min(max(step, MIN_SCORE), MAX_SCORE) for skill, step in zip(Skill, steps, strict=True)}


def answering_days(since: date, today: date) -> tuple[date, date]:
    """Return the two days on which ambassadors answer: two weeks after the cohort's start (`since`), and yesterday."""
    return since + FIRST_ANSWERS, today - ONE_DAY

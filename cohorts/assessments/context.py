"""Page data of self-assessments: the answering periods, a member's own answers, and the results of the pairs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.assessments.actions import ANSWERING_STATES, answering_periods_of
from cohorts.assessments.answering_periods import AnsweringPeriod, closed_by, next_after, open_on
from cohorts.assessments.enums import Moment, Skill
from cohorts.assessments.paired_answers import (
    COMPARISONS,
    Answers,
    Comparison,
    MomentAnswers,
    PairCounts,
    count_pairs,
    sum_unless_revealing,
)
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.cohort.enums import CohortState
from cohorts.models import Assessment, Cohort
from programmes.models import Edition

SIGNIFICANCE_LEVEL = 0.05  # chance alone gives such a result less often than this


@dataclass(frozen=True, slots=True)
class CurrentAndNextPeriod:
    """The answering period of a cohort that is open on a day, and the next one to open; None where there is none."""

    current: AnsweringPeriod | None
    next: AnsweringPeriod | None


def current_and_next_period(cohort: Cohort, today: date) -> CurrentAndNextPeriod | None:
    """Return the cohort's answering period that is open on `today`, and the next one to open.

    None for a cohort without periods: not started, or imported published facts. Both parts are None if its state lets
    nobody answer: prospect, agreed or withdrawn.
    """
    periods = answering_periods_of(cohort)
    if not periods:
        return None
    if cohort.state not in ANSWERING_STATES:
        return CurrentAndNextPeriod(None, None)
    return CurrentAndNextPeriod(open_on(today, periods), next_after(today, periods))


def own_answers(cohort: Cohort, user: User) -> dict[Moment, Answers]:
    """Return the person's own self-assessments in a cohort: for each moment they answered, the scores by skill.

    A score is 1 to 5, or None for “rather not say”. Empty when they gave none. One statement.
    """
    own = Assessment.objects.filter(cohort=cohort, pseudonym=pseudonym(cohort=cohort.pk, user=user.pk))
    return {
        moment: answers
        for _code, moment, answers in _moment_answers(own.values_list("pseudonym", "moment", *Skill.values))
    }


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """One skill in a comparison of two moments, with the counts of people who answered at both."""

    skill: Skill
    paired: PairCounts

    @property
    def change_text(self) -> str:
        """Return a sentence on how many people rate themselves higher or lower in this skill at the second moment.

        It says so when nobody changed, or when as many went up as down; otherwise it gives the larger group only.
        """
        counts = {"up": self.paired.up, "down": self.paired.down, "pairs": self.paired.pairs}
        if not self.paired.up and not self.paired.down:
            return _("All %(pairs)d people rate themselves the same at both moments.") % counts
        if self.paired.up == self.paired.down:
            return _("As many people rate themselves higher as lower: %(up)d each, out of %(pairs)d.") % counts
        if self.paired.up > self.paired.down:
            return _("%(up)d of %(pairs)d rate themselves higher.") % counts
        return _("%(down)d of %(pairs)d rate themselves lower.") % counts

    @property
    def chance(self) -> str:
        """Return a sentence on how often chance alone would give this result in 100 groups; "" when nobody changed
        their rating.
        """
        if not self.paired.up and not self.paired.down:
            return ""
        times = round(100 * self.paired.chance)
        if times < 1:
            return _("Chance alone would give this result in fewer than 1 in 100 groups.")
        sentence = ngettext(
            "Chance alone would give this result in %(times)d of 100 groups.",
            "Chance alone would give this result in %(times)d of 100 groups.",
            times,
        )
        return sentence % {"times": times}


@dataclass(frozen=True, slots=True)
class AssessmentSection:
    """The comparison of two moments, with a line for each skill.

    `waiting` is true while a member of one of the cohorts may still answer: nothing is compared before that. `until` is
    the last day on which somebody may answer, if it is known.
    """

    comparison: Comparison
    lines: Sequence[AssessmentLine] = ()
    waiting: bool = False
    until: date | None = None

    @property
    def title(self) -> str:
        """The heading of the comparison in the current language, such as “Before and after”."""
        return str(TITLES[self.comparison]())

    @property
    def visible_lines(self) -> list[AssessmentLine]:
        """The skills for which at least five people answered at both moments; results of fewer people are never
        shown.
        """
        return [line for line in self.lines if line.paired.is_visible]

    @property
    def skills_gained(self) -> int:
        """The number of visible skills in which more people rate themselves higher than lower, beyond what chance
        explains.

        That is: chance alone would give the result less often than 5 times in 100.
        """
        return sum(
            line.paired.up > line.paired.down and line.paired.chance < SIGNIFICANCE_LEVEL for line in self.visible_lines
        )

    @property
    def summary(self) -> str:
        """The opening sentence: on how many of the visible questions more people rate themselves higher than chance
        explains.
        """
        numbers = {"higher": self.skills_gained, "skills": len(self.visible_lines)}
        return (
            ngettext(
                "On %(higher)d of %(skills)d questions, more people rate themselves higher than chance explains.",
                "On %(higher)d of %(skills)d questions, more people rate themselves higher than chance explains.",
                self.skills_gained,
            )
            if self.skills_gained
            else _("On none of %(skills)d questions do more people rate themselves higher than chance explains.")
        ) % numbers


TITLES = {
    (Moment.BEFORE, Moment.AFTER): lambda: _("Before and after"),
    (Moment.THEN, Moment.AFTER): lambda: _("At the start (looking back) and after"),
    (Moment.AFTER, Moment.LATER): lambda: _("After and later"),
}


def sections_of(cohort: Cohort, today: date) -> list[AssessmentSection]:
    """Return the results of one cohort's self-assessments, a section for each comparison of two moments (one
    statement).

    The comparisons are before and after, the start seen in hindsight and after, after and later. One is empty, with
    `waiting` set, while members may still answer on `today`.
    """
    return _sections([cohort], today)


def sections_of_edition(edition: Edition, today: date) -> list[AssessmentSection]:
    """Return the results of self-assessments over all cohorts of an edition, a section for each comparison of two
    moments.

    A comparison is empty until no cohort can answer on `today`: otherwise the difference between the results of two
    days would show the answers of one cohort. Published facts are left out. Two statements.
    """
    return _sections(list(edition.cohorts.filter(retrospective=False).order_by("pk")), today)


def _sections(cohorts: Sequence[Cohort], today: date) -> list[AssessmentSection]:
    """Return a section for each of the three comparisons of two moments, over the answers of all these cohorts
    together.

    A comparison has no lines while someone may still answer on `today`. One statement.
    """
    rows = _answers_by_cohort(cohorts)
    return [_section(comparison, cohorts, rows, today) for comparison in COMPARISONS]


def _section(
    comparison: Comparison, cohorts: Sequence[Cohort], rows: Mapping[int, list[MomentAnswers]], today: date
) -> AssessmentSection:
    """Return the section of one comparison of two moments over the cohorts: one line for each skill.

    `rows` holds the cohorts' answers by cohort id. The section has no lines while a member of one cohort may still
    answer on `today`.
    """
    if not all(set(comparison) <= _closed_moments(cohort, today) for cohort in cohorts):
        return AssessmentSection(comparison, waiting=True, until=_last_answering_day(comparison, cohorts))
    groups = [count_pairs(rows.get(cohort.pk, ()), comparison) for cohort in cohorts]
    return AssessmentSection(
        comparison, [AssessmentLine(skill, sum_unless_revealing(group[skill] for group in groups)) for skill in Skill]
    )


def _closed_moments(cohort: Cohort, today: date) -> frozenset[Moment]:
    """Return the moments for which no member of the cohort can answer any more on `today`; all moments if it has
    withdrawn.
    """
    return (
        frozenset(Moment) if cohort.state == CohortState.WITHDRAWN else closed_by(today, answering_periods_of(cohort))
    )


def _last_answering_day(comparison: Comparison, cohorts: Iterable[Cohort]) -> date | None:
    """Return the last day on which anyone in these cohorts may answer for the later moment of the comparison.

    None when that day is unknown for a cohort (no start or end date), or when all have withdrawn.
    """
    days = [
        next((period.last for period in answering_periods_of(cohort) if comparison[1] in period.moments), None)
        for cohort in cohorts
        if cohort.state != CohortState.WITHDRAWN
    ]
    return None if None in days else max((day for day in days if day), default=None)


def _answers_by_cohort(cohorts: Sequence[Cohort]) -> dict[int, list[MomentAnswers]]:
    """Return all self-assessments of these cohorts as tuples of pseudonym, moment and scores by skill, by cohort id.

    Cohorts without answers have no key. One statement.
    """
    rows = Assessment.objects.filter(cohort__in=[cohort.pk for cohort in cohorts]).order_by("cohort")
    values = rows.values_list("cohort", "pseudonym", "moment", *Skill.values)
    return {cohort: _moment_answers(row[1:] for row in group) for cohort, group in groupby(values, lambda row: row[0])}


def _moment_answers(rows: Iterable[tuple[object, ...]]) -> list[MomentAnswers]:
    """Convert rows of the database (pseudonym, moment, then a score for each skill) into tuples with the scores by
    skill.
    """
    parsed = []
    for code, moment, *steps in rows:
        answers = dict(zip(Skill, steps, strict=True))
        parsed.append((str(code), Moment(str(moment)), answers))
    return parsed  # type: ignore[return-value] # what the columns hold

"""What members say of their skills, for pages: when they are asked, what they said, and what the pairs show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.assessments.actions import ASKING, occasions_of
from cohorts.assessments.enums import Moment, Skill
from cohorts.assessments.occasions import Occasion, closed_by, next_after, open_on
from cohorts.assessments.paired_answers import COMPARISONS, Answers, Comparison, Paired, Said, compared, together
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.cohort.enums import CohortState
from cohorts.models import Assessment, Cohort
from programmes.models import Edition

RARE = 0.05  # chance alone sets as many apart less often than this


@dataclass(frozen=True, slots=True)
class Asked:
    """What is open for the members of a cohort on a day, and what opens next."""

    now: Occasion | None
    next: Occasion | None


def asked(cohort: Cohort, today: date) -> Asked | None:
    """None where nobody is or was ever asked."""
    every = occasions_of(cohort)
    if not every:
        return None
    if cohort.state not in ASKING:
        return Asked(None, None)
    return Asked(open_on(today, every), next_after(today, every))


def own_answers(cohort: Cohort, user: User) -> dict[Moment, Answers]:
    """What the person said in this cohort (one statement)."""
    own = Assessment.objects.filter(cohort=cohort, pseudonym=pseudonym(cohort=cohort.pk, user=user.pk))
    return {moment: answers for _whose, moment, answers in _said(own.values_list("pseudonym", "moment", *Skill.values))}


@dataclass(frozen=True, slots=True)
class Line:
    """One skill, and how those who answered twice moved."""

    skill: Skill
    paired: Paired

    @property
    def words(self) -> str:
        """Such as “7 of 9 rate themselves higher”."""
        told = {"up": self.paired.up, "down": self.paired.down, "pairs": self.paired.pairs}
        if not self.paired.up and not self.paired.down:
            return _("All %(pairs)d people rate themselves the same at both moments.") % told
        if self.paired.up == self.paired.down:
            return _("As many people rate themselves higher as lower: %(up)d each, out of %(pairs)d.") % told
        if self.paired.up > self.paired.down:
            return _("%(up)d of %(pairs)d rate themselves higher.") % told
        return _("%(down)d of %(pairs)d rate themselves lower.") % told

    @property
    def chance(self) -> str:
        """How often chance alone would set as many apart; nothing where nobody moved."""
        if not self.paired.up and not self.paired.down:
            return ""
        times = round(100 * self.paired.chance)
        if times < 1:
            return _("Chance alone would give this result in fewer than 1 in 100 groups.")
        said = ngettext(
            "Chance alone would give this result in %(times)d of 100 groups.",
            "Chance alone would give this result in %(times)d of 100 groups.",
            times,
        )
        return said % {"times": times}


@dataclass(frozen=True, slots=True)
class Section:
    """Two moments compared. `until` is the last day on which somebody may still answer for one of them.

    `waiting`: some cohort may still answer, whether or not the day is known; nothing is compared before that.
    """

    comparison: Comparison
    lines: Sequence[Line] = ()
    waiting: bool = False
    until: date | None = None

    @property
    def title(self) -> str:
        return str(TITLES[self.comparison]())

    @property
    def told(self) -> list[Line]:
        return [line for line in self.lines if line.paired.shown]

    @property
    def higher(self) -> int:
        """Skills in which more people went up than chance explains."""
        return sum(line.paired.up > line.paired.down and line.paired.chance < RARE for line in self.told)

    @property
    def say(self) -> str:
        """The sentence first."""
        told = {"higher": self.higher, "skills": len(self.told)}
        return (
            ngettext(
                "On %(higher)d of %(skills)d questions, more people rate themselves higher than chance explains.",
                "On %(higher)d of %(skills)d questions, more people rate themselves higher than chance explains.",
                self.higher,
            )
            if self.higher
            else _("On none of %(skills)d questions do more people rate themselves higher than chance explains.")
        ) % told


TITLES = {
    (Moment.BEFORE, Moment.AFTER): lambda: _("Before and after"),
    (Moment.THEN, Moment.AFTER): lambda: _("At the start (looking back) and after"),
    (Moment.AFTER, Moment.LATER): lambda: _("After and later"),
}


def sections_of(cohort: Cohort, today: date) -> list[Section]:
    """What the members of one cohort say, comparison by comparison (one statement)."""
    return _sections([cohort], today)


def sections_of_edition(edition: Edition, today: date) -> list[Section]:
    """What the members of all cohorts of an edition say together (two statements).

    A comparison waits until the last cohort has closed it: otherwise the figures of two days would differ by those of
    the cohort that closed in between.
    """
    return _sections(list(edition.cohorts.filter(retrospective=False).order_by("pk")), today)


def _sections(cohorts: Sequence[Cohort], today: date) -> list[Section]:
    rows = _by_cohort(cohorts)
    return [_section(comparison, cohorts, rows, today) for comparison in COMPARISONS]


def _section(comparison: Comparison, cohorts: Sequence[Cohort], rows: Mapping[int, list[Said]], today: date) -> Section:
    if not all(set(comparison) <= _closed(cohort, today) for cohort in cohorts):
        return Section(comparison, waiting=True, until=_until(comparison, cohorts))
    groups = [compared(rows.get(cohort.pk, ()), comparison) for cohort in cohorts]
    return Section(comparison, [Line(skill, together(group[skill] for group in groups)) for skill in Skill])


def _closed(cohort: Cohort, today: date) -> frozenset[Moment]:
    """The moments nobody of the cohort can answer for any more; one that withdrew answers for none."""
    return frozenset(Moment) if cohort.state == CohortState.WITHDRAWN else closed_by(today, occasions_of(cohort))


def _until(comparison: Comparison, cohorts: Iterable[Cohort]) -> date | None:
    """The last day somebody may answer, None where the dates of a cohort do not tell."""
    days = [
        next((occasion.last for occasion in occasions_of(cohort) if comparison[1] in occasion.moments), None)
        for cohort in cohorts
        if cohort.state != CohortState.WITHDRAWN
    ]
    return None if None in days else max((day for day in days if day), default=None)


def _by_cohort(cohorts: Sequence[Cohort]) -> dict[int, list[Said]]:
    """All answers of these cohorts, by cohort (one statement)."""
    rows = Assessment.objects.filter(cohort__in=[cohort.pk for cohort in cohorts]).order_by("cohort")
    found = rows.values_list("cohort", "pseudonym", "moment", *Skill.values)
    return {cohort: _said(row[1:] for row in group) for cohort, group in groupby(found, lambda row: row[0])}


def _said(rows: Iterable[tuple[object, ...]]) -> list[Said]:
    said = []
    for whose, moment, *steps in rows:
        answers = dict(zip(Skill, steps, strict=True))
        said.append((str(whose), Moment(str(moment)), answers))
    return said  # type: ignore[return-value] # what the columns hold

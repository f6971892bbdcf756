"""What the page of a residency's plans shows: the plans, the board of weeks and people, reasons, changes, days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_stubs_ext import StrOrPromise

from planning.enums import LiftedRule, PlanState
from planning.reading import HIDDEN_COHORT, PlanningInput
from planning.results import from_json
from planning.sentences import CRITERION_LABELS, Reason, Words, short_week_text, week_text
from planning.solver.problem import WEIGHTS, Change, Fixed, FixedKind, Outcome, WeeksPlan
from web.text import formats
from web.text.language import active_language

PLAN_LABELS: Final = "ABC"

CellMaker = Callable[..., tuple[str, str, StrOrPromise]]


@dataclass(frozen=True, slots=True)
class BoardCell:
    """A week of a row of the board: its kind (which its colour and sign follow), its sign, and the same in words."""

    monday: date
    is_chosen: bool
    kind: str = ""
    sign: str = ""
    text: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row of the board: whom or what it is about, a second line, and a cell for each week."""

    name: str
    details: str
    cells: tuple[BoardCell, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """An on-site week of the chosen plan, as the list shows it.

    `is_settled` is a confirmed week; it has neither `people` nor `missing`, sentences on who does not come.
    """

    number: int
    monday: date
    text: str
    is_settled: bool
    is_locked: bool
    people: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """One of the plans to choose from: its label, weeks in words, score, and the first reason against it."""

    number: int
    label: str
    weeks: str
    plan: WeeksPlan
    remark: str

    @property
    def score(self) -> int:
        """The points of the plan, 100 at most."""
        return self.plan.score


@dataclass(frozen=True, slots=True)
class ProposedStep:
    """One thing that would have to change, and the page on which to do it; "" where it is done elsewhere."""

    text: str
    href: str = ""
    label: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """Steps that together make a plan possible, the weeks that it would have then, and its score."""

    steps: tuple[ProposedStep, ...]
    weeks: str
    score: int


@dataclass(frozen=True)
class Board:
    """The page of a residency's plans; `number` is that of the plan that is shown, from 1."""

    planning: PlanningInput
    number: int = 1

    @cached_property
    def words(self) -> Words:
        """The words for rules and reasons."""
        return Words(self.planning)

    @cached_property
    def outcome(self) -> Outcome:
        """What the solver found last; it may be out of date."""
        return from_json(self.planning.plan.result)

    @property
    def is_outdated(self) -> bool:
        """Whether something has changed since the plans were calculated."""
        plan = self.planning.plan
        return bool(plan.fingerprint) and plan.fingerprint != self.planning.fingerprint

    @property
    def is_complete(self) -> bool:
        """Whether all on-site weeks are confirmed or over, so that there is nothing to place."""
        return self.planning.residency.open_weeks == 0

    @property
    def can_use(self) -> bool:
        """Whether the plan that is shown can be used: it is up to date, and places a week."""
        is_current = self.planning.plan.state == PlanState.DONE and not self.is_outdated
        return is_current and self.plan is not None and bool(self.plan.people)

    @property
    def plan(self) -> WeeksPlan | None:
        """The plan that is shown; None where there is none."""
        plans = self.outcome.plans
        return plans[min(self.number, len(plans)) - 1] if plans else None

    @property
    def label(self) -> str:
        """The label of the plan that is shown."""
        return PLAN_LABELS[min(self.number, len(self.outcome.plans)) - 1] if self.outcome.plans else ""

    @cached_property
    def choices(self) -> list[PlanChoice]:
        """The plans, the best first."""
        return [self._choice(number, plan) for number, plan in enumerate(self.outcome.plans, start=1)]

    @property
    def criteria(self) -> list[tuple[StrOrPromise, int, list[int]]]:
        """The label, the weight and the points of each plan, for each criterion."""
        plans = self.outcome.plans
        return [
            (label, WEIGHTS[criterion], [plan.points[criterion] for plan in plans])
            for criterion, label in CRITERION_LABELS.items()
        ]

    @property
    def reasons(self) -> list[Reason]:
        """The reasons for the plan that is shown, and against it."""
        return self.words.reasons(self.plan) if self.plan else []

    @property
    def conflict(self) -> list[str]:
        """The smallest set of rules that contradict each other, as sentences; empty where there is a plan."""
        return [self.words.rule(fixed) for fixed in self.outcome.conflict]

    @property
    def changes(self) -> list[ProposedChange]:
        """What would have to change where there is no plan: one of these is enough."""
        return [self._change(change) for change in self.outcome.changes]

    @cached_property
    def weeks(self) -> list[PlannedWeek]:
        """The on-site weeks of the plan that is shown; without one, those that are settled."""
        residency = self.planning.residency
        mondays = self.plan.mondays if self.plan else residency.settled
        return [self._week(number, monday) for number, monday in enumerate(mondays, start=1)]

    @property
    def locked_weeks(self) -> list[tuple[date, str]]:
        """The locked weeks, each with its days in words."""
        return [(monday, week_text(monday)) for monday in sorted(self.planning.residency.locked)]

    @property
    def months(self) -> list[tuple[str, int]]:
        """The months of the board, each with the number of its weeks."""
        language = active_language()
        grouped = groupby(self.planning.mondays, key=lambda monday: (monday.year, monday.month))
        return [(formats.month_name(weeks[0], language), len(weeks)) for weeks in (list(each) for _, each in grouped)]

    @property
    def mondays(self) -> list[tuple[date, bool]]:
        """The weeks of the board, each with whether it is an on-site week of the plan that is shown."""
        return [(monday, monday in self._chosen) for monday in self.planning.mondays]

    @property
    def sites(self) -> list[BoardRow]:
        """The rows of the site and of the hosts whose absences are recorded."""
        cohort = self.planning.plan.cohort
        zone = cohort.authority.school_zone
        details = _("school zone %(zone)s") % {"zone": zone} if zone else ""
        site = BoardRow(cohort.site or cohort.authority.name, details, self._cells(self._site_cell))
        hosts = [
            BoardRow(host, pgettext("of a residency", "host"), self._cells(self._host_cell, host))
            for host in self.planning.hosts
        ]
        return [site, *hosts]

    @property
    def people(self) -> list[BoardRow]:
        """The rows of the team, and that of the disciplines on site."""
        rows = [
            BoardRow(member.name, member.discipline, self._cells(self._person_cell, key))
            for key, member in self.planning.team.items()
        ]
        required = self.planning.residency.required
        total = BoardRow(
            _("Disciplines"),
            _("of the %(n)d needed") % {"n": len(required)},
            self._cells(self._discipline_cell),
            is_total=True,
        )
        return [*rows, total] if required else rows

    @property
    def days(self) -> Mapping[str, float | int | None]:
        """The days of the team: agreed, spent, expected in confirmed weeks, in this plan, and left after all these."""
        planned = 0
        if self.plan:
            residency = self.planning.residency
            planned = sum(residency.days_in(monday) * len(people) for monday, people in self.plan.people.items())
        used = self.planning.days_spent + self.planning.days_confirmed + planned
        agreed = self.planning.days_agreed
        return {
            "agreed": agreed,
            "spent": self.planning.days_spent,
            "confirmed": self.planning.days_confirmed,
            "planned": planned,
            "left": None if agreed is None else agreed - used,
        }

    @cached_property
    def _chosen(self) -> frozenset[date]:
        """The on-site weeks of the plan that is shown, and those that are settled."""
        return frozenset([*(self.plan.mondays if self.plan else ()), *self.planning.residency.settled])

    def _choice(self, number: int, plan: WeeksPlan) -> PlanChoice:
        """Return a plan as people choose it."""
        against = [reason.text for reason in self.words.reasons(plan) if reason.is_against]
        weeks = " · ".join(map(short_week_text, plan.mondays))
        return PlanChoice(number, PLAN_LABELS[number - 1], weeks, plan, against[0] if against else "")

    def _change(self, change: Change) -> ProposedChange:
        """Return a proposed change as the page shows it."""
        steps = tuple(self._step(fixed, change.plan) for fixed in change.lifted)
        return ProposedChange(steps, " · ".join(map(short_week_text, change.plan.mondays)), change.plan.score)

    def _step(self, fixed: Fixed, plan: WeeksPlan) -> ProposedStep:
        """Return one thing that would have to change, with the page on which to do it."""
        text, slug = self.words.change(fixed, plan), self.planning.plan.cohort.slug
        if fixed.kind not in LiftedRule.values:
            return ProposedStep(text)
        query = {"rule": fixed.kind.value, "subject": fixed.subject, "monday": fixed.monday or ""}
        return ProposedStep(text, f"{reverse('planning:allow_exception', args=[slug])}?{urlencode(query)}", _("Allow"))

    def _week(self, number: int, monday: date) -> PlannedWeek:
        """Return an on-site week as the list shows it."""
        residency = self.planning.residency
        is_settled, is_locked = monday in residency.settled, monday in residency.locked
        if is_settled or self.plan is None:
            return PlannedWeek(number, monday, week_text(monday), is_settled, is_locked)
        people = tuple(self.words.person(key) for key in self.planning.team if key in self.plan.people[monday])
        missing, uncovered = self.words.missing(self.plan, monday), self.words.uncovered(self.plan, monday)
        return PlannedWeek(
            number, monday, week_text(monday), is_settled, is_locked, people, tuple(missing), tuple(uncovered)
        )

    def _cells(self, make: CellMaker, *about: str) -> tuple[BoardCell, ...]:
        """Return the cells of a row, one for each week of the board."""
        return tuple(
            BoardCell(monday, monday in self._chosen, *make(monday, *about)) for monday in self.planning.mondays
        )

    def _site_cell(self, monday: date) -> tuple[str, str, StrOrPromise]:
        """Return kind, sign and text of a week at the site."""
        kinds = {fixed.kind for fixed in self.planning.residency.ruled_out.get(monday, ())}
        if FixedKind.SCHOOL_HOLIDAYS in kinds:
            return "holidays", "", _("school holidays")
        if FixedKind.CLOSED in kinds:
            return "away", "", _("closed")
        if FixedKind.EDITION in kinds:
            return "away", "", _("the edition meets")
        if FixedKind.SESSION in kinds:
            return "away", "", _("another session of the cohort")
        return ("on", "", _("on site")) if monday in self._chosen else ("", "", "")

    def _host_cell(self, monday: date, host: str) -> tuple[str, str, StrOrPromise]:
        """Return kind, sign and text of a week of a host."""
        own = [absence for absence in self.planning.absences if absence.host == host]
        if any(absence.is_away_in(monday) for absence in own):
            return "away", "", _("away")
        if any(absence.is_unsure_in(monday) for absence in own):
            return "unsure", "?", _("to confirm")
        return ("on", "", _("on site")) if monday in self._chosen else ("", "", "")

    def _person_cell(self, monday: date, key: str) -> tuple[str, str, StrOrPromise]:
        """Return kind, sign and text of a week of a person of the team."""
        residency = self.planning.residency
        is_on_site = self.plan is not None and key in self.plan.people.get(monday, ())
        if is_on_site:
            return "on", "", _("on site")
        if code := self.planning.elsewhere.get((key, monday)):
            return "elsewhere", "…" if code == str(HIDDEN_COHORT) else code, _("with %(code)s") % {"code": code}
        if (key, monday) in residency.away:
            return "away", "", _("away")
        if (key, monday) in residency.unsure_people:
            return "unsure", "?", _("to confirm")
        return "", "", ""

    def _discipline_cell(self, monday: date) -> tuple[str, str, StrOrPromise]:
        """Return kind, sign and text of the number of required disciplines on site in a week."""
        if self.plan is None or monday not in self.plan.people:
            return "", "", ""
        required, missing = self.planning.residency.required, self.words.uncovered(self.plan, monday)
        count = str(len(required) - len(missing))
        return ("missing", count, _("missing: %(what)s") % {"what": ", ".join(missing)}) if missing else ("", count, "")

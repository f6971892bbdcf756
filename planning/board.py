"""What the page of a residency's plans shows: the plans, the board of weeks and people, reasons, changes, days."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_stubs_ext import StrOrPromise

from planning.actions import has_weeks_of
from planning.enums import LiftableRule, PlanState
from planning.models import CalculatedPlan
from planning.reading import HIDDEN_COHORT, PlanningInputs
from planning.results import from_json
from planning.sentences import CRITERION_LABELS, PlanSentences, Reason, short_week_text, week_text
from planning.solver.problem import WEIGHTS, PlanRule, ProposedLift, RuleKind, SolverResult, WeeksPlan, WeeksResult
from web.text import formats
from web.text.escaping import as_html
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

    @property
    def html(self) -> str:
        """The cell as HTML: the words are its title, and read out instead of its sign."""
        text, kinds = as_html(self.text), " ".join(filter(None, ["chosen" if self.is_chosen else "", self.kind]))
        if not text:
            return f'<td class="{kinds}">{self._sign_html}</td>'
        return f'<td class="{kinds}" title="{text}">{self._sign_html}<span class="visually-hidden">{text}</span></td>'

    @property
    def _sign_html(self) -> str:
        """The sign as HTML; screen readers skip it where there are words."""
        if self.kind == "on":
            return '<i class="on"></i>'
        if not self.sign:
            return ""
        hidden = ' aria-hidden="true"' if self.text else ""
        return f"<b{hidden}>{as_html(self.sign)}</b>"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row of the board: whom or what it is about, a second line, and a cell for each week."""

    name: str
    details: str
    cells: tuple[BoardCell, ...]
    is_total: bool = False

    @property
    def cells_html(self) -> SafeString:
        """The cells as HTML, composed here because a template takes several times as long for hundreds of them."""
        return mark_safe("\n".join(cell.html for cell in self.cells))  # noqa: S308 - escaped


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """An on-site week of the chosen plan, as the list shows it.

    `people` of a confirmed week (`is_confirmed`) are the residents who are expected or came; it has no `missing`,
    sentences on who does not come.
    """

    number: int
    monday: date
    text: str
    is_confirmed: bool
    is_locked: bool
    people: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """One of the plans to choose from: its label, what it brings in some lines, a remark, and its points if it has
    some.
    """

    number: int
    label: str
    lines: tuple[str, ...]
    remark: str
    score: int | None = None


@dataclass(frozen=True, slots=True)
class ProposedStep:
    """One thing that would have to change, and the page on which to do it; "" where it is done elsewhere."""

    text: str
    href: str = ""
    label: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """Steps that together make a plan possible, and a sentence with the best plan then."""

    steps: tuple[ProposedStep, ...]
    outcome: str


def best_plan_text(parts: Iterable[str]) -> str:
    """Return the sentence with the best plan if something changed, of these parts."""
    return _("The best plan would then be: %(plan)s") % {"plan": " · ".join(parts)}


def months_of(mondays: Iterable[date]) -> list[tuple[str, int]]:
    """Return the names of the months of these weeks, in order, each with the number of its weeks."""
    grouped = groupby(mondays, key=lambda monday: (monday.year, monday.month))
    months = [list(each) for _month, each in grouped]
    return [(formats.month_name(weeks[0], active_language()), len(weeks)) for weeks in months]


class CalculatedBoard:
    """Which of the calculated plans a page shows, and whether they are up to date; `number` is the plan's, from 1."""

    inputs: Any
    number: int

    @property
    def stored(self) -> CalculatedPlan:
        """The plans as they are stored."""
        plan: CalculatedPlan = self.inputs.plan
        return plan

    @property
    def result(self) -> SolverResult[Any, Any]:
        """What the solver found last; it may be out of date."""
        raise NotImplementedError

    @property
    def plans(self) -> Sequence[Any]:
        """The plans that the solver found, the best first."""
        return self.result.plans

    @cached_property
    def choices(self) -> list[PlanChoice]:
        """The plans as people choose them, the best first."""
        return [self._choice(number, plan) for number, plan in enumerate(self.plans, start=1)]

    @property
    def conflict(self) -> list[str]:
        """The smallest set of rules that contradict each other, as sentences; empty where there is a plan."""
        return [self._rule(rule) for rule in self.result.conflict]

    @property
    def rows(self) -> Sequence[Any]:
        """What is planned, one by one: the Intertransfos or sessions of an edition."""
        raise NotImplementedError

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to plan."""
        raise NotImplementedError

    @property
    def is_hopeless(self) -> bool:
        """Whether no plan was found, and no change either."""
        is_done = self.stored.state == PlanState.DONE and not self.is_empty
        return is_done and not (self.result.plans or self.result.changes)

    @property
    def is_outdated(self) -> bool:
        """Whether something has changed since the plans were calculated."""
        return bool(self.stored.fingerprint) and self.stored.fingerprint != self.inputs.fingerprint

    @property
    def is_current(self) -> bool:
        """Whether the plans are calculated, and up to date."""
        return self.stored.state == PlanState.DONE and not self.is_outdated

    @property
    def chosen(self) -> Any:
        """The plan that is shown; None where there is none."""
        return self.plans[min(self.number, len(self.plans)) - 1] if self.plans else None

    @property
    def label(self) -> str:
        """The label of the plan that is shown."""
        return PLAN_LABELS[min(self.number, len(self.plans)) - 1] if self.plans else ""

    def _choice(self, number: int, plan: Any) -> PlanChoice:
        """Return a plan as people choose it."""
        raise NotImplementedError

    def _rule(self, rule: Any) -> str:
        """Return the sentence of a rule."""
        raise NotImplementedError


@dataclass(frozen=True)
class PlanBoard(CalculatedBoard):
    """The page of a residency's plans; `number` is that of the plan that is shown, from 1."""

    inputs: PlanningInputs
    number: int = 1

    @cached_property
    def sentences(self) -> PlanSentences:
        """The words for rules and reasons."""
        return PlanSentences(self.inputs)

    @cached_property
    def result(self) -> WeeksResult:
        """What the solver found last; it may be out of date."""
        return from_json(self.inputs.plan.result)

    @property
    def is_empty(self) -> bool:
        """Whether all on-site weeks are confirmed or over, so that there is nothing to place."""
        return self.inputs.residency.open_weeks == 0

    @property
    def can_use(self) -> bool:
        """Whether the plan that is shown can be used: it is up to date, and gives the drafts other weeks.

        Plans of several residencies are used together, on the page of their edition.
        """
        is_alone = not self.inputs.plan.together
        if self.plan is None or not self.plan.people:
            return False
        return is_alone and self.is_current and not has_weeks_of(self.inputs, self.plan)

    @property
    def plan(self) -> WeeksPlan | None:
        """The plan that is shown; None where there is none."""
        plan: WeeksPlan | None = self.chosen
        return plan

    @property
    def criteria(self) -> list[tuple[StrOrPromise, int, list[int]]]:
        """The label, the weight and the points of each plan, for each criterion."""
        plans = self.result.plans
        return [
            (label, WEIGHTS[criterion], [plan.points[criterion] for plan in plans])
            for criterion, label in CRITERION_LABELS.items()
        ]

    @property
    def reasons(self) -> list[Reason]:
        """The reasons for the plan that is shown, and against it."""
        return self.sentences.reasons(self.plan) if self.plan else []

    @property
    def changes(self) -> list[ProposedChange]:
        """What would have to change where there is no plan: one of these is enough."""
        return [self._change(change) for change in self.result.changes]

    @cached_property
    def weeks(self) -> list[PlannedWeek]:
        """The on-site weeks of the plan that is shown; without one, those that are confirmed."""
        residency = self.inputs.residency
        mondays = self.plan.mondays if self.plan else residency.confirmed_weeks
        return [self._week(number, monday) for number, monday in enumerate(mondays, start=1)]

    @property
    def locked_weeks(self) -> list[tuple[date, str]]:
        """The locked weeks, each with its days in words."""
        return [(monday, week_text(monday)) for monday in sorted(self.inputs.residency.locked)]

    @property
    def months(self) -> list[tuple[str, int]]:
        """The months of the board, each with the number of its weeks."""
        return months_of(self.inputs.mondays)

    @property
    def mondays(self) -> list[tuple[date, bool]]:
        """The weeks of the board, each with whether it is an on-site week of the plan that is shown."""
        return [(monday, monday in self._chosen) for monday in self.inputs.mondays]

    @property
    def sites(self) -> list[BoardRow]:
        """The rows of the site and of the hosts whose absences are recorded."""
        cohort = self.inputs.plan.cohort
        zone = cohort.authority.school_zone
        details = _("school zone %(zone)s") % {"zone": zone} if zone else ""
        site = BoardRow(cohort.site or cohort.authority.name, details, self._cells(self._site_cell))
        hosts = [
            BoardRow(host, pgettext("of a residency", "host"), self._cells(self._host_cell, host))
            for host in self.inputs.hosts
        ]
        return [site, *hosts]

    @property
    def people(self) -> list[BoardRow]:
        """The rows of the team, and that of the disciplines on site."""
        rows = [
            BoardRow(member.name, member.discipline, self._cells(self._person_cell, key))
            for key, member in self.inputs.team.items()
        ]
        required = self.inputs.residency.required
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
            residency = self.inputs.residency
            planned = sum(residency.days_in(monday) * len(people) for monday, people in self.plan.people.items())
        used = self.inputs.days_spent + self.inputs.days_confirmed + planned
        agreed = self.inputs.days_agreed
        return {
            "agreed": agreed,
            "spent": self.inputs.days_spent,
            "confirmed": self.inputs.days_confirmed,
            "planned": planned,
            "left": None if agreed is None else agreed - used,
        }

    @cached_property
    def _chosen(self) -> frozenset[date]:
        """The on-site weeks of the plan that is shown, and those that are confirmed."""
        return frozenset([*(self.plan.mondays if self.plan else ()), *self.inputs.residency.confirmed_weeks])

    def _choice(self, number: int, plan: WeeksPlan) -> PlanChoice:
        """Return a plan as people choose it."""
        against = [reason.text for reason in self.sentences.reasons(plan) if reason.is_against]
        weeks = " · ".join(map(short_week_text, plan.mondays))
        return PlanChoice(number, PLAN_LABELS[number - 1], (weeks,), against[0] if against else "", plan.score)

    def _rule(self, rule: PlanRule) -> str:
        """Return the sentence of a rule."""
        return self.sentences.rule(rule)

    def _change(self, change: ProposedLift[PlanRule, WeeksPlan]) -> ProposedChange:
        """Return a proposed change as the page shows it."""
        steps = tuple(self._step(rule, change.plan) for rule in change.lifted)
        weeks = " · ".join(map(short_week_text, change.plan.mondays))
        outcome = _("The best plan would then be %(weeks)s (%(score)s points of 100)")
        return ProposedChange(steps, outcome % {"weeks": weeks, "score": change.plan.score})

    def _step(self, rule: PlanRule, plan: WeeksPlan) -> ProposedStep:
        """Return one thing that would have to change, with the page on which to do it."""
        text, slug = self.sentences.change(rule, plan), self.inputs.plan.cohort.slug
        if rule.kind not in LiftableRule.values:
            return ProposedStep(text)
        query = {"rule": rule.kind.value, "subject": rule.subject, "monday": rule.monday or ""}
        return ProposedStep(text, f"{reverse('planning:allow_exception', args=[slug])}?{urlencode(query)}", _("Allow"))

    def _week(self, number: int, monday: date) -> PlannedWeek:
        """Return an on-site week as the list shows it."""
        residency = self.inputs.residency
        is_confirmed, is_locked = monday in residency.confirmed_weeks, monday in residency.locked
        if is_confirmed or self.plan is None:
            on_site = self.inputs.on_site
            people = tuple(self.sentences.person(key) for key in self.inputs.team if (key, monday) in on_site)
            return PlannedWeek(number, monday, week_text(monday), is_confirmed, is_locked, people)
        people = tuple(self.sentences.person(key) for key in self.inputs.team if key in self.plan.people[monday])
        missing, uncovered = self.sentences.missing(self.plan, monday), self.sentences.uncovered(self.plan, monday)
        return PlannedWeek(
            number, monday, week_text(monday), is_confirmed, is_locked, people, tuple(missing), tuple(uncovered)
        )

    def _cells(self, make: CellMaker, *about: str) -> tuple[BoardCell, ...]:
        """Return the cells of a row, one for each week of the board."""
        return tuple(BoardCell(monday, monday in self._chosen, *make(monday, *about)) for monday in self.inputs.mondays)

    def _site_cell(self, monday: date) -> tuple[str, str, StrOrPromise]:
        """Return kind, sign and text of a week at the site."""
        kinds = {rule.kind for rule in self.inputs.residency.ruled_out.get(monday, ())}
        if RuleKind.SCHOOL_HOLIDAYS in kinds:
            return "holidays", "", _("school holidays")
        if RuleKind.CLOSED in kinds:
            return "away", "", _("closed")
        if RuleKind.EDITION in kinds:
            return "away", "", _("the edition meets")
        if RuleKind.SESSION in kinds:
            return "away", "", _("another session of the cohort")
        return ("on", "", _("on site")) if monday in self._chosen else ("", "", "")

    def _host_cell(self, monday: date, host: str) -> tuple[str, str, StrOrPromise]:
        """Return kind, sign and text of a week of a host."""
        own = [absence for absence in self.inputs.absences if absence.host == host]
        if any(absence.is_away_in(monday) for absence in own):
            return "away", "", _("away")
        if any(absence.is_unsure_in(monday) for absence in own):
            return "unsure", "?", _("to confirm")
        return ("on", "", _("on site")) if monday in self._chosen else ("", "", "")

    def _person_cell(self, monday: date, key: str) -> tuple[str, str, StrOrPromise]:
        """Return kind, sign and text of a week of a person of the team."""
        residency = self.inputs.residency
        is_planned = self.plan is not None and key in self.plan.people.get(monday, ())
        if is_planned or (key, monday) in self.inputs.on_site:
            return "on", "", _("on site")
        if code := self.inputs.elsewhere.get((key, monday)):
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
        required, missing = self.inputs.residency.required, self.sentences.uncovered(self.plan, monday)
        count = str(len(required) - len(missing))
        return ("missing", count, _("missing: %(what)s") % {"what": ", ".join(missing)}) if missing else ("", count, "")

"""What the page of an edition's residencies shows: the best plan of each, and who shares people in which week."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import User
from planning.board import BoardCell, BoardRow, months_of
from planning.enums import PlanState
from planning.models import ResidencyPlan
from planning.results import from_json
from planning.sentences import short_week_text
from planning.solver.problem import WeeksPlan, WeeksResult

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class JointPlan:
    """The plans of one residency among the others of its edition."""

    plan: ResidencyPlan

    @cached_property
    def result(self) -> WeeksResult:
        """What the solver found last."""
        return from_json(self.plan.result)

    @property
    def best(self) -> WeeksPlan | None:
        """The best plan; None where there is none."""
        return self.result.plans[0] if self.result.plans else None

    @property
    def weeks(self) -> str:
        """The weeks of the best plan in words; "" without one."""
        return " · ".join(map(short_week_text, self.best.mondays)) if self.best else ""

    @property
    def is_impossible(self) -> bool:
        """Whether no plan respects all rules."""
        return bool(self.result.conflict)


@dataclass(frozen=True)
class JointBoard:
    """The residencies of an edition and their best plans; `plans` has one for each, by name of the cohort.

    The board has the weeks of these plans, a row for each residency, and one for each person who is in two of them.
    """

    plans: Sequence[ResidencyPlan]

    @cached_property
    def residencies(self) -> list[JointPlan]:
        """The residencies with their plans."""
        return [JointPlan(plan) for plan in self.plans]

    @property
    def is_under_way(self) -> bool:
        """Whether a worker calculates plans of one of the residencies, or will soon."""
        return any(plan.is_under_way for plan in self.plans)

    @property
    def state(self) -> PlanState:
        """The least advanced state of the plans: running, waiting, failed, new, then done."""
        states = {plan.current_state for plan in self.plans}
        order = (PlanState.RUNNING, PlanState.WAITING, PlanState.FAILED, PlanState.NEW)
        return next(filter(states.__contains__, order), PlanState.DONE)

    @property
    def percent(self) -> int:
        """How much of the calculation is done."""
        under_way = [plan for plan in self.plans if plan.is_under_way]
        return 100 * max((plan.steps_done for plan in under_way), default=0) // max(len(under_way), 1)

    @property
    def has_failed(self) -> bool:
        """Whether plans of one of the residencies could not be calculated."""
        return any(plan.state == PlanState.FAILED for plan in self.plans)

    @property
    def is_joint(self) -> bool:
        """Whether the plans of all residencies were calculated together."""
        keys = [plan.cohort_id for plan in self.plans]
        return all(plan.state == PlanState.DONE and sorted(plan.together) == sorted(keys) for plan in self.plans)

    @property
    def can_use(self) -> bool:
        """Whether there are plans to use together."""
        return self.is_joint and any(each.best for each in self.residencies)

    @cached_property
    def weeks(self) -> list[date]:
        """The weeks of the board, from the first of all plans to the last, by their Mondays."""
        chosen = [monday for each in self.residencies if each.best for monday in each.best.mondays]
        if not chosen:
            return []
        count = (max(chosen) - min(chosen)) // WEEK + 1
        return [min(chosen) + number * WEEK for number in range(count)]

    @property
    def months(self) -> list[tuple[str, int]]:
        """The months of the board, each with the number of its weeks."""
        return months_of(self.weeks)

    @property
    def mondays(self) -> list[tuple[date, bool]]:
        """The weeks of the board; none is a week of all residencies."""
        return [(monday, False) for monday in self.weeks]

    @property
    def sites(self) -> list[BoardRow]:
        """The rows of the residencies, with the weeks of their best plans."""
        return [
            BoardRow(each.plan.cohort.name, each.plan.cohort.site, tuple(self._site_cells(each)))
            for each in self.residencies
        ]

    @property
    def people(self) -> list[BoardRow]:
        """The rows of people who are in two residencies at least, with the code of the one they are with (one
        statement).
        """
        names = User.objects.in_bulk([int(key) for key in self._weeks_of_people])
        rows = [
            BoardRow(str(names[int(key)].full_name), "", tuple(self._person_cells(weeks)))
            for key, weeks in self._weeks_of_people.items()
            if int(key) in names
        ]
        return sorted(rows, key=lambda row: row.name)

    @cached_property
    def _weeks_of_people(self) -> Mapping[str, Mapping[date, str]]:
        """For each person who is in two residencies, the code of the residency by week."""
        found: dict[str, dict[date, str]] = {}
        for each in self.residencies:
            for monday, people in each.best.people.items() if each.best else ():
                for key in people:
                    found.setdefault(key, {})[monday] = each.plan.cohort.code
        return {key: weeks for key, weeks in found.items() if len(Counter(weeks.values())) > 1}

    def _site_cells(self, residency: JointPlan) -> Iterable[BoardCell]:
        """Yield the cells of a residency."""
        chosen = residency.best.mondays if residency.best else ()
        for monday in self.weeks:
            yield BoardCell(monday, False, *(("on", "", _("on site")) if monday in chosen else ()))

    def _person_cells(self, weeks: Mapping[date, str]) -> Iterable[BoardCell]:
        """Yield the cells of a person."""
        for monday in self.weeks:
            code = weeks.get(monday, "")
            yield BoardCell(monday, False, *(("elsewhere", code, _("with %(code)s") % {"code": code}) if code else ()))

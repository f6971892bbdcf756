"""The solver of residencies: ten at once and one by one, and today's proposals measured by the same criteria."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from planning.solver.placement import Placement
from planning.solver.problem import CLOSEST, PlanRule, Residency, RuleKind, WeeksPlan, WeeksResult
from planning.solver.solving import among, solve, solve_together
from programmes.workdays import Calendar, is_bridge, is_closed_season, is_school_holiday, is_working_day, separate_weeks

WEEK = timedelta(weeks=1)
START, END = date(2027, 1, 4), date(2027, 7, 2)
DISCIPLINES = ("ethnography", "sociology", "service design", "graphic design", "architecture")
ZONES = "ABC"
SHARED_WEIGHT = 10**8  # of a day on which people are with another residency, as in `cohorts.calendars.proposals`


def residencies(count: int, seed: int = 1) -> list[Residency]:
    """Return `count` residencies of six months whose five people come from one pool: everyone is in two of them."""
    draw = random.Random(seed)
    people = [f"{discipline} {number}" for number in range(max(count // 2, 1)) for discipline in DISCIPLINES]
    mondays = tuple(START + number * WEEK for number in range((END - START).days // 7 + 1))
    busy = {person: set(draw.sample(mondays, 4)) for person in people}
    return [_residency(number, count, mondays, busy, draw) for number in range(count)]


def _residency(
    number: int, count: int, mondays: Sequence[date], busy: dict[str, set[date]], draw: random.Random
) -> Residency:
    pairs = max(count // 2, 1)
    team = {
        f"{discipline} {(number + at) % pairs}": frozenset({discipline}) for at, discipline in enumerate(DISCIPLINES)
    }
    calendar = calendar_of(number)
    weeks = {monday: [monday + timedelta(days=day) for day in range(5)] for monday in mondays}
    closed = {monday: [PlanRule(RuleKind.HOST, "head teacher", monday)] for monday in draw.sample(list(mondays), 4)}
    for monday, days in weeks.items():
        rules = closed.setdefault(monday, [])
        rules += [PlanRule(RuleKind.SCHOOL_HOLIDAYS, "", monday)] * any(
            is_school_holiday(day, calendar) for day in days
        )
        rules += [PlanRule(RuleKind.CLOSED, "", monday)] * any(is_closed_season(day) for day in days)
    return Residency(
        key=f"residency {number}",
        mondays=tuple(mondays),
        weeks=3,
        weeks_apart=4,
        team=team,
        required=frozenset(DISCIPLINES),
        days={monday: sum(is_working_day(day, calendar) for day in days) for monday, days in weeks.items()},
        bridges={monday: sum(is_bridge(day, calendar) for day in days) for monday, days in weeks.items()},
        ruled_out={monday: tuple(rules) for monday, rules in closed.items()},
        away={(person, monday): PlanRule(RuleKind.AWAY, person, monday) for person in team for monday in busy[person]},
        unsure_weeks=frozenset(draw.sample(list(mondays), 2)),
        days_left=75,
    )


def calendar_of(number: int) -> Calendar:
    return Calendar(None, ZONES[number % len(ZONES)])


def without_what_proposals_ignore(residency: Residency) -> Residency:
    """Return the residency with the rules and the people that `separate_weeks` knows: holidays, and a week between."""
    known = (RuleKind.SCHOOL_HOLIDAYS, RuleKind.CLOSED)
    ruled_out = {
        monday: tuple(fixed for fixed in rules if fixed.kind in known) for monday, rules in residency.ruled_out.items()
    }
    simple = {"ruled_out": ruled_out, "weeks_apart": CLOSEST, "away": {}, "required": frozenset(), "days_left": None}
    return replace(residency, unsure_weeks=frozenset(), **simple)


def proposals_of_today(rows: Sequence[Residency]) -> list[WeeksPlan]:
    """Return the weeks that `separate_weeks` proposes one after the other, each with the best use of its people.

    As today, a proposal avoids the days of those before it that share people. A plan lists the rules that it breaks.
    """
    plans: list[WeeksPlan] = []
    for number, residency in enumerate(rows):
        shared = [plan for plan, other in zip(plans, rows, strict=False) if other.team.keys() & residency.team.keys()]
        days = [monday + timedelta(days=day) for plan in shared for monday in plan.mondays for day in range(5)]
        avoided = dict.fromkeys(days, ("shared_people", SHARED_WEIGHT))
        weeks = separate_weeks(START, END, residency.weeks, calendar=calendar_of(number), avoided=avoided)
        mondays = [week.days[0] - timedelta(days=week.days[0].weekday()) for week in weeks]
        others = dict(zip([other.key for other in rows], plans, strict=False))
        plans.append(with_weeks(residency, mondays, others))
    return plans


def with_weeks(residency: Residency, mondays: Sequence[date], others: dict[str, WeeksPlan]) -> WeeksPlan:
    """Return the best plan of a residency in these weeks, whatever rules it breaks."""
    fixed = among(replace(residency, locked=frozenset(mondays)), others)
    placement = Placement([fixed])
    placement.enforce([PlanRule(RuleKind.LOCKED, "", monday) for monday in mondays])
    plans = placement.best()
    assert plans is not None
    return plans[0]


def ratios(rows: Sequence[Residency]) -> list[float]:
    """Return the points of the solver over those of today's proposals, for all residencies together and one by one.

    Both know the same: the rules and people of today's proposals. The first ratio is that of all together.
    """
    simple = [without_what_proposals_ignore(row) for row in rows]
    together = [outcome.plans[0].score for outcome in solve_together(simple)]
    proposals = proposals_of_today(simple)
    each = [
        solve(row).plans[0].score / with_weeks(row, plan.mondays, {}).score
        for row, plan in zip(simple, proposals, strict=True)
    ]
    return [sum(together) / sum(plan.score for plan in proposals), *each]


def measure(count: int, rounds: int) -> Callable[[Any], list[Any]]:
    together, alone, rows = [], [], residencies(count)
    for _ in range(rounds):
        begun = time.perf_counter()
        outcomes = solve_together(rows)
        together.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        for row in rows:
            solve(row)
        alone.append((time.perf_counter() - begun) / count)
    broken = [sum(len(plan.lifted) for plan in plans) for plans in (proposals_of_today(rows), planned(outcomes))]
    all_together, *each = ratios(rows)

    def figures(figure: Any) -> list[Any]:
        return [
            figure(f"{count} residencies that share people, 3 plans each", together, 30.0, 10.0, False, "s"),
            figure("one residency, 3 plans", alone, 30.0, 1.0, False, "s"),
            figure("residencies without a plan", [count - len(planned(outcomes))], 0, 0, False),
            figure("rules that today's proposals break", broken[:1]),
            figure("rules that the solver breaks", broken[1:], 0, 0, False),
            figure("points, solver / today's proposals, all together", [all_together], 1.0, 1.0),
            figure("the same for each residency, the smallest", [min(each)], 1.0, 1.0),
        ]

    return figures


def planned(outcomes: Sequence[WeeksResult]) -> list[WeeksPlan]:
    """Return the best plan of each residency that has one."""
    return [outcome.plans[0] for outcome in outcomes if outcome.plans]

"""The solver of Intertransfos: an edition of ten cohorts, and today's proposals measured by the same criteria."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from cohorts.models import Cohort
from exchanges.calendar import target_days
from exchanges.models import Exchange
from exchanges.planning.planning_context import PlanningContext
from planning.editions.inputs import ExchangeInputs, edition_exchanges, one_by_one
from planning.solver.exchange_model import solve_exchanges
from planning.solver.exchanges import ExchangeCriterion, ExchangesResult
from programmes.models import Authority, Edition, Format

START = date(2027, 1, 5)
ZONES = "ABC"


def edition_of_cohorts(count: int, months: int, seed: int = 1) -> PlanningContext:
    """Return an edition of `count` cohorts across France with an Intertransfo each three months; nothing is saved.

    Some cohorts start after a year; the seat of some is not known.
    """
    draw = random.Random(seed)
    published = Format(exchange_interval_months=3, exchange_days=2)
    end = target_days(START, date(2040, 1, 1), 3)[months // 3 - 1]
    edition = Edition(pk=1, starts_on=START, ends_on=end, state="running", format=published)
    cohorts = [_cohort(number, draw) for number in range(1, count + 1)]
    rows = []
    for number, target in enumerate(target_days(START, end, 3), start=1):
        row = Exchange(pk=number, number=number, target=target, first_day=target, days=2, state="proposed", why={})
        row.host = cohorts[number % count]
        rows.append(row)
    return PlanningContext(edition, START, cohorts, rows, ())


def _cohort(number: int, draw: random.Random) -> Any:
    """Return a cohort that is not saved, with what a planning context reads of it."""
    is_late = draw.random() < 0.25
    row: Any = Cohort(pk=number, slug=f"c{number}", name=f"Cohort {number}", state="agreed" if is_late else "running")
    row.planned_start = START + timedelta(weeks=52 if is_late else 0)
    seat = (None, None) if draw.random() < 0.1 else (draw.uniform(43, 50), draw.uniform(-3, 7))
    row.authority = Authority(pk=number, name=row.name, latitude=seat[0], longitude=seat[1])
    row.authority.school_zone = draw.choice(ZONES)
    row.people, row.turns, row.held, row.last_hosted, row.trips = draw.randint(5, 25), 0, 0, None, []
    row.session_days = [START + timedelta(days=draw.randrange(900)) for _ in range(20)]
    return row


def plan_edition(planning: PlanningContext) -> ExchangesResult:
    """Return the plans of an edition's Intertransfos, as a worker calculates them."""
    inputs = ExchangeInputs(planning)
    return solve_exchanges(edition_exchanges(inputs, one_by_one(inputs)), lambda _step: None)


def measure(count: int, months: int, seed: int, rounds: int) -> Callable[[Any], list[Any]]:
    seconds, planning = [], edition_of_cohorts(count, months, seed)
    for _ in range(rounds):
        begun = time.perf_counter()
        result = plan_edition(replace(planning))
        seconds.append(time.perf_counter() - begun)
    proposed = result.one_by_one
    assert proposed is not None
    never_worse = sum(plan.is_never_worse_than(proposed) for plan in result.plans)

    def figures(figure: Any) -> list[Any]:
        rows = [
            figure(
                f"{count} cohorts, {len(planning.exchanges)} Intertransfos, 3 plans", seconds, 30.0, 10.0, False, "s"
            )
        ]
        for criterion in ExchangeCriterion:
            rows.append(figure(f"{criterion.value}, today's proposals", [proposed.totals[criterion]]))
            limit = proposed.totals[criterion] if criterion == ExchangeCriterion.ALL else None
            rows.append(
                figure(f"{criterion.value}, the best plan", [result.plans[0].totals[criterion]], limit, limit, False)
            )
        return [*rows, figure("plans that are in nothing worse than today's proposals", [never_worse], 1, 1)]

    return figures

"""Calculate the plans that wait, one after the other, and record their progress.

Only workers import this module: the library of the solver takes memory.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from cohorts.clock import local_day
from planning import actions
from planning.models import ResidencyPlan
from planning.reading import read_input
from planning.results import as_json
from planning.solver.solving import solve, solve_together

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def calculate_due_plans(clock: Clock) -> int:
    """Calculate all plans that wait, and return how many were calculated; `clock` returns the present moment.

    Safe to repeat and to run concurrently: a worker claims each of them, and one that stopped reporting loses it.
    """
    count = 0
    while plans := actions.start_calculation(by=None, at=clock()):
        count += _calculate_safely(plans, clock)
    return count


def _calculate_safely(plans: Sequence[ResidencyPlan], clock: Clock) -> int:
    """Calculate plans and return how many were saved; a failure is logged and recorded, so that others go on."""
    try:
        return _calculate(plans, clock)
    except Exception:
        logger.exception("Plans of residencies could not be calculated: %s", [plan.cohort_id for plan in plans])
        actions.fail_calculation(plans=plans, by=None)
        return 0


def _calculate(plans: Sequence[ResidencyPlan], clock: Clock) -> int:
    """Calculate plans from what holds now, report each step, and save them; return how many were saved."""

    def report(step: int) -> None:
        actions.record_step(plans=plans, step=step, by=None, at=clock())

    inputs = [read_input(plan, local_day(plan.cohort, clock())) for plan in plans]
    residencies = [each.residency for each in inputs]
    results = solve_together(residencies, report) if plans[0].together else [solve(residencies[0], report)]
    saved = [
        actions.finish_calculation(
            plan=each.plan, result=as_json(result), fingerprint=each.fingerprint, by=None, at=clock()
        )
        for each, result in zip(inputs, results, strict=True)
    ]
    return sum(saved)

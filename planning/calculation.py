"""Calculate the plans that wait, one after the other, and record their progress.

Only workers import this module: the library of the solver takes memory.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from cohorts.clock import local_day
from planning import actions
from planning.models import ResidencyPlan
from planning.reading import read_input
from planning.solver.solving import solve

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def calculate_due_plans(clock: Clock) -> int:
    """Calculate all plans that wait, and return how many were calculated; `clock` returns the present moment.

    Safe to repeat and to run concurrently: a worker claims each of them, and one that stopped reporting loses it.
    """
    count = 0
    while plan := actions.start_calculation(by=None, at=clock()):
        count += _calculate_safely(plan, clock)
    return count


def _calculate_safely(plan: ResidencyPlan, clock: Clock) -> bool:
    """Calculate plans and return whether they were saved; a failure is logged and recorded, so that others go on."""
    try:
        return _calculate(plan, clock)
    except Exception:
        logger.exception("Plans of the residency %d could not be calculated", plan.cohort_id)
        actions.fail_calculation(plan=plan, by=None)
        return False


def _calculate(plan: ResidencyPlan, clock: Clock) -> bool:
    """Calculate plans from what holds now, report each step, and save them; return whether they were saved."""
    inputs = read_input(plan, local_day(plan.cohort, clock()))
    result = solve(inputs.residency, lambda step: actions.record_step(plan=plan, step=step, by=None, at=clock()))
    return actions.finish_calculation(plan=plan, result=result, fingerprint=inputs.fingerprint, by=None, at=clock())

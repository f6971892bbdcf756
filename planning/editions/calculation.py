"""Calculate the plans of Intertransfos that wait, one edition after the other, and record their progress.

Only workers import this module: the library of the solver takes memory.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from exchanges.planning.stored_reasons import choice_as_json
from planning.editions import actions
from planning.editions.inputs import edition_exchanges, one_by_one
from planning.editions.results import as_json
from planning.models import ExchangePlan
from planning.solver.exchange_model import solve_exchanges

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class CalculationStoppedError(Exception):
    """Raised when someone cancelled a calculation, or another worker has taken it over."""


def calculate_due_exchange_plans(clock: Clock) -> int:
    """Calculate all plans that wait, and return how many were calculated; `clock` returns the present moment.

    Safe to repeat and to run concurrently, as for residencies.
    """
    count = 0
    while plan := actions.start_exchange_calculation(by=None, at=clock()):
        count += _calculate_safely(plan, clock)
    return count


def _calculate_safely(plan: ExchangePlan, clock: Clock) -> bool:
    """Calculate plans and return whether they were saved; a failure is logged and recorded, so that others go on."""
    try:
        return _calculate(plan, clock)
    except CalculationStoppedError:
        return False
    except Exception:
        logger.exception("Plans of the Intertransfos of edition %d could not be calculated", plan.edition_id)
        actions.fail_exchange_calculation(plan=plan, by=None)
        return False


def _calculate(plan: ExchangePlan, clock: Clock) -> bool:
    """Calculate plans from what holds now, report each step, and save them; return whether they were saved."""

    def report(step: int) -> None:
        if not actions.record_exchange_step(plan=plan, step=step, by=None, at=clock()):
            raise CalculationStoppedError

    inputs = actions.read_exchanges(plan, clock())
    proposals = one_by_one(inputs)
    result = as_json(solve_exchanges(edition_exchanges(inputs, proposals), report))
    choices = zip(inputs.exchanges, proposals, strict=False)
    result["host_reasons"] = {str(row.pk): choice_as_json(choice) for row, (*_, choice) in choices if choice}
    return actions.finish_exchange_calculation(
        plan=plan, result=result, fingerprint=inputs.fingerprint, by=None, at=clock()
    )

"""Calculate the plans of editions that wait, one after the other, and record their progress.

Only workers import this module: the library of the solver takes memory.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from exchanges.planning.stored_reasons import choice_as_json
from planning import actions
from planning.editions import results as exchange_results
from planning.editions.actions import calculation
from planning.editions.actions.exchanges import read_exchanges
from planning.editions.inputs import edition_exchanges, one_by_one
from planning.editions.sessions import results as session_results
from planning.editions.sessions.inputs import edition_sessions, read_sessions
from planning.models import EditionPlan, ExchangePlan, SessionPlan
from planning.solver.exchange_model import solve_exchanges
from planning.solver.session_model import solve_sessions
from web.dates.clock import platform_day

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Report = Callable[[int], None]
Found = tuple[dict[str, Any], str]  # what the solver found, as JSON, and the fingerprint of what it depends on


class CalculationStoppedError(Exception):
    """Raised when someone cancelled a calculation, or another worker has taken it over."""


def calculate_due_edition_plans(clock: Clock) -> int:
    """Calculate all plans that wait, and return how many were calculated; `clock` returns the present moment.

    Safe to repeat and to run concurrently, as for residencies.
    """
    count = 0
    for model, calculate in CALCULATIONS.items():
        while plan := calculation.start_edition_calculation(model=model, by=None, at=clock()):
            count += _calculate_safely(plan, calculate, clock)
    return count


def _calculate_safely(plan: EditionPlan, calculate: Callable[[Any, datetime, Report], Found], clock: Clock) -> bool:
    """Calculate plans and return whether they were saved; a failure is logged and recorded, so that others go on."""

    def report(step: int) -> None:
        if not actions.record_step(plans=[plan], step=step, by=None, at=clock()):
            raise CalculationStoppedError

    try:
        result, fingerprint = calculate(plan, clock(), report)
        return actions.finish_calculation(plan=plan, result=result, fingerprint=fingerprint, by=None, at=clock())
    except CalculationStoppedError:
        return False
    except Exception:
        logger.exception("The %s of edition %d could not be calculated", plan._meta.model_name, plan.edition_id)
        actions.fail_calculation(plans=[plan], by=None)
        return False


def _plan_exchanges(plan: ExchangePlan, at: datetime, report: Report) -> Found:
    """Return the plans of an edition's Intertransfos, with the reasons of the proposals one by one."""
    inputs = read_exchanges(plan, at)
    proposals = one_by_one(inputs)
    result = exchange_results.as_json(solve_exchanges(edition_exchanges(inputs, proposals), report))
    choices = zip(inputs.exchanges, proposals, strict=False)
    result["host_reasons"] = {str(row.pk): choice_as_json(choice) for row, (*_, choice) in choices if choice}
    return result, inputs.fingerprint


def _plan_sessions(plan: SessionPlan, at: datetime, report: Report) -> Found:
    """Return the plans of the sessions of an edition's cohorts that share people."""
    inputs = read_sessions(plan, platform_day(at))
    return session_results.as_json(solve_sessions(edition_sessions(inputs), report)), inputs.fingerprint


CALCULATIONS: Final[dict[Any, Callable[[Any, datetime, Report], Found]]] = {
    ExchangePlan: _plan_exchanges,
    SessionPlan: _plan_sessions,
}

"""Use a plan of an edition's Intertransfos: the action, and the token of what a person saw."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.exchange.locks import lock_turns
from exchanges.models import Exchange
from exchanges.planning.actions import PlannedExchange, replan_exchanges
from exchanges.planning.planning_context import load_planning_context
from exchanges.planning.stored_reasons import choice_as_json
from exchanges.rotation import HostChoice
from planning.actions import PlansChanged
from planning.editions.actions.calculation import lock_plans_of_edition
from planning.editions.inputs import ExchangeInputs, window_of
from planning.editions.results import from_json
from planning.enums import PlanState
from planning.models import ExchangePlan
from planning.solver.exchanges import ExchangesPlan
from programmes.models import Edition
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint


def read_exchanges(plan: ExchangePlan, at: datetime) -> ExchangeInputs:
    """Return what the plans of an edition's Intertransfos depend on, as of the day of `at` (three statements)."""
    return ExchangeInputs(load_planning_context(plan.edition, platform_day(at)), frozenset(plan.locked))


@action(gettext_lazy("Plan of Intertransfos used"))
def use_exchange_plan(*, edition: Edition, number: int, version_token: str, at: datetime, by: User) -> list[Exchange]:
    """Give the Intertransfos that are only proposed the dates and hosts of a plan; return those that changed.

    `number` is the plan's, from 1; `version_token` its `exchange_plan_token` as the person saw it. Everyone who was
    informed of one that changes receives an e-mail. Raises PlansChanged when the plan is not up to date.
    """
    first = edition.exchanges.order_by("pk").first()
    if first is None:
        raise PlansChanged
    lock_turns(first)
    plan = lock_plans_of_edition(ExchangePlan, edition)
    inputs = read_exchanges(plan, at)
    if not version_token or version_token != exchange_plan_token(plan, inputs, number):
        raise PlansChanged
    planned = planned_exchanges(inputs, from_json(plan.result).plans[number - 1])
    if not any(each.is_moved or each.has_new_host for each in planned):
        raise DomainError(_("Nothing changes: the Intertransfos have these dates and hosts already."))
    plan.record_use(number, at)
    reason = _("The best dates and the shortest journeys for all Intertransfos together.")
    return replan_exchanges(planned=planned, reason=reason, at=at, by=by)


def exchange_plan_token(plan: ExchangePlan, inputs: ExchangeInputs, number: int) -> str:
    """Return a hash of a plan and of what it was calculated from; "" for one that is not up to date, or not there."""
    plans = from_json(plan.result).plans
    is_current = plan.state == PlanState.DONE and plan.fingerprint == inputs.fingerprint
    if not is_current or not 1 <= number <= len(plans):
        return ""
    chosen = [(key, option.host, option.day) for key, option in sorted(plans[number - 1].chosen.items())]
    return fingerprint(plan.fingerprint, chosen)


def planned_exchanges(inputs: ExchangeInputs, found: ExchangesPlan) -> list[PlannedExchange]:
    """Return the Intertransfos with the dates and hosts of a plan, in their order."""
    planning, rows = inputs.planning, []
    records = {candidate.key: candidate for candidate in planning.candidates}
    for exchange in inputs.exchanges:
        option = found.chosen[str(exchange.pk)]
        host = inputs.hosts[option.host]
        window = window_of(planning, exchange, host, option.day)
        if window is None:
            raise PlansChanged
        own = records.get(option.host)
        choice = HostChoice(
            key=host.slug,
            name=host.name,
            reason="planned_together",
            turns=own.turns if own else 0,
            last_hosted=own.last_hosted if own else None,
            level=0,
            runner_up=None,
        )
        rows.append(PlannedExchange(exchange, window, host, choice_as_json(choice)))
    return rows

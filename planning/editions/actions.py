"""Actions on the plans of an edition's Intertransfos: calculate them, cancel that, lock an Intertransfo, use a plan."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.exchange.locks import lock_edition, lock_turns
from exchanges.models import Exchange
from exchanges.planning.actions import PlannedExchange, replan_exchanges
from exchanges.planning.planning_context import load_planning_context
from exchanges.planning.stored_reasons import choice_as_json
from exchanges.rotation import HostChoice
from planning.actions import CALCULATE_PLANS, STALE_AFTER, PlansChanged
from planning.editions.inputs import ExchangeInputs, window_of
from planning.editions.results import from_json
from planning.enums import PlanState
from planning.models import ExchangePlan, ExchangePlanQuerySet
from planning.solver.exchanges import ExchangePlan as FoundPlan
from programmes.models import Edition
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint
from web.tasks import start_soon


def exchange_plan_of(edition: Edition) -> ExchangePlan:
    """Return the plans of the edition's Intertransfos, or new ones that are not saved yet (one statement)."""
    plan: ExchangePlan = ExchangePlan.objects.filter(edition=edition).first() or ExchangePlan(edition=edition)
    plan.edition = edition
    return plan


def read_exchanges(plan: ExchangePlan, at: datetime) -> ExchangeInputs:
    """Return what the plans of an edition's Intertransfos depend on, as of the day of `at` (three statements)."""
    return ExchangeInputs(load_planning_context(plan.edition, platform_day(at)), frozenset(plan.locked))


def _lock_plan(edition: Edition) -> ExchangePlan:
    """Return the plans of an edition's Intertransfos, locked until the action ends; they are created if needed."""
    edition = lock_edition(edition)  # so that two people do not create two
    ExchangePlan.objects.get_or_create(edition=edition)
    plan: ExchangePlan = ExchangePlan.objects.select_for_update(of=("self",)).get(edition=edition)
    plan.edition = edition
    return plan


@action(gettext_lazy("Plans of Intertransfos requested"))
def request_exchange_plans(*, edition: Edition, at: datetime, by: User | None) -> ExchangePlan:
    """Have the worker calculate plans of the dates and hosts of all Intertransfos that are only proposed; return them.

    While they are being calculated nothing changes.
    """
    plan = _lock_plan(edition)
    if not plan.is_under_way:
        plan.state, plan.requested_at, plan.steps_done = PlanState.WAITING, at, 0
        plan.save(update_fields=["state", "requested_at", "steps_done"])
        start_soon(CALCULATE_PLANS)
    return plan


@action(gettext_lazy("Calculation of plans of Intertransfos cancelled"))
def cancel_exchange_plans(*, edition: Edition, by: User) -> ExchangePlan:
    """Stop the calculation of an edition's plans, if one is under way; the plans calculated before stay."""
    plan = _lock_plan(edition)
    if plan.is_under_way:
        plan.state = PlanState.DONE if plan.calculated_at else PlanState.NEW
        plan.save(update_fields=["state"])
    return plan


@action(gettext_lazy("Calculation of plans of Intertransfos begun"))
def start_exchange_calculation(*, by: None, at: datetime) -> ExchangePlan | None:
    """Take the oldest plans that wait and that no other worker takes, and return them; None when there are none.

    Plans whose worker has not reported for five minutes wait again, as if requested now.
    """
    ExchangePlan.objects.stale_since(at - STALE_AFTER).update(state=PlanState.WAITING, requested_at=at)
    rows = ExchangePlan.objects.waiting().select_for_update(skip_locked=True, of=("self",))
    plan: ExchangePlan | None = rows.select_related("edition__format").first()
    if plan is not None:
        plan.state, plan.heartbeat_at, plan.steps_done = PlanState.RUNNING, at, 0
        plan.save(update_fields=["state", "heartbeat_at", "steps_done"])
    return plan


@action(gettext_lazy("Progress of plans of Intertransfos recorded"))
def record_exchange_step(*, plan: ExchangePlan, step: int, by: None, at: datetime) -> bool:
    """Record how many steps are done, as a report of the worker; return False when someone cancelled the calculation,
    or another worker has taken it over.
    """
    return bool(_still_running(plan).update(steps_done=step, heartbeat_at=at))


@action(gettext_lazy("Plans of Intertransfos calculated"))
def finish_exchange_calculation(
    *, plan: ExchangePlan, result: Mapping[str, Any], fingerprint: str, by: None, at: datetime
) -> bool:
    """Save what the solver found, as JSON, and the fingerprint of what it was calculated from; return whether it was
    saved.

    It is not when someone cancelled the calculation, or another worker has begun it anew.
    """
    values = {"result": result, "fingerprint": fingerprint, "calculated_at": at, "state": PlanState.DONE}
    return bool(_still_running(plan).update(**values))


@action(gettext_lazy("Calculation of plans of Intertransfos failed"))
def fail_exchange_calculation(*, plan: ExchangePlan, by: None) -> None:
    """Record that the plans could not be calculated."""
    _still_running(plan).update(state=PlanState.FAILED)


def _still_running(plan: ExchangePlan) -> ExchangePlanQuerySet:
    """Return the plans in the state in which a worker took them; empty when that is over."""
    return ExchangePlan.objects.filter(pk=plan.pk, state=PlanState.RUNNING, requested_at=plan.requested_at)


@action(gettext_lazy("Intertransfo locked in plans"))
def lock_in_plans(*, exchange: Exchange, by: User) -> ExchangePlan:
    """Have each plan keep the date and host of an Intertransfo. A locked one stays locked."""
    plan = _lock_plan(exchange.edition)
    plan.locked = sorted({*plan.locked, exchange.pk})
    plan.save(update_fields=["locked"])
    return plan


@action(gettext_lazy("Intertransfo unlocked in plans"))
def unlock_in_plans(*, exchange: Exchange, by: User) -> ExchangePlan:
    """Let plans choose the date and host of an Intertransfo again. One that is not locked stays so."""
    plan = _lock_plan(exchange.edition)
    plan.locked = sorted({*plan.locked} - {exchange.pk})
    plan.save(update_fields=["locked"])
    return plan


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
    plan = _lock_plan(edition)
    inputs = read_exchanges(plan, at)
    if not version_token or version_token != exchange_plan_token(plan, inputs, number):
        raise PlansChanged
    planned = planned_exchanges(inputs, from_json(plan.result).plans[number - 1])
    if not any(each.is_moved or each.has_new_host for each in planned):
        raise DomainError(_("Nothing changes: the Intertransfos have these dates and hosts already."))
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


def planned_exchanges(inputs: ExchangeInputs, found: FoundPlan) -> list[PlannedExchange]:
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

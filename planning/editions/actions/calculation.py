"""Actions on plans that a worker calculates for an edition: request them, cancel that, lock what each plan keeps.

`kind` is the model of the plans: of Intertransfos or of sessions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.exchange.locks import lock_edition
from planning.actions import CALCULATE_PLANS, STALE_AFTER
from planning.enums import PlanState
from planning.models import EditionPlan, EditionPlanQuerySet
from programmes.models import Edition
from web.actions import action
from web.tasks import start_soon

Kind = type[EditionPlan]


def plan_of_edition(kind: Kind, edition: Edition) -> Any:
    """Return the plans of an edition, or new ones that are not saved yet (one statement)."""
    plan = kind.objects.filter(edition=edition).first() or kind(edition=edition)
    plan.edition = edition
    return plan


def lock_plan_of_edition(kind: Kind, edition: Edition) -> Any:
    """Return the plans of an edition, locked until the action ends; they are created if needed."""
    edition = lock_edition(edition)  # so that two people do not create two
    kind.objects.get_or_create(edition=edition)
    plan = kind.objects.select_for_update(of=("self",)).get(edition=edition)
    plan.edition = edition
    return plan


@action(gettext_lazy("Plans of an edition requested"))
def request_edition_plans(*, kind: Kind, edition: Edition, at: datetime, by: User | None) -> EditionPlan:
    """Have the worker calculate plans of an edition; return them. While they are being calculated nothing changes."""
    plan: EditionPlan = lock_plan_of_edition(kind, edition)
    if not plan.is_under_way:
        plan.state, plan.requested_at, plan.steps_done = PlanState.WAITING, at, 0
        plan.save(update_fields=["state", "requested_at", "steps_done"])
        start_soon(CALCULATE_PLANS)
    return plan


@action(gettext_lazy("Calculation of plans of an edition cancelled"))
def cancel_edition_plans(*, kind: Kind, edition: Edition, by: User) -> EditionPlan:
    """Stop the calculation of an edition's plans, if one is under way; the plans calculated before stay."""
    plan: EditionPlan = lock_plan_of_edition(kind, edition)
    if plan.is_under_way:
        plan.state = PlanState.DONE if plan.calculated_at else PlanState.NEW
        plan.save(update_fields=["state"])
    return plan


@action(gettext_lazy("Calculation of plans of an edition begun"))
def start_edition_calculation(*, kind: Kind, by: None, at: datetime) -> EditionPlan | None:
    """Take the oldest plans that wait and that no other worker takes, and return them; None when there are none.

    Plans whose worker has not reported for five minutes wait again, as if requested now.
    """
    kind.objects.all().stale_since(at - STALE_AFTER).update(state=PlanState.WAITING, requested_at=at)
    rows = kind.objects.all().waiting().select_for_update(skip_locked=True, of=("self",))
    plan: EditionPlan | None = rows.select_related("edition__format").first()
    if plan is not None:
        plan.state, plan.heartbeat_at, plan.steps_done = PlanState.RUNNING, at, 0
        plan.save(update_fields=["state", "heartbeat_at", "steps_done"])
    return plan


@action(gettext_lazy("Progress of plans of an edition recorded"))
def record_edition_step(*, plan: EditionPlan, step: int, by: None, at: datetime) -> bool:
    """Record how many steps are done, as a report of the worker; return False when someone cancelled the calculation,
    or another worker has taken it over.
    """
    return bool(_still_running(plan).update(steps_done=step, heartbeat_at=at))


@action(gettext_lazy("Plans of an edition calculated"))
def finish_edition_calculation(
    *, plan: EditionPlan, result: Mapping[str, Any], fingerprint: str, by: None, at: datetime
) -> bool:
    """Save what the solver found, as JSON, and the fingerprint of what it was calculated from; return whether it was
    saved.

    It is not when someone cancelled the calculation, or another worker has begun it anew.
    """
    values = {"result": result, "fingerprint": fingerprint, "calculated_at": at, "state": PlanState.DONE}
    return bool(_still_running(plan).update(**values))


@action(gettext_lazy("Calculation of plans of an edition failed"))
def fail_edition_calculation(*, plan: EditionPlan, by: None) -> None:
    """Record that the plans could not be calculated."""
    _still_running(plan).update(state=PlanState.FAILED)


def _still_running(plan: EditionPlan) -> EditionPlanQuerySet:
    """Return the plans in the state in which a worker took them; empty when that is over."""
    rows: EditionPlanQuerySet = type(plan).objects.filter(
        pk=plan.pk, state=PlanState.RUNNING, requested_at=plan.requested_at
    )
    return rows


@action(gettext_lazy("Locked in plans"))
def lock_in_plans(*, kind: Kind, edition: Edition, key: int, by: User) -> EditionPlan:
    """Have each plan keep the days of an Intertransfo or session, by its key. A locked one stays locked."""
    plan: EditionPlan = lock_plan_of_edition(kind, edition)
    plan.locked = sorted({*plan.locked, key})
    plan.save(update_fields=["locked"])
    return plan


@action(gettext_lazy("Unlocked in plans"))
def unlock_in_plans(*, kind: Kind, edition: Edition, key: int, by: User) -> EditionPlan:
    """Let plans change the days of an Intertransfo or session again. One that is not locked stays so."""
    plan: EditionPlan = lock_plan_of_edition(kind, edition)
    plan.locked = sorted({*plan.locked} - {key})
    plan.save(update_fields=["locked"])
    return plan

"""Actions on plans that a worker calculates for an edition: request them, cancel that, lock what each plan keeps.

`model` is the model of the plans: of Intertransfos or of sessions.
"""

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.exchange.locks import lock_edition
from planning.actions import CALCULATE_PLANS, STALE_AFTER
from planning.enums import PlanState
from planning.models import EditionPlan
from programmes.models import Edition
from web.actions import action
from web.database.prepared import prepared
from web.tasks import start_soon

PlansModel = type[EditionPlan]
P = TypeVar("P", bound=EditionPlan)


def plans_of_edition(model: type[P], edition: Edition) -> P:
    """Return the plans of an edition, or new ones that are not saved yet (one statement)."""
    plans: P = next(iter(_stored_plans(model, edition.pk)), None) or model(edition=edition)
    plans.edition = edition
    return plans


@prepared
def _stored_plans(model: type[P], edition: int) -> QuerySet[P]:
    """Return the plans of an edition that are stored; none before they are requested or something is locked."""
    return model.objects.filter(edition=edition)


def lock_plans_of_edition(model: type[P], edition: Edition) -> P:
    """Return the plans of an edition, locked until the action ends; they are created if needed."""
    edition = lock_edition(edition)  # so that two people do not create two
    model.objects.get_or_create(edition=edition)
    plans: P = model.objects.select_for_update(of=("self",)).get(edition=edition)
    plans.edition = edition
    return plans


@action(gettext_lazy("Plans of an edition requested"))
def request_edition_plans(*, model: PlansModel, edition: Edition, at: datetime, by: User | None) -> EditionPlan:
    """Have the worker calculate plans of an edition; return them. While they are being calculated nothing changes."""
    plans = lock_plans_of_edition(model, edition)
    if not plans.is_under_way:
        plans.state, plans.requested_at, plans.steps_done = PlanState.WAITING, at, 0
        plans.save(update_fields=["state", "requested_at", "steps_done"])
        start_soon(CALCULATE_PLANS)
    return plans


@action(gettext_lazy("Calculation of plans of an edition cancelled"))
def cancel_edition_plans(*, model: PlansModel, edition: Edition, by: User) -> EditionPlan:
    """Stop the calculation of an edition's plans, if one is under way; the plans calculated before stay."""
    plans = lock_plans_of_edition(model, edition)
    if plans.is_under_way:
        plans.state = PlanState.DONE if plans.calculated_at else PlanState.NEW
        plans.save(update_fields=["state"])
    return plans


@action(gettext_lazy("Calculation of plans of an edition begun"))
def start_edition_calculation(*, model: PlansModel, by: None, at: datetime) -> EditionPlan | None:
    """Take the oldest plans that wait and that no other worker takes, and return them; None when there are none.

    Plans whose worker has not reported for five minutes wait again, as if requested now.
    """
    model.objects.all().stale_since(at - STALE_AFTER).update(state=PlanState.WAITING, requested_at=at)
    rows = model.objects.all().waiting().select_for_update(skip_locked=True, of=("self",))
    plans: EditionPlan | None = rows.select_related("edition__format").first()
    if plans is not None:
        plans.state, plans.heartbeat_at, plans.steps_done = PlanState.RUNNING, at, 0
        plans.save(update_fields=["state", "heartbeat_at", "steps_done"])
    return plans


@action(gettext_lazy("Locked in plans"))
def lock_in_plans(*, model: PlansModel, edition: Edition, key: int, by: User) -> EditionPlan:
    """Have each plan keep the days of an Intertransfo or session, by its key. A locked one stays locked."""
    plans = lock_plans_of_edition(model, edition)
    plans.locked = sorted({*plans.locked, key})
    plans.save(update_fields=["locked"])
    return plans


@action(gettext_lazy("Unlocked in plans"))
def unlock_in_plans(*, model: PlansModel, edition: Edition, key: int, by: User) -> EditionPlan:
    """Let plans change the days of an Intertransfo or session again. One that is not locked stays so."""
    plans = lock_plans_of_edition(model, edition)
    plans.locked = sorted({*plans.locked} - {key})
    plans.save(update_fields=["locked"])
    return plans

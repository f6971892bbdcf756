"""Actions on prototypes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from prototypes.enums import IdeaState, PrototypeState
from prototypes.ideas.actions.recording import advance, ensure_active, lock_idea
from prototypes.models import Idea, Prototype
from web.actions import action
from web.errors import DomainError
from web.forms.idempotency import find_earlier_submission
from web.forms.row_changes import change

PROTOTYPE_ALREADY_SENT = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To add another prototype, send it again."
)


@action(gettext_lazy("Prototype added"))
def add_prototype(
    *,
    idea: Idea,
    title: str,
    by: User,
    at: datetime,
    made_on: date | None = None,
    idempotency_key: UUID | None = None,
    replaces_latest: bool = False,
    **fields: Any,
) -> Prototype:
    """Add the next version of an idea's prototype, made on the day `made_on` (by default that of `at`), and return it.

    With `replaces_latest` it supersedes the latest version, if there is one. An accepted idea becomes prototyping.
    `fields` are further columns. The same form sent twice (same `idempotency_key`) returns the first prototype. Raises
    DomainError for an idea that is parked or has ended, for a future date, and when the form was changed in between.
    """
    lock_idea(idea)
    today = local_day(idea.cohort, at)
    made_on = made_on or today
    values = {"idea": idea, "title": title, "made_on": made_on, **fields}
    rows = Prototype.objects.visible_to(by)
    if existing := find_earlier_submission(rows, idempotency_key, message=PROTOTYPE_ALREADY_SENT, **values):
        return existing
    ensure_active(idea)
    _refuse_future_date(made_on, today)
    latest = idea.prototypes.order_by("version").last()
    version = latest.version + 1 if latest else 1
    if replaces_latest:
        values["supersedes"] = latest
    prototype = Prototype.objects.create(
        version=version, made_by=by, idempotency_key=idempotency_key or uuid4(), **values
    )
    advance(idea=idea, to=IdeaState.PROTOTYPING, on=made_on, at=at, by=by)
    return prototype


def _refuse_future_date(made_on: date, today: date) -> None:
    """Raise DomainError when the day `made_on` is after `today`, the local date of the cohort's authority."""
    if made_on > today:
        raise DomainError(_("This date is in the future. Add the prototype once it has been made."), field="made_on")


@action(gettext_lazy("Prototype changed"))
def change_prototype(
    *, prototype: Prototype, by: User, at: datetime, version_token: str | None = None, **fields: Any
) -> Prototype:
    """Save new values of a prototype's columns (`fields`, by name), and return it.

    `version_token` is the hash of the values with which the form was opened; None skips the check. Raises EditConflict
    when someone else has saved other values since, DomainError for a future date.
    """
    _refuse_future_date(fields.get("made_on") or date.min, local_day(prototype.idea.cohort, at))
    return change(prototype, fields, form_values=Prototype.form_values, version_token=version_token)


@action(gettext_lazy("Prototype ready"))
def ready_prototype(*, prototype: Prototype, by: User) -> Prototype:
    """Record that the prototype can be tested: its state becomes ready. Raises DomainError unless it is a draft."""
    return move(prototype, PrototypeState.READY)


@action(gettext_lazy("Prototype retired"))
def retire_prototype(*, prototype: Prototype, by: User) -> Prototype:
    """Record that no more tests can be made with the prototype: its state becomes retired, for good."""
    return move(prototype, PrototypeState.RETIRED)


def move(prototype: Prototype, state: PrototypeState) -> Prototype:
    """Save the prototype in this state, and return it; raises DomainError if no transition to the state is declared."""
    prototype.state = state
    prototype.save(update_fields=["state"])
    return prototype


def move_into_test(prototype: Prototype) -> Prototype:
    """Move a draft or ready prototype into test, by way of ready, and return it; one in another state is left
    unchanged.
    """
    for state in (PrototypeState.READY, PrototypeState.IN_TEST):
        if prototype.state in {PrototypeState.DRAFT, PrototypeState.READY} and prototype.state != state:
            move(prototype, state)
    return prototype

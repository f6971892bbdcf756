"""Verbs on prototypes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from prototypes.enums import IdeaState, PrototypeState
from prototypes.ideas.actions.story import advance, ensure_alive, lock_idea, sent_before
from prototypes.models import Idea, Prototype
from prototypes.row_changes import change
from web.actions import action
from web.errors import DomainError


@action(gettext_lazy("Prototype added"))
def add_prototype(
    *,
    idea: Idea,
    title: str,
    by: User,
    at: datetime,
    made_on: date | None = None,
    entry: UUID | None = None,
    **fields: Any,
) -> Prototype:
    """Add the idea's next version; an accepted idea becomes prototyping, a captured one once it is accepted.

    Raises DomainError for an idea that has ended or is parked, for a day still to come, and when a form sent before
    was changed meanwhile.
    """
    lock_idea(idea)
    today = local_day(idea.cohort, at)
    made_on = made_on or today
    told = {"idea": idea, "title": title, "made_on": made_on, **fields}
    if made := sent_before(Prototype.objects.visible_to(by), entry, **told):
        return made
    ensure_alive(idea)
    _past(made_on, today)
    latest = idea.prototypes.order_by("version").last()
    version = latest.version + 1 if latest else 1
    prototype = Prototype.objects.create(version=version, made_by=by, entry=entry or uuid4(), **told)
    advance(idea=idea, to=IdeaState.PROTOTYPING, on=made_on, at=at, by=by)
    return prototype


def _past(made_on: date, today: date) -> None:
    if made_on > today:
        raise DomainError(_("This date is in the future. Add the prototype once it has been made."), field="made_on")


@action(gettext_lazy("Prototype changed"))
def change_prototype(
    *, prototype: Prototype, by: User, at: datetime, seen: str | None = None, **fields: Any
) -> Prototype:
    """Change what is said about it; `seen` as in `changing.change`."""
    _past(fields.get("made_on") or date.min, local_day(prototype.idea.cohort, at))
    return change(prototype, fields, said=Prototype.stands, seen=seen)


@action(gettext_lazy("Prototype ready"))
def ready_prototype(*, prototype: Prototype, by: User) -> Prototype:
    """It can be tested."""
    return move(prototype, PrototypeState.READY)


@action(gettext_lazy("Prototype retired"))
def retire_prototype(*, prototype: Prototype, by: User) -> Prototype:
    """It has served: no further test."""
    return move(prototype, PrototypeState.RETIRED)


def move(prototype: Prototype, state: PrototypeState) -> Prototype:
    prototype.state = state
    prototype.save(update_fields=["state"])
    return prototype


def into_test(prototype: Prototype) -> Prototype:
    """Through ready into test; one that was in test before stays there."""
    for state in (PrototypeState.READY, PrototypeState.IN_TEST):
        if prototype.state in {PrototypeState.DRAFT, PrototypeState.READY} and prototype.state != state:
            move(prototype, state)
    return prototype

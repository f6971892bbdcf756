"""Verbs on editions: made from a published format, then one step after the other to the archive."""

from collections.abc import Callable
from copy import copy
from datetime import date
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy

from accounts.models import User
from programmes.enums import EditionState
from programmes.models import Edition, Format, Programme
from programmes.slugs import slug_of
from web.actions import action


@action(gettext_lazy("Edition created"))
def create_edition(
    *,
    programme: Programme,
    format: Format,  # noqa: A002 - the domain's word
    name: str,
    starts_on: date,
    ends_on: date,
    by: User | None,
    funders: str = "",
    planned_authorities: int | None = None,
    demonstration: bool = False,
) -> Edition:
    """Make a draft edition that pins a published format version; its address is made from its name."""
    return Edition.objects.create(
        programme=programme,
        format=format,
        name=name,
        slug=slug_of(name),
        starts_on=starts_on,
        ends_on=ends_on,
        funders=funders,
        planned_authorities=planned_authorities,
        demonstration=demonstration,
    )


class EditionFacts(TypedDict, total=False):
    """What may change of an edition: never its programme, its format or its address."""

    name: str
    starts_on: date | None
    ends_on: date | None
    funders: str
    planned_authorities: int | None


@action(gettext_lazy("Edition changed"))
def change_edition(*, edition: Edition, by: User | None, **facts: Unpack[EditionFacts]) -> Edition:
    """Correct name, dates and funders; cohorts and exchanges keep the dates they have."""
    changed = copy(edition)
    for name, value in facts.items():
        setattr(changed, name, value)
    changed.save(update_fields=list(facts))
    return changed


def _moved(edition: Edition, state: EditionState) -> Edition:
    """The edition in its new state; asked twice, the second time changes nothing."""
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    locked.state = state
    locked.save(update_fields=["state"])
    return locked


@action(gettext_lazy("Registration opened"))
def open_registration(*, edition: Edition, by: User | None) -> Edition:
    """Show the edition to everyone signed in and take authorities."""
    return _moved(edition, EditionState.OPEN)


@action(gettext_lazy("Edition started"))
def start_edition(*, edition: Edition, by: User | None) -> Edition:
    """Say that the work has begun."""
    return _moved(edition, EditionState.RUNNING)


@action(gettext_lazy("Edition closed"))
def close_edition(*, edition: Edition, by: User | None) -> Edition:
    """Say that the work is over."""
    return _moved(edition, EditionState.CLOSED)


@action(gettext_lazy("Edition archived"))
def archive_edition(*, edition: Edition, by: User | None) -> Edition:
    """Put the edition away: it stays readable and leaves the current lists."""
    return _moved(edition, EditionState.ARCHIVED)


Step = Callable[..., Edition]
STEPS: dict[EditionState, Step] = {
    EditionState.OPEN: open_registration,
    EditionState.RUNNING: start_edition,
    EditionState.CLOSED: close_edition,
    EditionState.ARCHIVED: archive_edition,
}

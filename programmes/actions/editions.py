"""Actions on editions: creation from a published format, then one state after the other to the archive."""

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
    """Create a draft edition of a programme with a published format version, and return it; its slug is made from its
    name.

    Raises DomainError for a format that is a draft or of another programme, for a name that is taken, and for dates in
    the wrong order.
    """
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
    """The facts of an edition that may be changed: never its programme, its format or its slug."""

    name: str
    starts_on: date | None
    ends_on: date | None
    funders: str
    planned_authorities: int | None


@action(gettext_lazy("Edition changed"))
def change_edition(*, edition: Edition, by: User | None, **facts: Unpack[EditionFacts]) -> Edition:
    """Save the given facts about an edition and return it; its cohorts and exchanges keep their dates.

    The given instance is not modified. Raises DomainError for dates in the wrong order or more than ten years apart.
    """
    changed = copy(edition)
    for name, value in facts.items():
        setattr(changed, name, value)
    changed.save(update_fields=list(facts))
    return changed


def _set_state(edition: Edition, state: EditionState) -> Edition:
    """Save the edition's new state and return it; a transition that is not allowed makes the action raise DomainError.

    States follow one another: draft, open, running, closed, archived. Setting the present state again changes nothing.
    """
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    locked.state = state
    locked.save(update_fields=["state"])
    return locked


@action(gettext_lazy("Registration opened"))
def open_registration(*, edition: Edition, by: User | None) -> Edition:
    """Open a draft edition: everyone signed in can see it, and authorities can register. Repeating it changes nothing.

    Raises DomainError for an edition that is running, closed or archived.
    """
    return _set_state(edition, EditionState.OPEN)


@action(gettext_lazy("Edition started"))
def start_edition(*, edition: Edition, by: User | None) -> Edition:
    """Set an open edition to running, and return it. Repeating it changes nothing.

    Raises DomainError for an edition in any other state.
    """
    return _set_state(edition, EditionState.RUNNING)


@action(gettext_lazy("Edition closed"))
def close_edition(*, edition: Edition, by: User | None) -> Edition:
    """Close a running edition, and return it. Repeating it changes nothing.

    No further exchange is planned for it. Raises DomainError for an edition in any other state.
    """
    return _set_state(edition, EditionState.CLOSED)


@action(gettext_lazy("Edition archived"))
def archive_edition(*, edition: Edition, by: User | None) -> Edition:
    """Archive a closed edition: it can still be read, but leaves the current lists. Repeating it changes nothing.

    Raises DomainError for an edition in any other state.
    """
    return _set_state(edition, EditionState.ARCHIVED)


EditionAction = Callable[..., Edition]
STATE_ACTIONS: dict[EditionState, EditionAction] = {
    EditionState.OPEN: open_registration,
    EditionState.RUNNING: start_edition,
    EditionState.CLOSED: close_edition,
    EditionState.ARCHIVED: archive_edition,
}

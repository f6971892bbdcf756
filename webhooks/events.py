"""The events that webhooks tell of: one row each, with the actions after which it may have happened."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import Model, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Session
from cohorts.sessions.enums import SessionState
from exchanges.exchange.enums import ExchangeState
from exchanges.models import Exchange
from prototypes.enums import COUNTED_SCOPES
from prototypes.models import Idea, IdeaEvent, Implementation, Trial
from publications.models import Publication
from web.site_addresses import absolute_url

UNCONFIRMED: Final = frozenset({SessionState.DRAFT, ExchangeState.PROPOSED})  # states in which dates are only planned


class EventOccurrence(NamedTuple):
    """Something that happened to a row; `number` tells several occurrences of one event on the row apart."""

    row: Any
    number: int


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event.

    - `actions`: names of the actions after which it may have happened, if they changed something.
    - `occurrence(result)`: what happened, from what the action returned; None when nothing did.
    - `webhooks(row)`: a filter for the webhooks of the cohorts that the row concerns.
    - `path(row)`: the path of its page; `api_path(row)`: that of its endpoint, "" where it has none.
    """

    label: StrOrPromise
    model: type[Model]
    actions: tuple[str, ...]
    occurrence: Callable[[Any], EventOccurrence | None]
    webhooks: Callable[[Any], Q]
    path: Callable[[Any], str] = lambda row: str(row.get_absolute_url())
    api_path: Callable[[Any], str] = lambda _row: ""

    def data(self, row: Any) -> dict[str, object]:
        """Return what a message says about the row: its id and its addresses, and nothing about people."""
        facts: dict[str, object] = {"id": row.pk, "url": absolute_url(self.path(row))}
        if api_path := self.api_path(row):
            facts["api_url"] = absolute_url(api_path)
        return facts

    def is_visible(self, user: User, pk: int) -> bool:
        """Return whether the user may see the row today (one statement)."""
        rows: Any = self.model._default_manager
        return bool(rows.visible_to(user).filter(pk=pk).exists())


def _occurrence_of_step(event: IdeaEvent) -> EventOccurrence:
    """Return the idea of a step in its history."""
    return EventOccurrence(event.idea, event.pk)


def _occurrence_of_use(row: Implementation) -> EventOccurrence | None:
    """Return the idea of an implementation that counts in the rates; None for one that is partial."""
    return EventOccurrence(row.idea, row.pk) if row.scope in COUNTED_SCOPES else None


def _single_occurrence(row: Model) -> EventOccurrence:
    """Return the row, to which this happens once."""
    return EventOccurrence(row, 1)


def _occurrence_of_version(row: Session | Exchange) -> EventOccurrence:
    """Return the row in its present version, which rises with each date."""
    return EventOccurrence(row, row.version)


def _occurrence_of_move(row: Session | Exchange) -> EventOccurrence | None:
    """Return the row in its present version; None for a draft, and for an Intertransfo that is only proposed."""
    return None if row.state in UNCONFIRMED else _occurrence_of_version(row)


def _occurrence_of_cancellation(row: Any) -> EventOccurrence | None:
    """Return the cancelled row; None when its history says that its dates were never confirmed (one statement)."""
    earlier = set(row.events.exclude(state=row.state).values_list("state", flat=True))
    return None if earlier and earlier <= UNCONFIRMED else _single_occurrence(row)


def _occurrence_of_withdrawal(row: Publication) -> EventOccurrence | None:
    """Return the version that was withdrawn; None while another version of the page is public (one statement)."""
    is_public = Publication.objects.published().filter(kind=row.kind, slug=row.slug).exists()
    return None if is_public else _single_occurrence(row)


def _of_cohort(row: Any) -> Q:
    """Return a filter for the webhooks of the row's cohort."""
    return Q(cohort=row.cohort_id) if row.cohort_id else Q(pk__in=[])


def _of_idea(label: StrOrPromise, *actions: str) -> EventType:
    """Return an event of the history of ideas."""
    return EventType(label, Idea, actions, _occurrence_of_step, _of_cohort, api_path=_idea_endpoint)


def _idea_endpoint(idea: Idea) -> str:
    """Return the path of an idea's endpoint."""
    return reverse("api_v1:idea", args=[idea.pk])


def _of_session(label: StrOrPromise, *actions: str, occurrence: Callable[[Any], EventOccurrence | None]) -> EventType:
    """Return an event of sessions."""
    return EventType(label, Session, actions, occurrence, _of_cohort)


def _of_exchange(label: StrOrPromise, action: str, occurrence: Callable[[Any], EventOccurrence | None]) -> EventType:
    """Return an event of Intertransfos, which concerns all cohorts of the edition."""
    return EventType(label, Exchange, (action,), occurrence, lambda exchange: Q(cohort__edition=exchange.edition_id))


def _of_publication(
    label: StrOrPromise,
    action: str,
    occurrence: Callable[[Any], EventOccurrence | None] = _single_occurrence,
) -> EventType:
    """Return an event of publications; its address is the public page in French."""
    return EventType(
        label,
        Publication,
        (action,),
        occurrence,
        _of_cohort,
        path=lambda publication: publication.public_url("fr"),
    )


EVENTS: Final[Mapping[str, EventType]] = {
    "idea.accepted": _of_idea(_("an idea is accepted"), "accept_idea", "reopen_idea"),
    "idea.decided": _of_idea(_("it is decided to adopt or adapt an idea"), "decide_idea"),
    "idea.handed_over": _of_idea(_("an idea is handed over"), "hand_over_idea"),
    "idea.implemented": EventType(
        _("an idea is implemented"),
        Idea,
        ("mark_implemented",),
        _occurrence_of_use,
        _of_cohort,
        api_path=_idea_endpoint,
    ),
    "idea.abandoned": _of_idea(_("an idea is abandoned"), "abandon_idea"),
    "trial.recorded": EventType(
        _("the result of a test is recorded"),
        Trial,
        ("conclude_trial",),
        _single_occurrence,
        lambda trial: Q(cohort=trial.prototype.idea.cohort_id),
        api_path=lambda trial: reverse("api_v1:test", args=[trial.pk]),
    ),
    "session.scheduled": _of_session(
        _("the dates of a session are confirmed"), "schedule_session", occurrence=_occurrence_of_version
    ),
    "session.moved": _of_session(
        _("a session has other dates"), "move_session", "reschedule_session", occurrence=_occurrence_of_move
    ),
    "session.postponed": _of_session(
        _("a session is postponed"), "postpone_session", occurrence=_occurrence_of_version
    ),
    "session.cancelled": _of_session(
        _("a session is cancelled"), "cancel_session", occurrence=_occurrence_of_cancellation
    ),
    "intertransfo.confirmed": _of_exchange(
        _("date and host of an Intertransfo are confirmed"), "confirm_host", _occurrence_of_version
    ),
    "intertransfo.moved": _of_exchange(_("an Intertransfo has other dates"), "move_exchange", _occurrence_of_move),
    "intertransfo.cancelled": _of_exchange(
        _("an Intertransfo is cancelled"), "cancel_exchange", _occurrence_of_cancellation
    ),
    "publication.published": _of_publication(_("something is published"), "publish"),
    "publication.withdrawn": _of_publication(
        _("a publication is withdrawn"), "withdraw_publication", _occurrence_of_withdrawal
    ),
}


def events_after(action: str) -> Iterable[tuple[str, EventType]]:
    """Return the events that may have happened after the action with this name, with their slugs."""
    return EVENTS_BY_ACTION.get(action, ())


def _by_action() -> dict[str, list[tuple[str, EventType]]]:
    """Return the events by the name of each of their actions."""
    found: dict[str, list[tuple[str, EventType]]] = {}
    for slug, event in EVENTS.items():
        for name in event.actions:
            found.setdefault(name, []).append((slug, event))
    return found


EVENTS_BY_ACTION: Final = _by_action()

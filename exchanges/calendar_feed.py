"""Exchanges in calendars: entries of feeds, with a status by the person's own answer, and events of pages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from cohorts.calendars.feeds import COHORT, EDITION, scope_of
from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, Membership
from exchanges.emails.event_kinds import entry_for
from exchanges.exchange.enums import PAST, UPCOMING_STATES, ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange, Registration
from exchanges.permissions import can_plan_exchanges
from exchanges.registration.enums import EXPECTED, REFUSED, RegistrationState
from notifications.calendars.scopes import EVERYTHING, PERSON, CalendarQuery
from notifications.calendars.sources import CalendarSource, FeedEntry
from notifications.models import CalendarFeed
from programmes.models import AuthorityAdmin
from programmes.workdays import days_between
from web.calendars.events import CalendarEvent, EventGroup
from web.calendars.ics import Status

IN_OWN_CALENDAR: Final = (
    *EXPECTED,
    RegistrationState.WAITLISTED,
)  # answers that keep an exchange in one's own calendar
LONGEST: Final = timedelta(days=31)  # an exchange that began earlier is over
NOT_WITHDRAWN: Final = [state for state in CohortState if state != CohortState.WITHDRAWN]


def feed_entries(feed: CalendarFeed) -> Iterator[FeedEntry]:
    """Yield the calendar entries of a feed, limited to the exchanges its owner may see (one statement).

    A personal feed leaves out exchanges the person declined, and those before they joined or after they left the
    edition. The feed of a cohort has every exchange of its edition. Proposed exchanges and those without a date have no
    entry.
    """
    visible = Exchange.objects.visible_to(feed.user).on_calendars()
    rows = _in_calendar(visible, feed.user, feed.about, feed.object_id)
    for exchange in rows.as_calendar_entries(feed.user):
        answer: str | None = exchange.own_answer  # type: ignore[attr-defined] # annotated
        entry = entry_for(exchange, status_of(exchange, answer))
        if entry is None or (feed.about == PERSON and answer in REFUSED):
            continue
        changed_at = exchange.changed_at  # type: ignore[attr-defined] # annotated
        entry = replace(entry, removal_count=exchange.own_refusals)  # type: ignore[attr-defined] # annotated
        yield FeedEntry(exchange.pk, exchange.version, changed_at, entry)


def status_of(exchange: Exchange, answer: str | None) -> Status:
    """Return the calendar status of an exchange for one person: "CANCELLED", "CONFIRMED" or "TENTATIVE".

    `answer` is the state of the person's registration, None without one. A cancelled exchange is cancelled for
    everyone, a held one is confirmed for everyone; before, it is confirmed for people with a seat and tentative for
    others.
    """
    if exchange.state == ExchangeState.CANCELLED:
        return "CANCELLED"
    return "CONFIRMED" if exchange.state in PAST or answer in EXPECTED else "TENTATIVE"


def events(query: CalendarQuery) -> Iterator[CalendarEvent]:
    """Yield the exchanges of a page of a calendar that the reader may see, proposed ones included (one statement).

    Cancelled exchanges, imported published facts and those that the reader declined in their own calendar are left
    out.
    """
    can_move = bool(can_plan_exchanges(query.user))
    for exchange in _rows(query):
        days = _days_between(exchange, query.first, query.last)
        if days:
            is_movable = can_move and exchange.state in UPCOMING_STATES
            yield _event(exchange, days, move_href=reverse("exchanges:move", args=[exchange.pk]) if is_movable else "")


def _rows(query: CalendarQuery) -> ExchangeQuerySet:
    """Return the exchanges that may have days in a calendar, with edition, host and the people who come."""
    visible = Exchange.objects.visible_to(query.user).planned_here().not_cancelled()
    rows = _in_calendar(visible, query.user, query.scope.about, query.scope.object_id)
    if query.scope.about == PERSON:
        rows = rows.exclude(Exists(query.user.registrations.filter(exchange=OuterRef("pk"), state__in=REFUSED)))
    coming = Registration.objects.filter(exchange=OuterRef("pk"), state__in=EXPECTED)
    return (
        rows.filter(first_day__range=(query.first - LONGEST, query.last))
        .select_related("edition", "host")
        .annotate(people=ArraySubquery(coming.order_by().values("user")))
        .order_by("first_day", "pk")[: query.limit]
    )


def _days_between(exchange: Exchange, first: date, last: date) -> tuple[date, ...]:
    """Return the days of the exchange from `first` to `last`; () for none, and while its days are not known."""
    if exchange.first_day is None or exchange.last_day is None:
        return ()
    return tuple(days_between(max(first, exchange.first_day), min(last, exchange.last_day)))


def _event(exchange: Exchange, days: tuple[date, ...], *, move_href: str) -> CalendarEvent:
    """Return the exchange as an event on these days; its venue and host are its details."""
    edition, people = exchange.edition, frozenset(exchange.people)  # type: ignore[attr-defined] # annotated
    host = exchange.host.name if exchange.host else ""
    return CalendarEvent(
        key=f"exchange-{exchange.pk}",
        days=days,
        title=str(exchange),
        href=exchange.get_absolute_url(),
        group=EventGroup("", edition.name, scope_of(edition).address, 0),
        details=", ".join(filter(None, [exchange.venue, host])),
        state=exchange.get_state_display() if exchange.state == ExchangeState.PROPOSED else "",
        move_href=move_href,
        expected=dict.fromkeys(days, people),
    )


def _in_calendar(rows: ExchangeQuerySet, user: User, about: str, object_id: int) -> ExchangeQuerySet:
    """Return those of the exchanges `rows` that belong in a calendar of the user.

    `about` and `object_id` say which. Their own calendar has the exchanges where they have or wait for a seat, or are
    in the edition on the first day; lab staff have all. The calendar of a cohort that they may see has those of its
    edition. Other calendars have none.
    """
    if about == EVERYTHING:
        return rows
    if about == PERSON:
        return rows if user.is_lab_staff else rows.filter(_concerning(user))
    if about == EDITION:
        return rows.filter(edition=object_id)
    if about != COHORT:
        return rows.none()
    return rows.filter(edition__in=Cohort.objects.visible_to(user).filter(pk=object_id).values("edition"))


def _concerning(user: User) -> Q:
    """Return a filter for exchanges where the person has a seat or waits for one, or is in the edition on the first
    day.

    In the edition are members of its cohorts and admins of their authorities, as in `people.in_edition_on`; withdrawn
    cohorts do not count.
    """
    own = Registration.objects.filter(user=user, exchange=OuterRef("pk"), state__in=IN_OWN_CALENDAR)
    day, edition = OuterRef("first_day"), OuterRef("edition")
    members = Membership.objects.active(day).filter(user=user, cohort__edition=edition, cohort__state__in=NOT_WITHDRAWN)
    admins = AuthorityAdmin.objects.active(day).filter(
        user=user, authority__cohorts__edition=edition, authority__cohorts__state__in=NOT_WITHDRAWN
    )
    return Q(Exists(own)) | Q(Exists(members)) | Q(Exists(admins))


EXCHANGES: Final = CalendarSource(feed_entries=feed_entries, events=events)

"""Exchanges in calendar feeds: entries for whole days, with a status that depends on the person's own answer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from cohorts.calendars.feeds import COHORT
from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, Membership
from exchanges.emails.event_kinds import entry_for
from exchanges.exchange.enums import PAST, ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange, Registration
from exchanges.registration.enums import EXPECTED, REFUSED, RegistrationState
from notifications.calendars.ics import Status
from notifications.models import CalendarFeed
from notifications.registries import FeedEntry, FeedSource
from programmes.models import AuthorityAdmin

IN_OWN_CALENDAR: Final = (
    *EXPECTED,
    RegistrationState.WAITLISTED,
)  # answers that keep an exchange in one's own calendar
NOT_WITHDRAWN: Final = [state for state in CohortState if state != CohortState.WITHDRAWN]


def entries(feed: CalendarFeed) -> Iterator[FeedEntry]:
    """Yield the calendar entries of a feed, limited to the exchanges its owner may see (one statement).

    A personal feed leaves out exchanges the person declined, and those before they joined or after they left the
    edition. The feed of a cohort has every exchange of its edition. Proposed exchanges and those without a date have no
    entry.
    """
    rows = _exchanges_of(feed, Exchange.objects.visible_to(feed.user).on_calendars())
    for exchange in rows.as_calendar_entries(feed.user):
        answer: str | None = exchange.own_answer  # type: ignore[attr-defined] # annotated
        entry = entry_for(exchange, status_of(exchange, answer))
        if entry is None or (feed.about == CalendarFeed.PERSON and answer in REFUSED):
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


def _exchanges_of(feed: CalendarFeed, rows: ExchangeQuerySet) -> ExchangeQuerySet:
    """Limit the exchanges in `rows` to those of the feed.

    A personal feed has those where its owner has or waits for a seat, or is in the edition on the first day; lab staff
    have all. The feed of a cohort its owner may see has those of the cohort's edition. Other feeds have none.
    """
    if feed.about == CalendarFeed.PERSON:
        return rows if feed.user.is_lab_staff else rows.filter(_concerning(feed.user))
    if feed.about != COHORT:
        return rows.none()
    cohort = Cohort.objects.visible_to(feed.user).filter(pk=feed.object_id)
    return rows.filter(edition__in=cohort.values("edition"))


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


EXCHANGES: Final = FeedSource(entries)

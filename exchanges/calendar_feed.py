"""Exchanges in calendar feeds: whole days, with the status the person's own answer gives them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from cohorts.calendars.feeds import COHORT
from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort, Membership
from exchanges.emails.event_kind import entry_for
from exchanges.exchange.enums import PAST, ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Exchange, Registration
from exchanges.registration.enums import EXPECTED, REFUSED, RegistrationState
from notifications.calendars.ics import Status
from notifications.models import CalendarFeed
from notifications.registries import FeedEntry, FeedSource
from programmes.models import AuthorityAdmin

KEPT: Final = (*EXPECTED, RegistrationState.WAITLISTED)  # answers that keep an exchange in one's own calendar
STAYING: Final = [state for state in CohortState if state != CohortState.WITHDRAWN]


def entries(feed: CalendarFeed) -> Iterator[FeedEntry]:
    """The exchanges a feed is about, as far as its person may see them (one statement).

    One's own calendar leaves out what one declined, and what takes place before one came or after one left; a cohort's
    has every exchange of its edition.
    """
    rows = _about(feed, Exchange.objects.visible_to(feed.user).on_calendars())
    for exchange in rows.as_entries(feed.user):
        answer: str | None = exchange.own_answer  # type: ignore[attr-defined] # annotated
        entry = entry_for(exchange, status_of(exchange, answer))
        if entry is None or (feed.about == CalendarFeed.PERSON and answer in REFUSED):
            continue
        changed_at = exchange.changed_at  # type: ignore[attr-defined] # annotated
        entry = replace(entry, raised=exchange.own_refusals)  # type: ignore[attr-defined] # annotated
        yield FeedEntry(exchange.pk, exchange.version, changed_at, entry)


def status_of(exchange: Exchange, answer: str | None) -> Status:
    """Firm for those who come, and for everyone once it was held."""
    if exchange.state == ExchangeState.CANCELLED:
        return "CANCELLED"
    return "CONFIRMED" if exchange.state in PAST or answer in EXPECTED else "TENTATIVE"


def _about(feed: CalendarFeed, rows: ExchangeQuerySet) -> ExchangeQuerySet:
    if feed.about == CalendarFeed.PERSON:
        return rows if feed.user.is_lab_staff else rows.filter(_concerns(feed.user))
    if feed.about != COHORT:
        return rows.none()
    cohort = Cohort.objects.visible_to(feed.user).filter(pk=feed.object_id)
    return rows.filter(edition__in=cohort.values("edition"))


def _concerns(user: User) -> Q:
    """Exchanges where the person had a place, or is of the edition on the first day (as `people.still_of` has it)."""
    own = Registration.objects.filter(user=user, exchange=OuterRef("pk"), state__in=KEPT)
    day, edition = OuterRef("first_day"), OuterRef("edition")
    members = Membership.objects.active(day).filter(user=user, cohort__edition=edition, cohort__state__in=STAYING)
    admins = AuthorityAdmin.objects.active(day).filter(
        user=user, authority__cohorts__edition=edition, authority__cohorts__state__in=STAYING
    )
    return Q(Exists(own)) | Q(Exists(members)) | Q(Exists(admins))


EXCHANGES: Final = FeedSource(entries)

"""Exchanges in calendar feeds: whole days, with the status the person's own answer gives them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from cohorts.feeds import COHORT
from cohorts.models import Cohort
from exchanges.enums import EXPECTED, PAST, REFUSED, ExchangeState
from exchanges.letters.kind import entry_for
from exchanges.models import Exchange
from exchanges.queries import ExchangeQuerySet
from notifications.ics import Status
from notifications.models import CalendarFeed
from notifications.registries import FeedEntry, FeedSource


def entries(feed: CalendarFeed) -> Iterator[FeedEntry]:
    """The exchanges a feed is about, as far as its person may see them (one statement).

    One's own calendar leaves out what one declined; a cohort's has every exchange of its edition.
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
        return rows
    if feed.about != COHORT:
        return rows.none()
    cohort = Cohort.objects.visible_to(feed.user).filter(pk=feed.object_id)
    return rows.filter(edition__in=cohort.values("edition"))


EXCHANGES: Final = FeedSource(entries)

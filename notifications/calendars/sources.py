"""The interface through which other apps bring their events to calendars and feeds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from notifications.calendars.models import CalendarFeed
from notifications.calendars.scopes import CalendarQuery, CalendarScope
from web.calendars.events import CalendarEvent, DaysOff
from web.calendars.ics import CalendarEntry
from web.hooks import nothing
from web.registries import Registry


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a calendar feed: for the event with the id `pk`, in the version that its e-mails have."""

    pk: int
    version: int
    changed_at: datetime
    entry: CalendarEntry


def no_rows(_request: object) -> tuple[()]:
    """Return (): the default of a source that brings nothing to one part of calendars."""
    return ()


def _nothing_to_add(_user: User, _scope: CalendarScope) -> str:
    """Return "": the default of a source whose events are not added from calendars."""
    return ""


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """What one kind of event brings to calendars, registered under the slug of that kind: to feeds and to pages.

    All start from what the person may see. Feeds and pages have titles, times and venues only: no names of people, no
    ideas, no texts.

    - `feed_entries(feed)`: the entries that the feed's `user` may see now, in a stable order, in the active language.
    - `feed_name(feed)`: the name of what a feed is about, "" for what the source does not know.
    - `events(query)`: the events of a page by first day, in the active language, from `query.limit` rows at most. Only
      the last of so many may lack days, and pages leave it out.
    - `days_off(query)`: holidays and closed periods that concern the scope of a page.
    - `scopes(user)`: what the person may limit a calendar to, in order.
    - `find_scope(user, about, slug)`: the scope that an address names; None for what the source does not know, or the
      person may not see.
    - `add_href(user, scope)`: the page that adds an event, which accepts the days as `first_day` and `last_day`; ""
      where the person may add none.
    """

    feed_entries: Callable[[CalendarFeed], Iterable[FeedEntry]] = no_rows
    feed_name: Callable[[CalendarFeed], str] | None = None
    events: Callable[[CalendarQuery], Iterable[CalendarEvent]] = no_rows
    days_off: Callable[[CalendarQuery], Iterable[DaysOff]] = no_rows
    scopes: Callable[[User], Iterable[CalendarScope]] = no_rows
    find_scope: Callable[[User, str, str], CalendarScope | None] = nothing
    add_href: Callable[[User, CalendarScope], str] = _nothing_to_add


calendar_sources: Registry[CalendarSource] = Registry("calendar sources")

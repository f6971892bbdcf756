"""What a calendar feed contains when a calendar program reads it."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.visibility import cache_access
from notifications.calendars.sources import calendar_sources
from notifications.emails import links
from notifications.models import CalendarFeed
from web.calendars import ics
from web.security.link_tokens import hash_token


def find_feed(token: str) -> CalendarFeed | None:
    """Return the calendar feed with this secret token, found by its hash.

    None without one, or when its person's account is closed.
    """
    return CalendarFeed.objects.open().filter(token_hash=hash_token(token)).select_related("user").first()


def render_feed(feed: CalendarFeed, language: str) -> bytes:
    """Return the feed's iCalendar data as of now, in the language of its person ("fr" or "en").

    It has only events that the person may see today: what they have access to is read once for all kinds of events.
    """
    cache_access(feed.user, feed.user.access)
    with translation.override(language):
        return ics.render_feed(_feed_name(feed), _feed_events(feed))


def _feed_name(feed: CalendarFeed) -> str:
    """Return the title of the calendar: the name of what the feed is about, else “Sessions and Intertransfos”."""
    names = (source.feed_name(feed) for source in calendar_sources if source.feed_name is not None)
    return next(filter(None, names), "") or _("Sessions and Intertransfos")


def _feed_events(feed: CalendarFeed) -> Iterator[ics.FeedEvent]:
    """Yield the entries of the feed from all kinds of events (sessions, exchanges and so on), one kind after the other.

    Each has the identifier and the sequence number that it has in e-mails.
    """
    for kind, source in calendar_sources.items():
        for row in source.feed_entries(feed):
            uid = links.calendar_uid(kind, row.pk, row.entry.uid)
            yield ics.FeedEvent(uid, ics.sequence(row.version, row.entry), row.changed_at, row.entry)

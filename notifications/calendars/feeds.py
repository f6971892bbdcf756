"""What the address of a calendar feed gives."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from notifications.calendars import ics
from notifications.emails import links
from notifications.emails.rendering import language_of
from notifications.models import CalendarFeed
from notifications.registries import feed_sources
from web.security.link_tokens import hash_of


def found(token: str) -> CalendarFeed | None:
    """The feed at an address, while its person's account is open."""
    return CalendarFeed.objects.open().filter(token_hash=hash_of(token)).select_related("user").first()


def written(feed: CalendarFeed) -> bytes:
    """The feed as it is now, in its person's language; what they may no longer see is not in it."""
    with translation.override(language_of(feed.user)):
        return ics.feed(_named(feed), _rows(feed))


def _named(feed: CalendarFeed) -> str:
    names = (source.name(feed) for source in feed_sources if source.name is not None)
    return next(filter(None, names), "") or _("Sessions and Intertransfos")


def _rows(feed: CalendarFeed) -> Iterator[ics.Dated]:
    for kind, source in feed_sources.items():
        for row in source.entries(feed):
            uid = links.calendar_uid(kind, row.pk, row.entry.uid)
            yield ics.Dated(uid, ics.sequence(row.version, row.entry), row.changed_at, row.entry)

"""Calendar feeds: the secret in an address, and what the address gives."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from notifications import ics, links
from notifications.letters import language_of
from notifications.models import CalendarFeed
from notifications.registries import feed_sources

TOKEN_BYTES: Final = 32  # nobody guesses it, so its plain hash is enough


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


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
            yield ics.Dated(uid, row.version, row.changed_at, row.entry)

"""Rendered public pages in the cache: a page that was requested before is served without the database.

Each rendered page carries the mark of the moment at which it began to be rendered. `drop_all` sets another mark, so
that no page rendered before counts any longer, not even one that was being rendered meanwhile. A page counts for a
minute at most: should the cache be out of reach when something is withdrawn, nothing older is served once it is back.
"""

import logging
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from django.core.cache import cache

logger = logging.getLogger(__name__)

LIFETIME: Final = 60  # seconds
MARK: Final = "public-pages-mark"
MARK_LIFETIME: Final = 24 * 3600
PREFIX: Final = "public-page:"


@dataclass(frozen=True, slots=True)
class HotPage:
    """A rendered page: its body and headers."""

    body: bytes
    headers: dict[str, str]


def find(path: str) -> tuple[HotPage | None, str]:
    """Return the page of this path, None if it must be rendered; and the mark to save it under, "" without a cache.

    One request to the cache.
    """
    try:
        found = cache.get_many([MARK, PREFIX + path])
        mark = found.get(MARK) or _new_mark()
    except Exception:  # whatever the cache raises, pages are rendered from the database
        logger.warning("The cache of public pages does not answer", exc_info=True)
        return None, ""
    saved_mark, page = found.get(PREFIX + path, ("", None))
    return (page if saved_mark == mark else None), mark


def save(path: str, page: HotPage, mark: str) -> None:
    """Save a page that was rendered after `find` returned this mark."""
    if not mark:
        return
    try:
        cache.set(PREFIX + path, (mark, page), LIFETIME)
    except Exception:
        logger.warning("The cache of public pages does not answer", exc_info=True)


def drop_all() -> None:
    """Drop all rendered pages: from now on each is rendered anew."""
    cache.set(MARK, uuid4().hex, MARK_LIFETIME)


def _new_mark() -> str:
    """Return the mark of now, set where there is none: the cache was emptied or a day has passed."""
    cache.add(MARK, uuid4().hex, MARK_LIFETIME)
    return str(cache.get(MARK, ""))

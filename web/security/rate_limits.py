"""How often somebody may try something: counted in the cache that all web processes share."""

import hashlib
from typing import Final

from django.core.cache import cache

PREFIX: Final = "limit"


def tried_too_often(what: str, who: str, *, most: int) -> bool:
    """Whether `who` is at the limit already; asking counts nothing."""
    return int(cache.get(_key(what, who), 0)) >= most


def count_try(what: str, who: str, *, seconds: int) -> None:
    """One try more; all of them are forgotten `seconds` after the first."""
    key = _key(what, who)
    if not cache.add(key, 1, seconds):
        try:
            cache.incr(key)
        except ValueError:  # forgotten between the two
            cache.add(key, 1, seconds)


def _key(what: str, who: str) -> str:
    """Addresses of people are not kept as they are."""
    return f"{PREFIX}:{what}:{hashlib.sha256(who.encode()).hexdigest()}"

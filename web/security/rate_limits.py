"""Limit how often something may be tried, counted in the cache that all web processes share."""

import hashlib
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final

from django.core.cache import cache

PREFIX: Final = "limit"


def network_of(address: str) -> str:
    """Return who sends from an IP address, for a limit: of IPv6 the network of 64 bits, which one connection has.

    An address that is none is returned as it is.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address) or parsed.ipv4_mapped:
        return str(getattr(parsed, "ipv4_mapped", None) or parsed)
    return str(ip_network((parsed, 64), strict=False))


def tried_too_often(what: str, who: str, *, limit: int) -> bool:
    """Return whether `who` has tried `what` at least `limit` times in the present period; this call does not count as a
    try.

    `what` is a slug such as a kind of sign-in, `who` a text such as an e-mail address.
    """
    return int(cache.get(_cache_key(what, who), 0)) >= limit


def count_try(what: str, who: str, *, seconds: int) -> None:
    """Count one more try of `what` (a slug) by `who` (such as an e-mail address).

    The count starts again `seconds` after the first try.
    """
    key = _cache_key(what, who)
    if not cache.add(key, 1, seconds):
        try:
            cache.incr(key)
        except ValueError:  # it expired between the two calls
            cache.add(key, 1, seconds)


def count_in_period(what: str, who: str, *, seconds: int, at: float) -> int:
    """Count one more `what` (a slug) by `who` in the running period of so many seconds; return how many it has now.

    All periods begin at multiples of `seconds` since 1970; `at` is in seconds since 1970.
    """
    key = f"{_cache_key(what, who)}:{int(at // seconds)}"
    if cache.add(key, 1, seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it expired between the two calls
        cache.add(key, 1, seconds)
        return 1


def _cache_key(what: str, who: str) -> str:
    """Return the cache key for tries of `what` by `who`; `who` is hashed, so that no address is stored."""
    return f"{PREFIX}:{what}:{hashlib.sha256(who.encode()).hexdigest()}"

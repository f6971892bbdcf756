"""Addresses of this site: absolute URLs below BASE_URL, whatever host a request names, and paths in rows of lists."""

from functools import cache

from django.conf import settings
from django.urls import reverse


def absolute_url(path: str) -> str:
    """Return the full URL of a path of this site, below the setting BASE_URL; a forged Host header has no influence on
    it.
    """
    return f"{settings.BASE_URL.rstrip('/')}/{path.lstrip('/')}"


def path_of(route: str, *keys: int | str) -> str:
    """Return the path of a page, as `reverse` does, by the name of its route and its keys: numbers and slugs.

    Each route is looked up once. Lists have links in every row, and `reverse` took longer than all else in their cells.
    """
    return _pattern_of(route, len(keys)).format(*keys)


@cache
def _pattern_of(route: str, number: int) -> str:
    """Return the path of a route with `{0}`, `{1}` and so on in place of its keys; `number` is how many it has."""
    numbers = range(10**12, 10**12 + number)  # keys that no other part of a path contains
    path = reverse(route, args=list(numbers))
    for position, key in enumerate(numbers):
        path = path.replace(str(key), f"{{{position}}}")
    return path

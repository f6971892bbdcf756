"""Addresses of this site: absolute URLs below BASE_URL, whatever host a request names, and paths in rows of lists."""

import re
from functools import cache
from typing import Final

from django.conf import settings
from django.urls import reverse

IS_SLUG: Final = re.compile(r"[-a-zA-Z0-9_]+").fullmatch


def absolute_url(path: str) -> str:
    """Return the full URL of a path of this site, below the setting BASE_URL; a forged Host header has no influence on
    it.
    """
    return f"{settings.BASE_URL.rstrip('/')}/{path.lstrip('/')}"


def cached_reverse(route: str, *keys: int | str) -> str:
    """Return the path that `reverse` gives for the name of a route and its keys, looking up each route once.

    Lists have links in every row, and `reverse` took longer than all else in their cells. Keys are ids and slugs; any
    other raises ValueError, since keys are not quoted. Whether a route takes an id or a slug is not checked. Not for
    routes whose path depends on the language.
    """
    if not all(type(key) is int or (isinstance(key, str) and IS_SLUG(key)) for key in keys):
        raise ValueError(f"Keys of {route} that are neither ids nor slugs: {keys}")
    return _path_format(route, len(keys)).format(*keys)


@cache
def _path_format(route: str, number: int) -> str:
    """Return the path of a route with `{0}`, `{1}` and so on in place of its keys; `number` is how many it has.

    It has no other braces: `reverse` quotes them.
    """
    numbers = range(10**12, 10**12 + number)  # keys that no other part of a path contains
    path = reverse(route, args=list(numbers))
    for position, key in enumerate(numbers):
        path = path.replace(str(key), f"{{{position}}}")
    return path

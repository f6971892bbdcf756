"""Absolute URLs of this site below BASE_URL, whatever host a request names."""

from django.conf import settings


def absolute_url(path: str) -> str:
    """Return the full URL of a path of this site, below the setting BASE_URL; a forged Host header has no influence on
    it.
    """
    return f"{settings.BASE_URL.rstrip('/')}/{path.lstrip('/')}"

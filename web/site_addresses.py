"""Addresses of this site as others read them: below BASE_URL, whatever host a request names."""

from django.conf import settings


def absolute(path: str) -> str:
    """The address of a path of this site; a forged Host header does not choose where it leads."""
    return f"{settings.BASE_URL.rstrip('/')}/{path.lstrip('/')}"

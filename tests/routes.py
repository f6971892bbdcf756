"""Which routes are ours: those whose view is of our apps, wherever their address is."""

from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

LIBRARIES: Final = ("allauth.", "django.contrib.")


def ours(resolver: URLResolver | None = None, namespace: str = "") -> dict[str, Any]:
    """Our views by the names of their routes; the libraries' are theirs to guard, and asked by `accounts/test_doors`.

    What has neither a name nor a view of ours only leads elsewhere: old addresses that allauth and Django keep.
    """
    found: dict[str, Any] = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            found |= ours(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern) and is_ours(pattern):
            found[f"{namespace}{pattern.name}"] = pattern.callback
    return found


def is_ours(pattern: URLPattern) -> bool:
    home = pattern.callback.__module__
    if home.startswith("django.views."):
        return pattern.name is not None
    return not home.startswith(LIBRARIES)

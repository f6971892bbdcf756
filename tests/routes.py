"""Which routes are ours: those whose view is of our apps, wherever their address is."""

from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

LIBRARIES: Final = ("allauth.", "django.contrib.")


def our_views(resolver: URLResolver | None = None, namespace: str = "") -> dict[str, Any]:
    """Return our views by the names of their routes; library views are checked by
    `accounts/sign_in/test_library_routes`.

    Routes without a name and without a view of ours are redirects from old addresses of allauth and Django.
    """
    found: dict[str, Any] = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            found |= our_views(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern) and is_ours(pattern):
            found[f"{namespace}{pattern.name}"] = pattern.callback
    return found


def is_ours(pattern: URLPattern) -> bool:
    home = pattern.callback.__module__
    if home.startswith("django.views."):
        return pattern.name is not None
    return not home.startswith(LIBRARIES)

"""Addresses of the API: its pages for people, and the endpoints for programs."""

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, include, path

from api import views
from api.v1.service import api

NAMESPACE: Final = "api_v1"


def endpoints() -> list[URLPattern]:
    """Return the addresses of all endpoints. They need a token, which the endpoints check, and so no sign-in."""
    patterns, _app, _namespace = api.urls
    found = [pattern for pattern in patterns if isinstance(pattern, URLPattern) and pattern.name != "api-root"]
    for pattern in found:
        login_not_required(pattern.callback)
    return found


pages = [
    path("account/tokens/", views.tokens, name="tokens"),
    path("account/tokens/new/", views.create_token, name="create_token"),
    path("account/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("api/v1/", views.reference, name="reference"),
    path("api/v1/openapi.json", views.openapi, name="openapi"),
]
urlpatterns = [
    path("", include((pages, "api"))),
    path("api/v1/", include((endpoints(), NAMESPACE))),
]

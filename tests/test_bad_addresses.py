"""Every route with a text in its address answers 404 to characters and lengths that no object has."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.factories.accounts import UserFactory
from web.history_pages import histories

pytestmark = pytest.mark.django_db

BAD = ["²", "%00", "٣", "9" * 5000]
GONE = {"/account/addresses/confirm/<str:token>/", "/sign-in/link/<str:token>/"}  # a link that no longer counts: 410
POSTED = {
    "/cohorts/<slug:slug>/weeks/absence/<int:pk>/remove/",
    "/cohorts/<slug:slug>/weeks/exception/<int:pk>/withdraw/",
    "/cohorts/<slug:slug>/weeks/lock/",
    "/cohorts/<slug:slug>/weeks/unlock/",
    "/authorities/official-list/<slug:key>/add/",
    "/canvases/<int:pk>/texts/<int:step>/<slug:lane>/<int:version>/restore/",
    "/canvases/<int:pk>/steps/<int:step>/<slug:direction>/move/",
    "/field/cohorts/<slug:slug>/notes/<slug:kind>/",
    "/editions/<slug:slug>/exchange-plans/cancel/",
    "/editions/<slug:slug>/exchange-plans/lock/<int:pk>/",
    "/editions/<slug:slug>/exchange-plans/unlock/<int:pk>/",
    "/editions/<slug:slug>/session-plans/cancel/",
    "/editions/<slug:slug>/session-plans/lock/<int:pk>/",
    "/editions/<slug:slug>/session-plans/unlock/<int:pk>/",
}


def text_routes(patterns: Any = None, prefix: str = "/") -> list[str]:
    """Return each route with a text in its address (a string or slug parameter)."""
    found: list[str] = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = getattr(pattern.pattern, "_route", "")
        if hasattr(pattern, "url_patterns"):
            found += text_routes(pattern.url_patterns, f"{prefix}{route}")
        elif prefix.startswith("/api/v1/"):
            continue  # needs a token: tests/api/test_authentication.py
        elif any(f"<{kind}:" in f"{prefix}{route}" for kind in ("str", "slug")):
            found.append(f"{prefix}{route}")
    return found


def filled(route: str, text: str) -> str:
    """Return an address of a route, with the same text in all text parameters."""
    out = route
    while "<" in out:
        before, _open, rest = out.partition("<")
        argument, _close, after = rest.partition(">")
        out = f"{before}{1 if argument.startswith('int:') else text}{after}"
    return out


def texts_for(route: str) -> list[str]:
    """Return the bad texts for a route: no slug has the characters of the others, so that a view gets only the last."""
    if "<str:" in route:
        return BAD
    return [BAD[len(route) % 3], BAD[-1]]


@pytest.fixture
def client() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(is_lab_staff=True))
    return client


def test_unknown_text_in_an_address_is_not_a_server_error(client: Client):
    wrong = {}
    for route in text_routes():
        send, expected = client.post if route in POSTED else client.get, 410 if route in GONE else 404
        found = {text: send(filled(route, text)).status_code for text in texts_for(route)}
        wrong |= {(route, text[:5]): status for text, status in found.items() if status != expected}
    assert wrong == {}


def test_null_character_in_a_parameter_finds_nothing(client: Client):
    addresses = [
        *(f"/calendar/{page}?of=cohort:%00" for page in ("", "events/", "revoke/")),
        "/lists/members/file/csv/?subject_key=%00",
        "/lists/stakeholders/views/new/?subject_key=%00&sort=name",
        "/lists/invitations/actions/resend/?subject_key=%00&all=1",
    ]
    assert {client.get(address).status_code for address in addresses} == {404}


def test_history_of_an_unknown_key_is_not_found(client: Client):
    """Each kind of history gets every text on its page, and one in turn in its file: both look for the row first."""
    keys = [(kind, key, "") for kind in histories.slugs() for key in BAD]
    keys += [(kind, BAD[turn % len(BAD)], "changes.csv") for turn, kind in enumerate(histories.slugs())]
    answers = {(kind, key[:5], end): client.get(f"/history/{kind}/{key}/{end}").status_code for kind, key, end in keys}
    assert {address: status for address, status in answers.items() if status != 404} == {}

"""Redacted texts contain routes and numbers, and no names or typed text."""

import time
from typing import Any

import pytest

from labplatform.monitoring import redaction


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Nothing to hide in /ideas/12/", "Nothing to hide in /ideas/12/"),
        ("To ada@lab.example: refused", "To …: refused"),
        ("<ada.l+x@lab.example>", "<…>"),
        ("DETAIL:  Key (email)=(ada) already exists.\nNext", "DETAIL: …\nNext"),
        ("GET /calendar/Kd83hYw2-Lp90_aQ4t7x.ics HTTP/1.1", "GET /calendar/….ics HTTP/1.1"),
        ("/invitations/9f8e7d6c5b4a39281706f5e4d3c2b1a0/", "/invitations/…/"),
        ("/accounts/password/reset/key/3-c9x1f2e8a7b6d5c4e3f2/", "/accounts/password/reset/key/…/"),
        ("/sign-in/link/KdjhYwQ-LpqnBxaQzRtxWmVcGfHsJuTeOiPyAlSkDjF/", "/sign-in/link/…/"),
        ("/account/sign-ins/end-others-of-this-person/", "/account/sign-ins/end-others-of-this-person/"),
        ("/search/?q=Ada+Lovelace", "/search/?…"),
        ("Is it so? Yes", "Is it so? Yes"),
    ],
)
def test_texts_lose_addresses_secrets_and_quoted_rows(text: str, redacted: str):
    assert redaction.redact_text(text) == redacted


@pytest.mark.parametrize("long", ["a" * 100_000, "a@" * 50_000, "/" * 100_000, "a@" + "b" * 100_000, "/?" * 50_000])
def test_redaction_takes_linear_time(long: str):
    """Quadratic matching would take a minute, and an error with such a text would block a process."""
    began = time.process_time()
    redaction.redact_text(long)
    assert time.process_time() - began < 2


def test_structures_are_redacted_and_objects_become_their_type():
    class Person:
        def __repr__(self) -> str:
            return "Ada"

    value = {"who": Person(), "why": ValueError("not ada@lab.example"), "n": [1, None, ("x@y.example", 2.5)]}
    assert redaction.redact(value) == {"who": "<Person>", "why": "ValueError('not …')", "n": [1, None, ["…", 2.5]]}


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/calendar/Kd83hYw2.ics", "calendar/<str:token>.ics"),
        ("/files/12/", "files/<int:pk>/"),
        ("/nowhere/Ada/", "(none)"),
    ],
)
def test_address_becomes_its_route(path: str, route: str):
    assert redaction.route_of(path) == route


REPORTED: dict[str, Any] = {
    "request": {
        "url": "https://lab.example/files/12/?next=/ada/",
        "method": "POST",
        "query_string": "next=/ada/",
        "cookies": {"sessionid": "canary"},
        "headers": {"Authorization": "canary"},
        "data": {"password": "canary"},
        "env": {"REMOTE_ADDR": "10.1.2.3"},
    },
    "user": {"id": 7, "email": "ada@lab.example", "ip_address": "10.1.2.3"},
    "exception": {"values": [{"type": "ValueError", "value": "ada@lab.example is taken"}]},
    "transaction": "files.attachments.views.serving.file",
}


def test_reported_error_holds_route_and_number_of_the_person():
    assert redaction.redact_event({**REPORTED}) == {
        "request": {"method": "POST", "url": "files/<int:pk>/"},
        "user": {"id": 7},
        "exception": {"values": [{"type": "ValueError", "value": "… is taken"}]},
        "transaction": "files.attachments.views.serving.file",
    }


def test_event_without_person_and_request_stays_without():
    assert redaction.redact_event({"message": "Beat", "user": {"ip_address": "10.1.2.3"}}) == {"message": "Beat"}


def test_breadcrumbs_are_redacted():
    assert redaction.redact_breadcrumb({"message": "GET /search/?q=Ada", "level": "info"}) == {
        "message": "GET /search/?…",
        "level": "info",
    }

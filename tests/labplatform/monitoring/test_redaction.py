"""What the platform tells about itself holds routes and numbers, and nothing of what people are called or typed."""

import time
from typing import Any

import pytest

from labplatform.monitoring import redaction


@pytest.mark.parametrize(
    ("said", "told"),
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
def test_texts_lose_addresses_secrets_and_what_the_database_quotes(said: str, told: str):
    assert redaction.text(said) == told


@pytest.mark.parametrize("long", ["a" * 100_000, "a@" * 50_000, "/" * 100_000, "a@" + "b" * 100_000, "/?" * 50_000])
def test_a_long_text_takes_no_longer_than_its_length(long: str):
    """Begun anew at every letter it would take a minute, and whoever makes an error say so much stops a process."""
    began = time.process_time()
    redaction.text(long)
    assert time.process_time() - began < 2


def test_everything_in_a_structure_is_gone_through_and_things_become_their_kind():
    class Person:
        def __repr__(self) -> str:
            return "Ada"

    found = {"who": Person(), "why": ValueError("not ada@lab.example"), "n": [1, None, ("x@y.example", 2.5)]}
    assert redaction.everything(found) == {"who": "<Person>", "why": "ValueError('not …')", "n": [1, None, ["…", 2.5]]}


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/calendar/Kd83hYw2.ics", "calendar/<str:token>.ics"),
        ("/files/12/", "files/<int:pk>/"),
        ("/nowhere/Ada/", "(none)"),
    ],
)
def test_an_address_is_told_as_its_route(path: str, route: str):
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


def test_an_error_that_is_reported_holds_the_route_and_the_number():
    assert redaction.event({**REPORTED}) == {
        "request": {"method": "POST", "url": "files/<int:pk>/"},
        "user": {"id": 7},
        "exception": {"values": [{"type": "ValueError", "value": "… is taken"}]},
        "transaction": "files.attachments.views.serving.file",
    }


def test_nobody_signed_in_and_no_request_is_told_as_that():
    assert redaction.event({"message": "Beat", "user": {"ip_address": "10.1.2.3"}}) == {"message": "Beat"}


def test_a_breadcrumb_is_gone_through_too():
    assert redaction.breadcrumb({"message": "GET /search/?q=Ada", "level": "info"}) == {
        "message": "GET /search/?…",
        "level": "info",
    }

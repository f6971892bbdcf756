"""The log of real requests, refusals and errors contains no leak marker, with and without structlog."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from labplatform.settings import observability
from tests.factories.cast import Cast
from web.security.log import log_security_event

PASSWORD = "canary-password"
LEAK_MARKERS = {
    "HTTP_USER_AGENT": "canary-browser",
    "HTTP_COOKIE": "sessionid=canary-cookie",
    "HTTP_AUTHORIZATION": "Bearer canary-bearer",
    "HTTP_X_FORWARDED_FOR": "canary-forwarded",
    "HTTP_X_REQUEST_ID": "canary-request",
    "REMOTE_ADDR": "203.0.113.77",
}
structured = pytest.mark.skipif(not find_spec("django_structlog"), reason="requirements/prod.txt is not installed")


@pytest.fixture(params=["plain", pytest.param("json", marks=structured)])
def log(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Return the console output under the settings of production."""
    if request.param == "plain":
        monkeypatch.setattr(observability, "installed", lambda _packages: False)
    before, stream = logging.root.handlers[:], io.StringIO()
    level = logging.root.level
    logging_config = observability.logging_settings()
    logging_config["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(logging_config)
    yield stream
    logging.root.handlers, logging.root.level = before, level


@pytest.fixture
def browser(settings: Any, log: io.StringIO) -> Client:
    settings.MIDDLEWARE = [
        *(name for name in observability.middleware(settings.MIDDLEWARE) if "prometheus" not in name)
    ]
    return Client(raise_request_exception=False)


def test_log_contains_nothing_that_was_sent(
    browser: Client, log: io.StringIO, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    browser.post(
        "/accounts/login/?next=/canary-next/", {"login": "canary@x.example", "password": PASSWORD}, **LEAK_MARKERS
    )
    browser.get("/calendar/canary0token1of2a3feed4.ics", **LEAK_MARKERS)
    browser.get("/canary-path-1234567890/", **LEAK_MARKERS)
    browser.get("/livez", HTTP_HOST="canary.example")
    browser.force_login(cast["M"])
    monkeypatch.setattr("labplatform.home.views.render", broken)
    assert browser.get("/?q=canary-query", HTTP_USER_AGENT="canary-browser").status_code == 500
    output = log.getvalue()
    assert "Internal Server Error" in output or "request_failed" in output
    assert [word for word in ("canary", "203.0.113.77", cast["M"].email, cast["M"].full_name) if word in output] == []


def broken(*_: object, **__: object) -> None:
    raise ValueError("DETAIL: Key (email)=(canary@x.example) exists.\nDETAIL: canary")


def test_a_security_event_keeps_its_facts(log: io.StringIO):
    log_security_event("signed_in", person=7, way="passkey")
    [line] = log.getvalue().splitlines()
    if line.startswith("{"):
        line = json.loads(line)
        fields = {name: line[name] for name in ("event", "fact_person", "fact_way", "logger", "level")}
        assert fields == {
            "event": "signed_in",
            "fact_person": 7,
            "fact_way": "passkey",
            "logger": "labplatform.security",
            "level": "info",
        }
    else:
        assert line.endswith('INFO labplatform.security signed_in {"person": 7, "way": "passkey"}')


@structured
@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_request_is_one_line_with_id_route_status_and_person(browser: Client, log: io.StringIO, cast: Cast):
    browser.force_login(cast["M"])
    browser.get("/ideas/?page=2")
    [line] = [json.loads(line) for line in log.getvalue().splitlines() if "request_finished" in line]
    assert line.keys() == {"timestamp", "level", "logger", "event", "request_id", "user_id", "request", "code", "ms"}
    assert (line["request"], line["code"], line["user_id"]) == ("GET ideas/", 200, cast["M"].pk)
    assert User.objects.filter(pk=line["user_id"]).exists()

"""Security events: one line each, without names, which no input can forge."""

import logging
from contextlib import suppress

import pytest
from django.test import RequestFactory
from django.urls import resolve

from accounts.models import User
from web.security.log import demo_data, log_security_event


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="labplatform.security")
    return caplog


def test_an_event_is_one_log_line_with_its_facts(lines: pytest.LogCaptureFixture):
    log_security_event("invited", invitation=3, role="pilot")
    assert lines.messages == ['invited {"invitation": 3, "role": "pilot"}']


def test_line_breaks_in_a_fact_are_escaped(lines: pytest.LogCaptureFixture):
    log_security_event("refused", why='x"}\nsigned_in {}')
    assert lines.messages == ['refused {"why": "x\\"}\\nsigned_in {}"}']


def test_a_request_adds_person_and_route(lines: pytest.LogCaptureFixture):
    request = RequestFactory().post("/account/", {"full_name": "Ada"})
    request.user, request.resolver_match = User(pk=7, full_name="Ada"), resolve("/account/")
    log_security_event("refused", request=request)
    assert lines.messages == ['refused {"method": "POST", "person": 7, "route": "account"}']


def test_a_request_without_a_route_has_none(lines: pytest.LogCaptureFixture):
    log_security_event("refused", request=RequestFactory().get("/nowhere/"))
    assert lines.messages == ['refused {"method": "GET", "person": null, "route": null}']


def test_the_log_record_has_event_and_facts_as_attributes(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, logger="labplatform.security")
    log_security_event("invited", invitation=3)
    (record,) = caplog.records
    assert (record.event, record.facts) == ("invited", {"invitation": 3})


def test_demo_data_is_not_logged(lines: pytest.LogCaptureFixture):
    with suppress(KeyError), demo_data():
        log_security_event("invited", invitation=3)
        raise KeyError
    log_security_event("invited", invitation=4)
    assert lines.messages == ['invited {"invitation": 4}']

"""Security events: one line each, without names, which nothing that was sent can forge."""

import logging
from contextlib import suppress

import pytest
from django.test import RequestFactory
from django.urls import resolve

from accounts.models import User
from web.security.log import inventing, note


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="labplatform.security")
    return caplog


def test_an_event_is_one_line_with_its_facts(lines: pytest.LogCaptureFixture):
    note("invited", invitation=3, role="pilot")
    assert lines.messages == ['invited {"invitation": 3, "role": "pilot"}']


def test_a_line_that_was_sent_stays_inside_its_fact(lines: pytest.LogCaptureFixture):
    note("refused", why='x"}\nsigned_in {}')
    assert lines.messages == ['refused {"why": "x\\"}\\nsigned_in {}"}']


def test_of_a_request_it_says_who_asked_for_which_route(lines: pytest.LogCaptureFixture):
    request = RequestFactory().post("/account/", {"full_name": "Ada"})
    request.user, request.resolver_match = User(pk=7, full_name="Ada"), resolve("/account/")
    note("refused", request=request)
    assert lines.messages == ['refused {"method": "POST", "person": 7, "route": "account"}']


def test_a_request_that_came_to_no_route_says_so(lines: pytest.LogCaptureFixture):
    note("refused", request=RequestFactory().get("/nowhere/"))
    assert lines.messages == ['refused {"method": "GET", "person": null, "route": null}']


def test_what_is_written_is_there_for_a_collector_too(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, logger="labplatform.security")
    note("invited", invitation=3)
    (record,) = caplog.records
    assert (record.event, record.facts) == ("invited", {"invitation": 3})


def test_what_is_invented_is_not_said_and_what_comes_after_it_is(lines: pytest.LogCaptureFixture):
    with suppress(KeyError), inventing():
        note("invited", invitation=3)
        raise KeyError
    note("invited", invitation=4)
    assert lines.messages == ['invited {"invitation": 4}']

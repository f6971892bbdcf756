"""A session ends after eight hours without activity and after seven days in all; the check costs no query."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.sign_in.session_limits import LAST_SEEN_AT, SIGNED_IN_AT, UPDATE_INTERVAL
from tests.factories.accounts import UserFactory

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
PASSWORD = "a long demonstration word"
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(clock: time_machine.Traveller) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": UserFactory().email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.parametrize(("minutes", "still"), [(479, True), (480, False)])
def test_idle_session_ends_after_eight_hours(person, clock, minutes: int, still: bool):
    clock.shift(timedelta(minutes=minutes))
    assert is_in(person) is still


def test_activity_extends_the_session_by_eight_hours(person, clock):
    for _ in range(4):
        clock.shift(timedelta(hours=7))
        assert is_in(person)
    clock.shift(timedelta(hours=8))
    assert not is_in(person)


def test_active_session_ends_after_seven_days(person, clock):
    for _ in range(27):  # every six hours
        clock.shift(timedelta(hours=6))
        assert is_in(person)
    clock.shift(timedelta(hours=6))
    assert not is_in(person)


def test_ended_session_leaves_no_data(person, clock):
    clock.shift(timedelta(hours=9))
    answer = person.get("/account/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/account/")
    assert Session.objects.count() == 0


def test_form_sent_after_the_end_changes_nothing_and_leads_back(person, clock):
    clock.shift(timedelta(hours=9))
    answer = person.post(
        "/account/", {"full_name": "Other", "language": "fr"}, headers={"referer": "http://testserver/account/"}
    )
    assert answer.headers["Location"] == "/accounts/login/?next=/account/&unsaved=1"
    assert person.get("/account/", headers={"hx-request": "true"}).status_code == 401


def test_session_limits_cost_no_extra_query(person, clock, django_assert_num_queries):
    """A page reads the session and the person; activity is written every five minutes, with the list of sessions."""
    person.get("/account/second-factor/")
    clock.shift(timedelta(seconds=UPDATE_INTERVAL - 1))
    with django_assert_num_queries(4):  # session, person, their roles and second factors
        person.get("/account/second-factor/")
    clock.shift(timedelta(seconds=1))
    with django_assert_num_queries(8):  # the list of sign-ins, and the session within its savepoint
        person.get("/account/second-factor/")
    assert UserSession.objects.get().last_seen_at == START + timedelta(seconds=UPDATE_INTERVAL)


def test_older_session_starts_its_limits_with_the_next_page(person, clock):
    session = person.session
    del session[SIGNED_IN_AT], session[LAST_SEEN_AT]
    session.save()
    clock.shift(timedelta(hours=10))
    assert is_in(person)
    assert person.session[SIGNED_IN_AT] == (START + timedelta(hours=10)).timestamp()


def test_session_key_changes_at_sign_in(clock):
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    client.post(reverse("account_login"), {"login": UserFactory().email, "password": PASSWORD})
    assert client.session["_auth_user_id"]
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_limits_are_settings(person, clock, settings):
    settings.SESSION_IDLE_MINUTES = 30
    clock.shift(timedelta(minutes=31))
    assert not is_in(person)


def test_signed_out_pages_create_no_session(clock):
    client = Client()
    client.get(reverse("account_login"))
    assert Session.objects.count() == 0

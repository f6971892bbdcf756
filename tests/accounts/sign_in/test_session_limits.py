"""A sign-in ends after eight hours without a sign of life and after seven days at most; keeping count costs nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.sign_in.session_limits import SEEN_AT, SEEN_EVERY, SIGNED_IN_AT
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
def test_without_a_sign_of_life_it_ends_after_eight_hours(person, clock, minutes: int, still: bool):
    clock.shift(timedelta(minutes=minutes))
    assert is_in(person) is still


def test_each_sign_of_life_gives_eight_hours_more(person, clock):
    for _ in range(4):
        clock.shift(timedelta(hours=7))
        assert is_in(person)
    clock.shift(timedelta(hours=8))
    assert not is_in(person)


def test_and_after_seven_days_it_ends_whatever_happens(person, clock):
    for _ in range(27):  # every six hours
        clock.shift(timedelta(hours=6))
        assert is_in(person)
    clock.shift(timedelta(hours=6))
    assert not is_in(person)


def test_nothing_is_left_of_it(person, clock):
    clock.shift(timedelta(hours=9))
    answer = person.get("/account/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/account/")
    assert Session.objects.count() == 0


def test_what_was_sent_after_its_end_changes_nothing_and_leads_back(person, clock):
    clock.shift(timedelta(hours=9))
    answer = person.post(
        "/account/", {"full_name": "Other", "language": "fr"}, headers={"referer": "http://testserver/account/"}
    )
    assert answer.headers["Location"] == "/accounts/login/?next=/account/&unsaved=1"
    assert person.get("/account/", headers={"hx-request": "true"}).status_code == 401


def test_a_page_costs_no_statement_more(person, clock, django_assert_num_queries):
    """The session and the person; a sign of life is written every five minutes, with the list of sign-ins."""
    person.get("/account/second-factor/")
    clock.shift(timedelta(seconds=SEEN_EVERY - 1))
    with django_assert_num_queries(4):  # session, person, their roles and second factors
        person.get("/account/second-factor/")
    clock.shift(timedelta(seconds=1))
    with django_assert_num_queries(8):  # the list of sign-ins, and the session within its savepoint
        person.get("/account/second-factor/")
    assert UserSession.objects.get().last_seen_at == START + timedelta(seconds=SEEN_EVERY)


def test_one_from_before_this_was_kept_begins_with_its_next_page(person, clock):
    session = person.session
    del session[SIGNED_IN_AT], session[SEEN_AT]
    session.save()
    clock.shift(timedelta(hours=10))
    assert is_in(person)
    assert person.session[SIGNED_IN_AT] == (START + timedelta(hours=10)).timestamp()


def test_the_key_changes_when_someone_signs_in(clock):
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


def test_reading_pages_without_signing_in_makes_no_session(clock):
    client = Client()
    client.get(reverse("account_login"))
    assert Session.objects.count() == 0

"""Of signing in little is kept, not for long; a person takes it along, and it goes with them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import SignInLink, User
from accounts.privacy.erasure import forget_ways_in
from accounts.registries import erasers, personal_data, retentions
from accounts.sign_in.actions.links import ask_sign_in_link
from accounts.sign_in.actions.sessions import purge_sign_ins
from tests.factories.accounts import UserFactory

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def came_in(user: User, at: datetime = NOW) -> None:
    with time_machine.travel(at, tick=False):
        client = Client(headers={"user-agent": "Firefox"}, REMOTE_ADDR="192.0.2.1")
        client.post(reverse("account_login"), {"login": user.email, "password": "a long demonstration word"})


def test_what_is_over_goes_after_seven_days():
    came_in(UserFactory(), NOW - timedelta(days=8))
    came_in(UserFactory())
    assert (purge_sign_ins(at=NOW, dry_run=True), UserSession.objects.count(), Session.objects.count()) == (2, 2, 2)
    assert (purge_sign_ins(at=NOW), UserSession.objects.count(), Session.objects.count()) == (2, 1, 1)
    assert (retentions["sign_ins"].days, retentions["sign_ins"].purge) == (7, purge_sign_ins)


def test_a_person_takes_their_own_along():
    user = UserFactory()
    came_in(user)
    came_in(UserFactory())
    assert list(personal_data["sign_ins"].rows(user)) == [
        {
            "signed_in": NOW.isoformat(),
            "last_seen": NOW.isoformat(),
            "address": "192.0.2.1",
            "browser": "Firefox",
        }
    ]


def test_nothing_outlives_the_person():
    user, other = UserFactory(), UserFactory()
    for each in (user, other):
        came_in(each)
        ask_sign_in_link(user=each, email=each.email, at=NOW, by=each)
    erasers["ways_in"](user=user, at=NOW)
    assert erasers["ways_in"] is forget_ways_in
    assert [row.user_id for row in UserSession.objects.all()] == [other.pk]
    assert [row.user_id for row in SignInLink.objects.all()] == [other.pk]
    assert Session.objects.count() == 1

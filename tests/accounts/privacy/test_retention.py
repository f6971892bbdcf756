"""Sessions and sign-in links: kept for a short time, part of a person's own copy, deleted with the person."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.hooks import personal_data, retentions
from accounts.models import SignInLink, User
from accounts.privacy.erasure import erase_sign_in_data
from accounts.sign_in.actions.links import request_sign_in_link
from accounts.sign_in.actions.sessions import purge_sign_ins
from tests.factories.accounts import UserFactory

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def sign_in_at(user: User, at: datetime = NOW) -> None:
    with time_machine.travel(at, tick=False):
        client = Client(headers={"user-agent": "Firefox"}, REMOTE_ADDR="192.0.2.1")
        client.post(reverse("account_login"), {"login": user.email, "password": "a long demonstration word"})


def test_ended_sessions_are_deleted_after_seven_days():
    sign_in_at(UserFactory(), NOW - timedelta(days=8))
    sign_in_at(UserFactory())
    assert (purge_sign_ins(at=NOW, dry_run=True), UserSession.objects.count(), Session.objects.count()) == (2, 2, 2)
    assert (purge_sign_ins(at=NOW), UserSession.objects.count(), Session.objects.count()) == (2, 1, 1)
    assert (retentions()["sign_ins"].days, retentions()["sign_ins"].purge) == (7, purge_sign_ins)


def test_own_copy_contains_the_sessions():
    user = UserFactory()
    sign_in_at(user)
    sign_in_at(UserFactory())
    assert list(personal_data()["sign_ins"].rows(user)) == [
        {
            "signed_in": NOW,
            "last_seen": NOW,
            "address": "192.0.2.1",
            "browser": "Firefox",
        }
    ]


def test_erasure_deletes_sessions_and_links():
    user, other = UserFactory(), UserFactory()
    for each in (user, other):
        sign_in_at(each)
        request_sign_in_link(user=each, email=each.email, at=NOW, by=each)
    erase_sign_in_data(user=user, at=NOW)
    assert [row.user_id for row in UserSession.objects.all()] == [other.pk]
    assert [row.user_id for row in SignInLink.objects.all()] == [other.pk]
    assert Session.objects.count() == 1

"""A person sees where they are signed in and ends one, or all others; so do a new password and a closed account."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.actions import close_account
from accounts.models import User
from accounts.sign_in.actions.sessions import NOT_ASKED_UNTIL, ask_sign_ins_anew, end_sign_in, end_sign_ins
from accounts.sign_in.sessions import browser_in_words, sign_ins
from tests.factories.accounts import UserFactory
from tests.pages import texts

PASSWORD = "a long demonstration word"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = "/account/sign-ins/"
pytestmark = pytest.mark.django_db


def came_in(user: User, address: str = "192.0.2.1", agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": agent, "Accept-Language": "en"}, REMOTE_ADDR=address)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


def proven(client: Client) -> Client:
    """Whoever sits there gave the password again."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def still_in(*clients: Client) -> list[bool]:
    return [client.get("/account/").status_code == 200 for client in clients]


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


@pytest.mark.parametrize("others", [0, 2])
def test_the_list_asks_three_statements_however_long(others: int, django_assert_num_queries):
    user = UserFactory(language="en")
    here = came_in(user)
    for number in range(others):
        came_in(user, f"198.51.100.{number + 1}")
    with django_assert_num_queries(3):  # session, person, the list
        page = here.get(PAGE).content.decode()
    assert (page.count("<h2>Firefox on Windows</h2>"), page.count(">this sign-in</span>")) == (others + 1, 1)
    assert page.count("End all others") == bool(others)


def test_nobody_sees_or_ends_another_s():
    mine, theirs = came_in(UserFactory(language="en")), came_in(UserFactory(), "203.0.113.77")
    assert "203.0.113.77" not in mine.get(PAGE).content.decode()
    proven(mine).post(reverse("end_sign_in", args=[row_of(theirs).pk]))
    assert still_in(mine, theirs) == [True, True]


def test_one_is_ended_at_once():
    user = UserFactory(language="en")
    here, there, third = came_in(user), came_in(user), came_in(user)
    answer = proven(here).post(reverse("end_sign_in", args=[row_of(there).pk]), follow=True)
    assert "One sign-in was ended." in answer.content.decode()
    assert still_in(here, there, third) == [True, False, True]


def test_all_others_are_ended_at_once():
    user = UserFactory(language="en")
    here, there, third, other = came_in(user), came_in(user), came_in(user), came_in(UserFactory())
    answer = proven(here).post(reverse("end_other_sign_ins"), follow=True)
    assert "2 sign-ins were ended." in answer.content.decode()
    assert still_in(here, there, third, other) == [True, False, False, True]


def test_none_is_ended_before_the_password_was_given_again():
    """Whoever finds an open browser locks nobody out; the button pressed is not pressed twice."""
    user = UserFactory(language="en")
    here, there = came_in(user), came_in(user)
    for path in (reverse("end_other_sign_ins"), reverse("end_sign_in", args=[row_of(there).pk])):
        asked = here.post(path)
        assert unquote(asked.headers["Location"]) == f"{reverse('account_reauthenticate')}?next={path}"
        assert still_in(here, there) == [True, True]
    answer = here.post(asked.headers["Location"], {"password": PASSWORD, "next": path}, follow=True)
    assert "One sign-in was ended." in answer.content.decode()
    assert still_in(here, there) == [True, False]


def test_reading_the_list_ends_nothing():
    user = UserFactory()
    here, there = came_in(user), came_in(user)
    here.get(PAGE)
    assert [
        here.get(reverse(name, args=args)).status_code
        for name, args in (("end_other_sign_ins", []), ("end_sign_in", [row_of(there).pk]))
    ] == [405, 405]
    assert still_in(here, there) == [True, True]


def test_a_new_password_ends_all_others():
    user = UserFactory()
    here, there = came_in(user), came_in(user)
    new = "another demonstration word"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert still_in(here, there) == [True, False]
    assert [row.session_key for row in UserSession.objects.all()] == [here.session.session_key]


def test_closing_an_account_ends_all_of_it_within():
    user, other = UserFactory(), UserFactory()
    here, there, apart = came_in(user), came_in(user), came_in(other)
    close_account(user=user, at=datetime(2026, 11, 24, tzinfo=UTC), by=None)
    assert Session.objects.count() == UserSession.objects.count() == 1
    assert still_in(here, there, apart) == [False, False, True]


def test_what_idled_or_lasted_too_long_is_not_listed():
    with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False):
        user = UserFactory()
        came_in(user)
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert [sign_ins(user, start + timedelta(hours=hours)).count() for hours in (0, 7, 8)] == [1, 1, 0]
    UserSession.objects.update(last_seen_at=start + timedelta(days=7))
    assert sign_ins(user, start + timedelta(days=6, hours=23)).count() == 1
    assert sign_ins(user, start + timedelta(days=7)).count() == 0


def test_verbs_say_how_many_ended():
    user = UserFactory()
    here = came_in(user)
    came_in(user)
    assert end_sign_in(user=user, pk=0, by=user) == 0
    assert end_sign_ins(user=user, but=here.session.session_key or "", by=user) == 1
    assert end_sign_ins(user=user, by=user) == 1
    assert end_sign_ins(user=user, by=user) == 0


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.0 (Windows)", "Windows"),
        ("Opera", "an unknown browser"),
        ("", "an unknown browser"),
    ],
)
def test_browsers_in_words(agent: str, words: str):
    assert browser_in_words(agent) == words


@pytest.mark.parametrize(
    ("page", "back", "leads"),
    [
        ("own_sign_ins", "Your account", "account"),
        ("privacy", "Your account", "account"),
        ("mfa_index", "Your account", "account"),
        ("account_email", "Your account", "account"),
        ("mfa_list_webauthn", "Second factor and passkeys", "mfa_index"),
    ],
)
def test_each_page_of_the_account_leads_back_once_by_its_crumb(page: str, back: str, leads: str):
    answer = proven(came_in(UserFactory(language="en"))).get(reverse(page))
    inside = answer.content.decode().partition("<main")[2]
    assert (texts(answer, "p", "crumb"), inside.count(f'href="{reverse(leads)}">{back}</a>')) == ([back], 1)


def test_whether_a_factor_is_needed_is_asked_anew_of_whoever_was_given_a_role_only():
    named, other = UserFactory(), UserFactory()
    clients = [came_in(user) for user in (named, other)]
    for client in clients:
        session = client.session
        session[NOT_ASKED_UNTIL] = 2_000_000_000
        session.save()
    ask_sign_ins_anew(user=named)
    assert [NOT_ASKED_UNTIL in client.session for client in clients] == [False, True]

"""People see their sessions and end one or all others; a new password and a closed account end them too."""

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
from accounts.sign_in.actions.sessions import NOT_REQUIRED_UNTIL, end_sign_in, end_sign_ins, recheck_second_factor_need
from accounts.sign_in.sessions import browser_in_words, sign_ins
from tests.factories.accounts import UserFactory
from tests.pages import texts

PASSWORD = "a long demonstration word"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = "/account/sign-ins/"
pytestmark = pytest.mark.django_db


def session_in_browser(user: User, address: str = "192.0.2.1", agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": agent, "Accept-Language": "en"}, REMOTE_ADDR=address)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


def reauthenticated(client: Client) -> Client:
    """Return the client after the password was given again."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def is_signed_in(*clients: Client) -> list[bool]:
    return [client.get("/account/").status_code == 200 for client in clients]


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


@pytest.mark.parametrize("others", [0, 2])
def test_list_takes_three_queries_whatever_its_length(others: int, django_assert_num_queries):
    user = UserFactory(language="en")
    here = session_in_browser(user)
    for number in range(others):
        session_in_browser(user, f"198.51.100.{number + 1}")
    with django_assert_num_queries(3):  # session, person, the list
        page = here.get(PAGE).content.decode()
    assert (page.count("<h2>Firefox on Windows</h2>"), page.count(">this sign-in</span>")) == (others + 1, 1)
    assert page.count("End all others") == bool(others)


def test_people_cannot_see_or_end_sessions_of_others():
    mine, theirs = session_in_browser(UserFactory(language="en")), session_in_browser(UserFactory(), "203.0.113.77")
    assert "203.0.113.77" not in mine.get(PAGE).content.decode()
    reauthenticated(mine).post(reverse("end_sign_in", args=[row_of(theirs).pk]))
    assert is_signed_in(mine, theirs) == [True, True]


def test_ending_one_session_takes_effect_at_once():
    user = UserFactory(language="en")
    here, there, third = session_in_browser(user), session_in_browser(user), session_in_browser(user)
    answer = reauthenticated(here).post(reverse("end_sign_in", args=[row_of(there).pk]), follow=True)
    assert "One sign-in was ended." in answer.content.decode()
    assert is_signed_in(here, there, third) == [True, False, True]


def test_ending_all_other_sessions_takes_effect_at_once():
    user = UserFactory(language="en")
    here, there, third, other = (
        session_in_browser(user),
        session_in_browser(user),
        session_in_browser(user),
        session_in_browser(UserFactory()),
    )
    answer = reauthenticated(here).post(reverse("end_other_sign_ins"), follow=True)
    assert "2 sign-ins were ended." in answer.content.decode()
    assert is_signed_in(here, there, third, other) == [True, False, False, True]


def test_ending_sessions_requires_reauthentication():
    """A stranger at an open browser cannot lock the person out; afterwards the button has to be pressed again."""
    user = UserFactory(language="en")
    here, there = session_in_browser(user), session_in_browser(user)
    for path in (reverse("end_other_sign_ins"), reverse("end_sign_in", args=[row_of(there).pk])):
        response = here.post(path)
        assert unquote(response.headers["Location"]) == f"{reverse('account_reauthenticate')}?next={path}"
        assert is_signed_in(here, there) == [True, True]
    answer = here.post(response.headers["Location"], {"password": PASSWORD, "next": path}, follow=True)
    assert "One sign-in was ended." in answer.content.decode()
    assert is_signed_in(here, there) == [True, False]


def test_opening_the_list_ends_nothing():
    user = UserFactory()
    here, there = session_in_browser(user), session_in_browser(user)
    here.get(PAGE)
    assert [
        here.get(reverse(name, args=args)).status_code
        for name, args in (("end_other_sign_ins", []), ("end_sign_in", [row_of(there).pk]))
    ] == [405, 405]
    assert is_signed_in(here, there) == [True, True]


def test_new_password_ends_all_other_sessions():
    user = UserFactory()
    here, there = session_in_browser(user), session_in_browser(user)
    new = "another demonstration word"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_signed_in(here, there) == [True, False]
    assert [row.session_key for row in UserSession.objects.all()] == [here.session.session_key]


def test_closing_an_account_ends_all_its_sessions():
    user, other = UserFactory(), UserFactory()
    here, there, apart = session_in_browser(user), session_in_browser(user), session_in_browser(other)
    close_account(user=user, at=datetime(2026, 11, 24, tzinfo=UTC), by=None)
    assert Session.objects.count() == UserSession.objects.count() == 1
    assert is_signed_in(here, there, apart) == [False, False, True]


def test_sessions_past_a_limit_are_not_listed():
    with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False):
        user = UserFactory()
        session_in_browser(user)
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert [sign_ins(user, start + timedelta(hours=hours)).count() for hours in (0, 7, 8)] == [1, 1, 0]
    UserSession.objects.update(last_seen_at=start + timedelta(days=7))
    assert sign_ins(user, start + timedelta(days=6, hours=23)).count() == 1
    assert sign_ins(user, start + timedelta(days=7)).count() == 0


def test_actions_return_how_many_ended():
    user = UserFactory()
    here = session_in_browser(user)
    session_in_browser(user)
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
def test_browser_is_named_from_the_user_agent(agent: str, words: str):
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
def test_each_account_page_has_one_breadcrumb_back(page: str, back: str, leads: str):
    answer = reauthenticated(session_in_browser(UserFactory(language="en"))).get(reverse(page))
    inside = answer.content.decode().partition("<main")[2]
    assert (texts(answer, "p", "crumb"), inside.count(f'href="{reverse(leads)}">{back}</a>')) == ([back], 1)


def test_second_factor_is_rechecked_only_for_people_with_a_new_role():
    named, other = UserFactory(), UserFactory()
    clients = [session_in_browser(user) for user in (named, other)]
    for client in clients:
        session = client.session
        session[NOT_REQUIRED_UNTIL] = 2_000_000_000
        session.save()
    recheck_second_factor_need(user=named)
    assert [NOT_REQUIRED_UNTIL in client.session for client in clients] == [False, True]

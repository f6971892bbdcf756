"""Every route of allauth and Django under `/accounts/` and `/admin/`, and each role's answers there.

A route without a row fails.
"""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.programmes import AuthorityAdminFactory

pytestmark = pytest.mark.django_db

SIGN_IN = "to sign in"  # led to the sign-in page
HOME = "home"
AGAIN = "password again"  # the password is asked for once more
OTHER = "elsewhere"  # led to another page of the account
# Route: what someone signed out gets, what someone signed in gets; by GET.
EXPECTED_ANSWERS = {
    "account_login": (200, HOME),
    "account_logout": (SIGN_IN, 200),
    "account_inactive": (200, 200),
    "account_signup": (200, HOME),  # says that people join by invitation
    "account_reauthenticate": (SIGN_IN, 200),
    "account_email": (SIGN_IN, 200),
    "account_email_verification_sent": (200, 200),
    "account_change_password": (SIGN_IN, 200),
    "account_set_password": (SIGN_IN, OTHER),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_reset_password_from_key": (200, 200),  # a wrong key: says so
    "account_confirm_email": (200, 200),  # a wrong key: says so
    "account_confirm_login_code": (SIGN_IN, HOME),
    "mfa_index": (SIGN_IN, 200),
    "mfa_authenticate": (SIGN_IN, HOME),
    "mfa_reauthenticate": (SIGN_IN, AGAIN),
    "mfa_activate_totp": (SIGN_IN, AGAIN),
    "mfa_deactivate_totp": (SIGN_IN, 404),
    "mfa_view_recovery_codes": (SIGN_IN, 404),
    "mfa_generate_recovery_codes": (SIGN_IN, AGAIN),
    "mfa_download_recovery_codes": (SIGN_IN, 404),
    "mfa_list_webauthn": (SIGN_IN, 200),
    "mfa_add_webauthn": (SIGN_IN, AGAIN),
    "mfa_reauthenticate_webauthn": (SIGN_IN, AGAIN),
    "mfa_remove_webauthn": (SIGN_IN, AGAIN),
    "mfa_edit_webauthn": (SIGN_IN, AGAIN),
    "mfa_login_webauthn": (SIGN_IN, HOME),
    "access_requested": (SIGN_IN, SIGN_IN),  # nobody has asked
    "usersessions_list": (SIGN_IN, OTHER),  # ours takes its place: it would tidy up while being read
}
# Steps of a sign-in under way: whoever has begun none is led to the first, and so is who signs out twice.
LEAD_BY_THEMSELVES = {
    "access_requested",
    "account_confirm_login_code",
    "account_logout",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
# Kept with signing in elsewhere: see the tests of OpenID Connect.
ELSEWHERE = ("socialaccount_", "openid_connect_", "None")


def library_routes(resolver: URLResolver, prefix: str = "/", under: str = "/accounts/") -> dict[str, str]:
    """Return names and addresses of the routes below a path; arguments of an address are made up."""
    found: dict[str, str] = {}
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= library_routes(pattern, path, under)
        elif isinstance(pattern, URLPattern) and path.startswith(under):
            found[str(pattern.name)] = address(path)
    return found


def address(path: str) -> str:
    made = path.replace("<int:pk>", "999999").replace("^", "").replace("$", "")
    for part in (r"(?P<key>[-:\w]+)", "(?P<key>.+)", "(?P<uidb36>[0-9A-Za-z]+)"):
        made = made.replace(part, "wrong")
    return made


FOUND = {name: path for name, path in library_routes(get_resolver()).items() if not name.startswith(ELSEWHERE)}


def answer_of(client: Client, path: str, **headers: str) -> int | str:
    answer = client.get(path, headers=headers)
    if answer.status_code != 302:
        return answer.status_code
    place = answer.headers["Location"]
    if place.startswith("/accounts/login/"):
        return SIGN_IN
    if place.startswith("/accounts/reauthenticate/"):
        return AGAIN
    return HOME if place == "/" else OTHER


def test_every_route_has_a_row_and_every_row_a_route():
    assert set(FOUND) == set(EXPECTED_ANSWERS)


def everyone(cast: Cast) -> dict[str, Client]:
    """Return a client for each role, for a former member, for a past mandate, and signed out."""
    gone, former = UserFactory(), UserFactory()
    MembershipFactory(cohort=cast.cohort, user=gone, starts_on=date(2026, 1, 5), ends_on=date(2026, 10, 31))
    ended = {"since": date(2026, 1, 1), "until": date(2026, 10, 31)}
    AuthorityAdminFactory(authority=cast.cohort.authority, user=former, **ended)
    people = cast.people | {"p": gone, "a": former}
    return {"-": Client()} | {role: signed_in(user, again=False) for role, user in people.items()}


def test_each_role_gets_the_expected_answers(cast: Cast):
    """No role gets more than another: these pages are each person's own. Public ones are tried twice."""
    clients = everyone(cast)
    cells = [
        (name, role)
        for name in EXPECTED_ANSWERS
        for role in clients
        if role in "-M" or EXPECTED_ANSWERS[name][0] == SIGN_IN
    ]
    found = {(name, role): answer_of(clients[role], FOUND[name]) for name, role in cells}
    assert {cell: answer for cell, answer in found.items() if answer != EXPECTED_ANSWERS[cell[0]][cell[1] != "-"]} == {}


def test_partial_requests_get_no_more_than_pages(cast: Cast):
    client, htmx = signed_in(cast["M"], again=False), {"HX-Request": "true"}
    out = {name: Client().get(path, headers=htmx).status_code for name, path in FOUND.items()}
    closed = {name for name, (signed_out, _) in EXPECTED_ANSWERS.items() if signed_out == SIGN_IN} - LEAD_BY_THEMSELVES
    assert {name: out[name] for name in closed if out[name] != 401} == {}
    assert {
        name for name in EXPECTED_ANSWERS if answer_of(client, FOUND[name], **htmx) != EXPECTED_ANSWERS[name][1]
    } == set()


def test_empty_forms_neither_fail_nor_change_anything(cast: Cast):
    clients = {role: client for role, client in everyone(cast).items() if role in "-SXp"}
    before = account_rows()
    codes = {
        (name, role): client.post(path).status_code
        for name, path in FOUND.items()
        if name != "account_logout"
        for role, client in clients.items()
    }
    assert ({cell: code for cell, code in codes.items() if code >= 500}, account_rows()) == ({}, before)


def account_rows() -> list[tuple[object, ...]]:
    """Return all rows by which people are known or sign in."""
    models = (User, EmailAddress, Authenticator, SocialAccount)
    return [row for model in models for row in model.objects.order_by("pk").values_list()]


@pytest.mark.parametrize("path", ["/accounts/login/code/", "/accounts/signup/passkey/", "/accounts/2fa/trust/"])
def test_unused_routes_are_not_found(path: str):
    assert Client().get(path).status_code == 404


class TestTheAdministration:
    """Django's own pages, for people with `is_staff`; being lab staff is not enough."""

    ROUTES = library_routes(get_resolver(), under="/admin/")

    def test_no_role_of_the_platform_opens_the_administration(self, cast: Cast):
        """Tries each table's list, and each kind of page for people and their second factors."""
        client, before = signed_in(cast["S"]), account_rows()
        names = [name for name in self.ROUTES if name.endswith("_changelist") or name.startswith(("mfa_", "accounts_"))]
        names += [name for name in self.ROUTES if "_" not in name or name in {"password_change", "app_list"}]
        codes = {
            (name, method): getattr(client, method)(self.ROUTES[name]).status_code
            for name in names
            for method in ("get", "post")
            if (name, method) != ("logout", "post")
        }
        assert {cell: code for cell, code in codes.items() if code not in {302, 403, 404}} == {}
        assert account_rows() == before

    def test_each_role_is_redirected_and_refused(self, cast: Cast):
        clients = {role: signed_in(cast[role]) for role in EVERYONE} | {"-": Client()}
        first = {role: answer_of(client, "/admin/") for role, client in clients.items()}
        assert first == dict.fromkeys(clients, OTHER)
        codes = {role: client.get("/admin/", follow=True).status_code for role, client in clients.items()}
        assert codes == dict.fromkeys(EVERYONE, 403) | {"-": 200}  # the sign-in page of all

    def test_administrator_without_permissions_sees_no_table(self):
        client = signed_in(UserFactory(is_staff=True))
        lists = {name: path for name, path in self.ROUTES.items() if name.endswith("_changelist")}
        assert len(lists) > 20
        assert {name for name, path in lists.items() if client.get(path).status_code != 403} == set()

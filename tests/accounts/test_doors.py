"""Every route allauth and Django bring under `/accounts/`, and who may open it: a route without a row fails."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a long demonstration word"

SIGN_IN = "to sign in"  # led to the sign-in page
HOME = "home"
AGAIN = "password again"  # the password is asked for once more
OTHER = "elsewhere"  # led to another page of the account
# Route: what someone signed out gets, what someone signed in gets; by GET.
DOORS = {
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
    "access_asked": (SIGN_IN, SIGN_IN),  # nobody has asked
    "usersessions_list": (SIGN_IN, OTHER),  # ours takes its place: it would tidy up while being read
}
# Kept with signing in elsewhere: see the tests of OpenID Connect.
ELSEWHERE = ("socialaccount_", "openid_connect_", "None")


def doors(resolver: URLResolver, prefix: str = "/") -> dict[str, str]:
    """Names of the routes under `/accounts/` with an address of each; what an address asks for is made up."""
    found: dict[str, str] = {}
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= doors(pattern, path)
        elif isinstance(pattern, URLPattern) and path.startswith("/accounts/"):
            found[str(pattern.name)] = address(path)
    return found


def address(path: str) -> str:
    made = path.replace("<int:pk>", "999999").replace("^", "").replace("$", "")
    for part in (r"(?P<key>[-:\w]+)", "(?P<key>.+)", "(?P<uidb36>[0-9A-Za-z]+)"):
        made = made.replace(part, "wrong")
    return made


FOUND = {name: path for name, path in doors(get_resolver()).items() if not name.startswith(ELSEWHERE)}


def got(client: Client, path: str) -> int | str:
    answer = client.get(path)
    if answer.status_code != 302:
        return answer.status_code
    place = answer.headers["Location"]
    if place.startswith("/accounts/login/"):
        return SIGN_IN
    if place.startswith("/accounts/reauthenticate/"):
        return AGAIN
    return HOME if place == "/" else OTHER


def test_every_door_has_a_row_and_every_row_a_door():
    assert set(FOUND) == set(DOORS)


@pytest.mark.parametrize("name", sorted(FOUND))
def test_who_gets_what(name: str):
    out, within = Client(), Client()
    within.post("/accounts/login/", {"login": UserFactory().email, "password": PASSWORD})
    assert (got(out, FOUND[name]), got(within, FOUND[name])) == DOORS[name]


@pytest.mark.parametrize("name", sorted(FOUND))
def test_an_empty_form_never_fails_nor_makes_anybody(name: str):
    out, within = Client(), Client()
    within.post("/accounts/login/", {"login": UserFactory().email, "password": PASSWORD})
    assert all(client.post(FOUND[name]).status_code < 500 for client in (out, within))
    assert User.objects.count() == 1


@pytest.mark.parametrize("path", ["/accounts/login/code/", "/accounts/signup/passkey/", "/accounts/2fa/trust/"])
def test_ways_in_that_are_not_used_are_not_there(path: str):
    assert Client().get(path).status_code == 404

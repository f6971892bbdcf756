"""A passkey is added and signs in, in Chromium's virtual authenticator; no account page has an accessibility fault."""

import re
from collections.abc import Iterable

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.addresses.actions import claim_address
from accounts.models import User
from accounts.sign_in.actions.links import request_sign_in_link
from tests.factories.accounts import UserFactory
from tests.factories.second_factors import an_app
from tests.full import FULL
from tests.journeys.conftest import PASSWORD, sign_in
from tests.journeys.test_pages import COLOURS, OTHER, SCREENS, TARGETS, axe_result, in_turn, too_wide, unfold
from tests.providers import Local

INSIDE = (
    "/account/",
    "/account/act-as/{other}/",
    "/account/second-factors/",
    "/account/second-factors/{other}/",
    "/accounts/3rdparty/",
    "/accounts/oidc/local/login/?process=connect",
    "/account/sign-ins/",
    "/account/second-factor/",
    "/accounts/logout/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/webauthn/reauthenticate/",
    "/accounts/2fa/webauthn/keys/{key}/edit/",
    "/accounts/2fa/webauthn/keys/{key}/remove/",
)
OUTSIDE = (
    "/accounts/3rdparty/login/cancelled/",
    "/accounts/3rdparty/login/error/",
    "/accounts/oidc/access-requested/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/{confirm}/",
    "/accounts/confirm-email/wrong/",
    "/account/addresses/confirm/{claim}/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/wrong-wrong/",
    "{reset}",
    "/sign-in/link/",
    "/sign-in/link/sent/",
    "/sign-in/link/{link}/",
)


def virtual_authenticator(page: Page) -> None:
    """Add a virtual phone that unlocks at once and stores passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page: Page) -> None:
    page.fill("main input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("main input[name=password]", "Enter")


def add_passkey(page: Page) -> None:
    """Add a passkey from the page of second factors; ends on the recovery codes that come with the first."""
    page.goto("/accounts/2fa/webauthn/add/")
    give_password(page)
    expect(page.locator("input[name=passwordless]")).to_be_checked()
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")


def address_arguments(user: User) -> dict[str, str]:
    """Return the arguments of addresses for signed-out users."""
    Client().post("/accounts/password/reset/", {"email": user.email})
    (reset,) = re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)
    unverified = EmailAddress.objects.get(user=UserFactory())
    unverified.verified = False
    unverified.save()
    at = timezone.now()
    return {
        "reset": reset,
        "confirm": EmailConfirmationHMAC(unverified).key,
        "claim": claim_address(user=user, email="other@people.example", at=at, by=user),
        "link": request_sign_in_link(user=user, email=user.email, at=at, by=user),
    }


def session_of_unknown_person() -> dict[str, str]:
    """Return the session of an unknown person from a provider, who is told that lab staff will answer."""
    session = SessionStore()
    session["access_requested"] = {"provider": "Le portail", "state": "pending", "reason": ""}
    session.save()
    return {"name": configured.SESSION_COOKIE_NAME, "value": str(session.session_key)}


def walked(page: Page, addresses: Iterable[str], scheme: str) -> dict[str, list[str]]:
    """Return the faults of each address that has any, in this colour scheme; with `FULL` set, in both."""
    found: dict[str, list[str]] = {}
    for address in addresses:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        answer = page.goto(address)
        unfold(page)
        wrong = [] if answer and answer.status == 200 else [f"{page.url} answered {answer and answer.status}"]
        wrong += axe_result(page, TARGETS)
        if FULL:
            page.emulate_media(color_scheme=OTHER[scheme])  # type: ignore[arg-type]
            wrong += [f"{OTHER[scheme]}: {fault}" for fault in axe_result(page, COLOURS)]
        size = page.viewport_size
        wrong += too_wide(page) if size and size["width"] < 400 else []
        if wrong:
            found[address] = wrong
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_passkey_signs_in_and_account_pages_are_accessible(visit, live_server, settings, screen: str):
    settings.BASE_URL, settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = live_server.url, True
    settings.OIDC_PROVIDERS = [Local("https://provider.example").app()]  # only named: nobody goes there
    size, scheme = SCREENS[screen]
    user, other = UserFactory(language=str(size["locale"])[:2], is_lab_staff=True), UserFactory()
    an_app(other)
    page = visit(**size, reduced_motion="reduce")
    page.context.add_init_script(Axe().axe_script)
    virtual_authenticator(page)
    sign_in(page, user)
    add_passkey(page)
    faults = walked(page, ["/accounts/2fa/totp/activate/"], scheme)
    app_link = page.locator("main a[href^='otpauth://totp/']")
    secret = page.locator("#authenticator_secret").input_value()
    assert f"secret={secret}&issuer=labplatform" in str(app_link.get_attribute("href"))
    an_app(user)
    key = Authenticator.objects.get(type="webauthn").pk
    faults |= walked(page, [address.format(key=key, other=other.pk) for address in in_turn(INSIDE, screen)], scheme)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url(f"{live_server.url}/")
    expect(page.locator("#menu")).to_be_attached()
    page.context.clear_cookies()
    given = address_arguments(user)
    page.context.add_cookies([{"url": live_server.url, **session_of_unknown_person()}])
    faults |= walked(page, [address.format(**given) for address in in_turn(OUTSIDE, screen)], scheme)
    page.goto(f"/sign-in/link/{given['link']}/")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/authenticate/")  # a link replaces only the password
    faults |= walked(page, ["/accounts/2fa/authenticate/"], scheme)
    assert faults == {}


FAILURES = {
    "NotAllowedError": "cancelled, took too long",
    "InvalidStateError": "has a passkey for your account already",
    "NotSupportedError": "cannot create the kind of passkey",
    "ConstraintError": "Set up a screen lock",
    "AbortError": "was interrupted",
    "TypeError": "Use a recent browser",
    "SecurityError": "an address with a name and a secure connection",
    "UnknownError": "Wait a minute and try again",
}
REFUSE = """name => {
    const refuse = () => Promise.reject(Object.assign(new Error(), { name }));
    navigator.credentials.get = navigator.credentials.create = refuse;
}"""


def visible_errors(page: Page, button: str) -> dict[str, bool]:
    """Return whether each failure of the browser shows its text next to the button, and no other text."""
    failures = {}
    for name, text in FAILURES.items():
        page.evaluate(REFUSE, name)
        page.click(button)
        alert = page.locator("main .cluster + [role=alert]")
        expect(alert).to_contain_text(text)
        failures[name] = alert.locator(".message").count() == 1
    return failures


def test_each_passkey_failure_shows_what_to_do_next_to_the_button(visit):
    user = UserFactory(language="en")
    page = visit()
    page.goto("/accounts/login/")
    assert visible_errors(page, "#passkey_login") == dict.fromkeys(FAILURES, True)
    sign_in(page, user)
    page.goto("/accounts/2fa/webauthn/add/")
    give_password(page)
    assert visible_errors(page, "#mfa_webauthn_add") == dict.fromkeys(FAILURES, True)


def test_at_an_ip_address_the_same_page_is_offered_on_localhost(visit, live_server, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    page = visit()
    page.goto(live_server.url.replace("localhost", "127.0.0.1") + "/accounts/login/?next=/rates/")
    page.click("#passkey_login")
    page.get_by_role("link", name="Open this page on localhost").click()
    page.wait_for_url(f"{live_server.url}/accounts/login/?next=/rates/")

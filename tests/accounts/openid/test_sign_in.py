"""Signing in with a real provider: who gets in, who does not, and what the lab learns."""

import logging
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from cohorts.access_requests.actions import refuse_access
from cohorts.models import AccessRequest
from tests.factories.accounts import UserFactory
from tests.factories.programmes import AuthorityFactory
from tests.providers import ANNE, SIREN, SIRET, Local, come_back, leave_for, sign_in, through

pytestmark = pytest.mark.django_db
SIGNED_IN = "_auth_user_id"


def signed_in(client: Client) -> str | None:
    return client.session.get(SIGNED_IN)


def test_account_with_a_verified_address_is_connected_and_signed_in(local: Local, visitor: Client):
    user = UserFactory(email=ANNE["email"])
    answer = sign_in(visitor, "anne")
    assert (answer.status_code, answer.headers["Location"], signed_in(visitor)) == (302, "/", str(user.pk))
    connections = SocialAccount.objects.values_list("user", "provider", "uid", "extra_data")
    assert list(connections) == [(user.pk, "local", "anne", {"email": ANNE["email"]})]


def test_a_second_person_of_the_provider_finds_their_own_account(local: Local, visitor: Client):
    first, second = UserFactory(email=ANNE["email"]), UserFactory(email="bruno@rivage.example")
    local.set_claims(anne=ANNE, bruno=ANNE | {"email": second.email})
    other = Client()
    sign_in(visitor, "anne")
    sign_in(other, "bruno")
    assert (signed_in(visitor), signed_in(other)) == (str(first.pk), str(second.pk))


def test_connection_request_of_a_signed_out_person_signs_in(local: Local, visitor: Client):
    user = UserFactory(email=ANNE["email"])
    come_back(visitor, through(leave_for(visitor, process="connect"), "anne"))
    assert signed_in(visitor) == str(user.pk)


def test_unknown_person_gets_no_account_and_their_request_reaches_the_lab(local: Local, visitor: Client):
    authority = AuthorityFactory(siren=SIREN)
    answer = sign_in(visitor, "anne")
    assert (answer.status_code, answer.headers["Location"], signed_in(visitor)) == (
        302,
        "/accounts/oidc/access-requested/",
        None,
    )
    assert "<h1>The lab has received your request</h1>" in visitor.get(answer.headers["Location"]).content.decode()
    row = AccessRequest.objects.get()
    assert (row.subject, row.issuer, row.email, row.vouched) == ("anne", local.issuer, ANNE["email"], True)
    assert (row.full_name, row.siret, row.authority, row.unit) == (
        "Anne MARTIN",
        SIRET,
        authority,
        ANNE["organizational_unit"],
    )


def test_returning_person_makes_one_request_and_reads_the_answer(local: Local, visitor: Client):
    sign_in(visitor, "anne")
    sign_in(visitor, "anne")
    row, staff = AccessRequest.objects.get(), UserFactory(is_lab_staff=True)
    refuse_access(access=row, reason="No place left", at=row.requested_at, by=staff)
    page = visitor.get(sign_in(visitor, "anne").headers["Location"]).content.decode()
    assert ("<blockquote>No place left</blockquote>" in page, AccessRequest.objects.count()) == (True, 1)


def test_answer_page_redirects_without_a_request(visitor: Client):
    answer = visitor.get("/accounts/oidc/access-requested/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")


def test_closed_account_gets_the_answer_of_an_unknown_person(local: Local, visitor: Client):
    """Whether it was connected before or is found by its address, the answer does not reveal the account."""
    user = UserFactory(email=ANNE["email"])
    sign_in(visitor, "anne")
    unknown = {**ANNE, "email": "nobody@rivage.example"}
    local.set_claims(anne=ANNE, known=ANNE | {"email": user.email}, nobody=unknown)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    pages = []
    for who in ("anne", "known", "nobody"):
        somebody = Client(headers={"Accept-Language": "en"})
        answer = sign_in(somebody, who)
        page = somebody.get(answer.headers["Location"]).content.decode()
        pages.append((answer.status_code, signed_in(somebody), page.split("<main")[1].split("</main>")[0]))
    assert pages == [(302, None, pages[0][2])] * 3


@pytest.mark.parametrize(
    ("claims", "configured"),
    [
        ({"email_verified": False}, {}),
        ({}, {"trusted_email": False}),
        ({}, {"trusted_email": ["montagne.example"]}),
        ({"email_verified": None}, {"client_id": "plain", "claims": "standard"}),
        ({"email_verified": "true"}, {"client_id": "plain", "claims": "standard"}),
    ],
)
def test_unverified_address_does_not_open_an_account(
    claims: dict, configured: dict, local: Local, visitor: Client, settings
):
    UserFactory(email=ANNE["email"])
    settings.OIDC_PROVIDERS = [local.app(**configured)]
    local.set_claims(anne={name: value for name, value in (ANNE | claims).items() if value is not None})
    answer = sign_in(visitor, "anne")
    assert (answer.headers["Location"], signed_in(visitor)) == ("/accounts/oidc/access-requested/", None)
    assert (SocialAccount.objects.count(), AccessRequest.objects.get().vouched) == (0, False)


def test_trusted_proconnect_address_needs_no_claim(local: Local, visitor: Client):
    user = UserFactory(email=ANNE["email"])
    local.set_claims(anne={name: value for name, value in ANNE.items() if name != "email_verified"})
    sign_in(visitor, "anne")
    assert signed_in(visitor) == str(user.pk)


def test_subject_decides_when_an_address_changes_at_the_provider(local: Local, visitor: Client):
    """People keep their account with a colleague's address; whoever gets their old address does not get the account."""
    user, colleague = UserFactory(email=ANNE["email"]), UserFactory(email="bruno@rivage.example")
    sign_in(visitor, "anne")
    local.set_claims(anne=ANNE | {"email": colleague.email}, heir=ANNE | {"uid": "heir-1"})
    again, heir = Client(), Client()
    sign_in(again, "anne")
    sign_in(heir, "heir")
    assert (signed_in(again), signed_in(heir)) == (str(user.pk), None)
    assert list(SocialAccount.objects.values_list("user", "uid")) == [(user.pk, "anne")]


def test_verified_address_needs_no_e_mail_and_voids_an_unproven_password(local: Local, visitor: Client):
    user = UserFactory(email=ANNE["email"], verified=False)
    sign_in(visitor, "anne")
    user.refresh_from_db()
    assert (signed_in(visitor), user.has_usable_password()) == (str(user.pk), False)
    assert list(EmailAddress.objects.values_list("user", "email", "verified")) == [(user.pk, user.email, True)]


def test_second_factor_is_still_required(local: Local, visitor: Client):
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(UserFactory(email=ANNE["email"]), "A" * 32)
    answer = sign_in(visitor, "anne")
    assert (answer.headers["Location"], signed_in(visitor)) == ("/accounts/2fa/authenticate/", None)


# What an attacker tries; each ends on the page that says so, nobody signed in, nothing kept and a reason in the log.


def refused(answer, visitor: Client, caplog: pytest.LogCaptureFixture) -> tuple:
    """Return the logged reasons, and whether everything else is unchanged."""
    reasons = [
        record.facts["reason"] for record in caplog.records if getattr(record, "event", "") == "provider_refused"
    ]
    has_heading = "<h1>You are not signed in</h1>" in answer.content.decode()
    return reasons, (answer.status_code, has_heading, signed_in(visitor), SocialAccount.objects.count()) == (
        401,
        True,
        None,
        0,
    )


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, local: Local) -> pytest.LogCaptureFixture:
    """Return the security log. Anne has an account, so that a wrong check would sign her in."""
    UserFactory(email=ANNE["email"])
    caplog.set_level(logging.INFO, "labplatform.security")
    return caplog


def test_answer_without_state_or_in_another_browser_is_refused(local: Local, visitor: Client, log):
    address = through(leave_for(visitor), "anne")
    assert refused(come_back(Client(headers={"Accept-Language": "en"}), address), visitor, log) == (["unknown"], True)
    log.clear()
    wrong = address.replace("state=", "state=x")
    assert refused(come_back(visitor, wrong), visitor, log) == (["unknown"], True)


def test_code_is_valid_for_one_sign_in(local: Local, visitor: Client, log):
    used = through(leave_for(visitor), "anne")
    come_back(visitor, used)
    visitor.logout()
    SocialAccount.objects.all().delete()
    assert refused(come_back(visitor, used), visitor, log) == (["unknown"], True)
    log.clear()
    fresh = through(leave_for(visitor), "anne")
    state = fresh.split("state=")[1].split("&")[0]
    replayed = used.replace(used.split("state=")[1].split("&")[0], state)
    assert refused(come_back(visitor, replayed), visitor, log) == (["OAuth2Error"], True)


@pytest.mark.parametrize(("part", "reason"), [("nonce", "nonce"), ("pkce_code_verifier", "OAuth2Error")])
def test_sign_in_begun_in_another_browser_is_refused(part: str, reason: str, local: Local, visitor: Client, log):
    """Nonce and proof key stay in the browser that began."""
    address = through(leave_for(visitor), "anne")
    session = visitor.session
    state = next(iter(session["socialaccount_states"].values()))[0]
    state[part] = "another" * 8
    session.save()
    assert refused(come_back(visitor, address), visitor, log) == ([reason], True)


def test_userinfo_of_another_subject_is_refused(local: Local, visitor: Client, log, settings):
    settings.OIDC_PROVIDERS = [local.app(client_id="plain", claims="standard")]
    local.set_claims(anne=ANNE | {"elsewhere": "bruno"}, bruno=ANNE)
    assert refused(sign_in(visitor, "anne"), visitor, log) == (["userinfo_of_another_subject"], True)


def test_unsigned_userinfo_is_refused_if_signing_is_required(local: Local, visitor: Client, log, settings):
    settings.OIDC_PROVIDERS = [local.app(client_id="plain")]
    assert refused(sign_in(visitor, "anne"), visitor, log) == (["userinfo_not_signed"], True)


def test_an_answer_of_another_issuer_is_refused(local: Local, visitor: Client, log):
    address = through(leave_for(visitor), "anne")
    assert "&iss=http" in address
    mixed_up = address.replace("&iss=http", "&iss=https")
    assert refused(come_back(visitor, mixed_up), visitor, log) == (["answer_of_another_issuer"], True)


def test_unreachable_provider_gives_an_error_page(local: Local, visitor: Client, log, settings):
    """It may be down before the person leaves, or while they are away."""
    address = through(leave_for(visitor), "anne")
    settings.OIDC_PROVIDERS = [{**local.app(), "settings": local.app(server_url="http://127.0.0.1:9")["settings"]}]
    assert refused(visitor.post("/accounts/oidc/local/login/"), visitor, log) == (["ConnectionError"], True)
    log.clear()
    assert refused(come_back(visitor, address), visitor, log) == (["ConnectionError"], True)


def test_discovery_of_another_issuer_is_refused(local: Local, visitor: Client, log, settings):
    """The same server under another name gives its own issuer, not the configured one."""
    named = local.issuer.replace("127.0.0.1", "localhost")
    settings.OIDC_PROVIDERS = [local.app(server_url=named)]
    assert refused(visitor.post("/accounts/oidc/local/login/"), visitor, log) == (["issuer"], True)


def test_cancelled_sign_in_says_that_nothing_happened(local: Local, visitor: Client):
    answer = sign_in(visitor, "")
    assert answer.headers["Location"] == "/accounts/3rdparty/login/cancelled/"
    page = visitor.get(answer.headers["Location"]).content.decode()
    assert ("left your organisation’s sign-in before its end" in page, signed_in(visitor)) == (True, None)


def test_query_string_cannot_add_scopes_or_parameters(local: Local, visitor: Client):
    address = visitor.post(
        "/accounts/oidc/local/login/?scope=offline_access&process=redirect"
        "&auth_params=redirect_uri%3Dhttps%3A%2F%2Fevil.example%26prompt%3Dnone"
    ).context["address"]
    assert [word for word in ("offline_access", "evil.example", "prompt=") if word in address] == []
    sent = dict(parse_qsl(urlsplit(address).query))
    assert sent.keys() == {
        *("client_id", "redirect_uri", "scope", "response_type", "state", "nonce"),
        *("code_challenge", "code_challenge_method"),
    }
    # ProConnect asks for 32 characters of both, and refuses parameters that it does not know.
    assert (len(sent["state"]) >= 32, len(sent["nonce"]) >= 32, sent["code_challenge_method"]) == (True, True, "S256")


def test_callback_ignores_a_forged_host_header(local: Local, visitor: Client):
    address = visitor.post("/accounts/oidc/local/login/", headers={"host": "localhost"}).context["address"]
    assert "redirect_uri=https%3A%2F%2Flab.example%2Faccounts%2Foidc%2Flocal%2Flogin%2Fcallback%2F" in address


def test_get_request_does_not_forward_to_the_provider(local: Local, visitor: Client):
    answer, states = visitor.get("/accounts/oidc/local/login/"), visitor.session.get("socialaccount_states")
    assert (answer.status_code, "address" in answer.context, states) == (
        200,
        False,
        None,
    )


@pytest.mark.parametrize("name", ["unknown", "openid_connect"])
def test_a_provider_nobody_configured_is_not_found(name: str, local: Local, visitor: Client, settings):
    settings.OIDC_PROVIDERS = [] if name == "openid_connect" else settings.OIDC_PROVIDERS
    answers = [visitor.post(f"/accounts/oidc/{name}/login/"), visitor.get(f"/accounts/oidc/{name}/login/callback/")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_signing_out_here_also_signs_out_at_the_provider(local: Local, visitor: Client):
    UserFactory(email=ANNE["email"])
    sign_in(visitor, "anne")
    answer = visitor.post("/accounts/logout/")
    address = answer.context["address"]
    assert (answer.status_code, signed_in(visitor)) == (200, None)
    assert address.startswith(f"{local.issuer}/session/end?id_token_hint=ey")
    sent = dict(parse_qsl(urlsplit(address).query))
    assert (sent.keys(), sent["post_logout_redirect_uri"], len(sent["state"]) >= 32) == (
        {"id_token_hint", "post_logout_redirect_uri", "state"},
        "https://lab.example/accounts/login/",
        True,
    )


def test_signing_out_after_a_password_leads_to_the_sign_in_page(visitor: Client):
    visitor.force_login(UserFactory())
    answer = visitor.post("/accounts/logout/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")


def test_sign_in_leads_to_the_requested_page_and_never_to_another_site(local: Local, visitor: Client):
    UserFactory(email=ANNE["email"])
    landed = [
        sign_in(visitor, "anne", next=where).headers["Location"] for where in ("/ideas/", "https://evil.example/")
    ]
    assert landed == ["/ideas/", "/"]

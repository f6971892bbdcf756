"""Pages on the way to a provider and back: our layout, one heading, nothing inline, nothing cached."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.factories.accounts import UserFactory
from tests.pages import texts
from tests.providers import ANNE, Local, sign_in

pytestmark = pytest.mark.django_db
BUTTON = re.compile(
    r'<form method="post" action="(/accounts/oidc/[^"]*)">.*?<button[^>]*>\s*(.*?)\s*</button>', re.DOTALL
)


def heading(answer: HttpResponse) -> str:
    found = re.findall(r"<h1>(.*?)</h1>", answer.content.decode())
    assert len(found) == 1
    return str(found[0])


def buttons(answer: HttpResponse) -> list[tuple[str, str]]:
    """Return where each button leads, and its label."""
    return BUTTON.findall(answer.content.decode())


@pytest.fixture
def pages(local: Local, visitor: Client, settings) -> dict[str, HttpResponse]:
    """Return all pages on the way, in their order."""
    found = {
        "confirm": visitor.get("/accounts/oidc/local/login/"),
        "leading on": visitor.post("/accounts/oidc/local/login/"),
        "error": visitor.get("/accounts/oidc/local/login/callback/?state=wrong&code=wrong"),
        "cancelled": visitor.get("/accounts/3rdparty/login/cancelled/"),
    }
    found["asked"] = visitor.get(sign_in(visitor, "anne").headers["Location"])
    visitor.force_login(UserFactory(language="en"))
    return found | {"connections": visitor.get("/accounts/3rdparty/")}


def test_each_page_has_one_heading_in_plain_words(pages: dict[str, HttpResponse]):
    assert {name: heading(answer) for name, answer in pages.items()} == {
        "confirm": "Sign in with Le portail",
        "leading on": "Continue to Le portail",
        "error": "You are not signed in",
        "cancelled": "You are not signed in",
        "asked": "The lab has received your request",
        "connections": "Your organisation’s sign-in",
    }


def test_nothing_is_styled_or_scripted_inline(pages: dict[str, HttpResponse]):
    texts = [answer.content.decode() for answer in pages.values()]
    assert [re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", text) for text in texts] == [[]] * len(texts)


def test_pages_with_secrets_of_a_sign_in_are_not_cached(pages: dict[str, HttpResponse]):
    cache_headers = {name: answer.headers.get("Cache-Control", "") for name, answer in pages.items()}
    assert [name for name in ("leading on", "error", "asked") if "no-store" not in cache_headers[name]] == []


def test_redirect_page_works_without_a_script_and_has_a_link(pages: dict[str, HttpResponse], local: Local):
    text = pages["leading on"].content.decode()
    led = re.findall(r'http-equiv="refresh" content="0;url=([^"]*)"', text)
    linked = re.findall(rf'<a class="btn btn-primary" href="({local.issuer}[^"]*)"', text)
    assert (led, len(led)) == (linked, 1)
    assert led[0].startswith(f"{local.issuer}/auth?client_id=signed&amp;redirect_uri=https%3A%2F%2Flab.example%2F")


def test_head_request_does_not_start_a_sign_in(visitor: Client, settings):
    settings.OIDC_PROVIDERS = [Local("http://127.0.0.1:9").app()]
    assert (visitor.head("/accounts/oidc/local/login/").status_code, dict(visitor.session)) == (200, {})


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_login_and_callback_refuse_other_methods(method: str, visitor: Client):
    there = "/accounts/oidc/local/login/"
    assert {visitor.generic(method.upper(), path).status_code for path in (there, f"{there}callback/")} == {405}
    assert visitor.post(f"{there}callback/").status_code == 405


def test_buttons_are_forms_that_say_where_they_lead(local: Local, pages: dict[str, HttpResponse], settings):
    settings.OIDC_PROVIDERS = [local.app(), local.app(id="second", client_id="plain", name="ProConnect")]
    signing_in = buttons(Client(headers={"Accept-Language": "en"}).get("/accounts/login/?next=/ideas/"))
    assert signing_in == [
        ("/accounts/oidc/local/login/?process=login&amp;next=%2Fideas%2F", "Sign in with Le portail"),
        ("/accounts/oidc/second/login/?process=login&amp;next=%2Fideas%2F", "Sign in with ProConnect"),
    ]
    assert buttons(pages["connections"]) == [
        ("/accounts/oidc/local/login/?process=connect", "Connect Le portail"),
    ]


def test_html_in_a_provider_name_is_escaped(local: Local, visitor: Client, settings):
    settings.OIDC_PROVIDERS = [local.app(name="<b>Rivage</b> & fils")]
    provider_buttons = buttons(visitor.get("/accounts/login/"))
    assert [name for _, name in provider_buttons] == ["Sign in with &lt;b&gt;Rivage&lt;/b&gt; &amp; fils"]


def test_html_in_claims_is_escaped(local: Local, visitor: Client):
    local.set_claims(anne=ANNE | {"given_name": "<script>alert(1)</script>", "usual_name": "", "siret": "<b>"})
    sign_in(visitor, "anne")
    visitor.force_login(UserFactory(is_lab_staff=True))
    page = visitor.get("/requests/").content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)&lt;/script&gt;" in page) == (False, True)


def test_sign_in_page_without_providers_mentions_none(visitor: Client):
    answer = visitor.get("/accounts/login/")
    assert (buttons(answer), "or with your e-mail address" in answer.content.decode()) == ([], False)


def test_account_page_without_providers_offers_no_connection(visitor: Client, settings):
    visitor.force_login(UserFactory(language="en"))
    assert texts(visitor.get("/accounts/3rdparty/"), "h2") == ["Connected"]
    settings.OIDC_PROVIDERS = [Local("http://127.0.0.1:9").app()]
    assert texts(visitor.get("/accounts/3rdparty/"), "h2") == ["Connected", "Connect another sign-in"]

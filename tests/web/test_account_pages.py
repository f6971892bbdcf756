"""Signing in and the account pages: allauth's pages in our layout, with one heading and nothing inline."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import UserFactory
from tests.pages import elements, links, texts

OUTSIDE = ["account_login", "account_reset_password", "account_reset_password_done", "account_signup"]
INSIDE = ["account_change_password", "account_logout", "mfa_index", "account"]


@pytest.fixture
def visitor(db: None) -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def member(visitor: Client) -> Client:
    visitor.force_login(UserFactory(full_name="Anne Martin", language="en"))
    return visitor


def page(client: Client, name: str) -> str:
    answer: HttpResponse = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_page_before_signing_in_has_its_form_and_no_menu(visitor: Client, name: str):
    html = page(visitor, name)
    assert (html.count("<h1>"), html.count('class="entrance"'), html.count('id="menu"')) == (1, 1, 0)


@pytest.mark.parametrize("name", INSIDE)
def test_an_account_page_has_the_layout_of_other_pages(member: Client, name: str):
    html = page(member, name)
    assert (html.count("<h1>"), html.count('class="entrance"'), html.count('<main id="main"')) == (1, 0, 1)


@pytest.mark.parametrize("name", OUTSIDE + INSIDE)
def test_nothing_is_styled_or_scripted_inline(member: Client, visitor: Client, name: str):
    html = page(member if name in INSIDE else Client(headers={"Accept-Language": "en"}), name)
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == []
    assert [
        tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag and "application/json" not in tag
    ] == []


def test_the_sign_in_page_names_its_fields(visitor: Client):
    html = page(visitor, "account_login")
    assert re.findall(r'<label for="([^"]*)"', html) == ["id_login", "id_password"]


def test_a_wrong_password_is_reported_once_above_the_form(visitor: Client):
    answer = visitor.post(reverse("account_login"), {"login": "anne@lab.example", "password": "wrong"})
    html = answer.content.decode()
    assert html.count('class="error-summary"') == 1
    assert 'value="anne@lab.example"' in html


def test_nobody_signs_up_without_an_invitation(visitor: Client):
    assert "<h1>People join by invitation</h1>" in page(visitor, "account_signup")


def test_the_account_menu_leads_out_by_post_only(member: Client):
    html = page(member, "account")
    assert "<span>Anne Martin</span>" in html
    assert f'<form action="{reverse("account_logout")}" method="post" data-leaving>' in html


def test_both_languages_are_offered_before_signing_in(visitor: Client):
    html = page(visitor, "account_login")
    assert re.findall(r'value="(fr|en)"\s+lang="(fr|en)"', html) == [("fr", "fr"), ("en", "en")]
    assert '<html lang="en">' in html


def test_a_title_names_the_page(visitor: Client):
    title = re.search(r"<title>(.*?)</title>", page(visitor, "account_login"), re.DOTALL)
    assert title is not None
    assert " ".join(title[1].split()) == "Sign in · labplatform"


def test_htmx_neither_evaluates_code_nor_stores_history(visitor: Client):
    html = page(visitor, "account_login")
    (config,) = re.findall(r'name="htmx-config"\s+content=\'([^\']*)\'', html)
    assert config.startswith('{"allowEval":false,"includeIndicatorStyles":false,"historyCacheSize":0,')


def test_every_htmx_request_has_the_csrf_token_of_the_page(visitor: Client):
    assert re.search(r'<body hx-headers=\'{"X-CSRFToken": "[A-Za-z0-9]{64}"}\'>', page(visitor, "account_login"))


@pytest.mark.parametrize("name", ["accessibility", "privacy"])
def test_public_pages_have_links_and_both_languages(name: str, visitor: Client):
    answer = visitor.get(reverse(name))
    [header] = re.findall(r'<header class="alone-top.*?</header>', answer.content.decode(), re.DOTALL)
    assert re.findall(r'<a class="brand" href="(.*?)"', header) == ["/"]
    assert re.findall(r'name="language"\s+value="(\w+)"', header) == ["fr", "en"]
    assert f'name="next" value="{reverse(name)}"' in header
    assert links(answer)["Sign in"] == reverse("account_login")


@pytest.mark.parametrize("name", ["accessibility", "privacy"])
def test_signed_in_pages_offer_this_in_the_menu(name: str, member: Client):
    html = page(member, name)
    assert ('class="alone-top' in html, html.count('class="languages"')) == (False, 1)


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "request_sign_in_link"])
def test_the_address_field_has_the_same_label_everywhere(name: str, visitor: Client):
    answer = visitor.get(reverse(name))
    assert texts(answer, "label")[0] == "E-mail address"
    typed = [field["attrs"] for field in elements(answer, "input") if field["attrs"].get("type") == "email"]
    assert [attrs.get("placeholder") for attrs in typed] == [None]


def test_the_field_for_a_further_address_has_this_label(member: Client):
    field = member.get(reverse("account_email")).context["form"].fields["email"]
    assert (field.label, field.widget.attrs.get("placeholder")) == ("E-mail address", None)

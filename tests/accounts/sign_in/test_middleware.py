"""The language of pages, and requests of signed-out people or for another user."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.pages import elements, links, texts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("browser", "language"),
    [("", "fr"), ("fr-CA", "fr"), ("en-GB,en;q=0.8", "en"), ("de", "fr"), ("de,en;q=0.5", "en")],
)
def test_the_browser_decides_for_people_who_are_not_signed_in(client: Client, browser: str, language: str):
    answer = client.get(reverse("account_login"), headers={"accept-language": browser})
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize(("chosen", "language"), [("", "en"), ("fr", "fr"), ("en", "en")])
def test_the_person_s_choice_wins(client: Client, chosen: str, language: str):
    client.force_login(UserFactory(language=chosen))
    answer = client.get(reverse("account"), headers={"accept-language": "en"})
    assert answer.headers["Content-Language"] == language


FORM = "http://testserver/ideas/new/?challenge=3"


class TestSignedOut:
    def test_partial_request_never_gets_the_sign_in_page(self, client: Client):
        answers = [client.generic(way, "/canvases/3/", headers={"hx-request": "true"}) for way in ("GET", "POST")]
        assert [(answer.status_code, answer.content) for answer in answers] == [(401, b"")] * 2

    @pytest.mark.parametrize(
        ("referer", "page"),
        [
            (FORM, "/ideas/new/%3Fchallenge%3D3"),
            ("http://testserver/canvases/3/", "/canvases/3/"),
            ("http://testserver/canvases/3/steps/14/earlier/move/", "/"),
            ("http://testserver//elsewhere.example/", "/"),
            ("https://elsewhere.example/canvases/3/", "/"),
            ("", "/"),
        ],
    )
    def test_sent_form_leads_back_to_its_page(self, client: Client, referer: str, page: str):
        """It does not lead to the address it was sent to, which may show nothing."""
        answer = client.post("/canvases/3/steps/14/earlier/move/", headers={"referer": referer})
        assert answer.headers["Location"] == f"/accounts/login/?next={page}&unsaved=1"

    def test_the_sign_in_page_says_that_something_was_not_saved(self, client: Client):
        UserFactory(is_lab_staff=True)  # the platform is set up
        messages = [
            texts(client.get(address, headers={"accept-language": "en"}), "p", "message-warning")
            for address in ("/accounts/login/?next=/&unsaved=1", "/accounts/login/?next=/")
        ]
        hint = "What you typed is kept in this tab: you will find it again once you have signed in."
        assert messages == [[f"You were signed out before this was saved. {hint}"], []]

    def test_unsaved_message_stays_after_a_wrong_password(self, client: Client):
        UserFactory(is_lab_staff=True)  # the platform is set up
        options, words = {"headers": {"accept-language": "en"}}, "You were signed out before this was saved."
        first = client.get("/accounts/login/?next=/&unsaved=1", **options)
        fields = {field["attrs"]["name"]: field["attrs"].get("value", "") for field in elements(first, "input")}
        wrong = client.post("/accounts/login/", {**fields, "login": "a@b.example", "password": "no"}, **options)
        assert [text.startswith(words) for text in texts(wrong, "p", "message-warning")] == [True]


class TestAnotherUser:
    """Two people in one browser: a form from a page made for one is not taken as the other's."""

    @pytest.fixture
    def person(self, client: Client) -> User:
        person = UserFactory(language="en", full_name="Loïs")
        client.force_login(person)
        return person

    @pytest.mark.parametrize("secure", [True, False], ids=["as in production", "without TLS"])
    def test_scripts_of_open_pages_learn_who_is_signed_in(
        self, client: Client, person: User, secure: bool, settings: Any
    ):
        settings.SESSION_COOKIE_SECURE = secure
        cookies = [client.get("/account/").cookies.get("who") for _ in range(2)]
        assert (bool(cookies[0]["secure"]), cookies[0]["samesite"], cookies[0]["httponly"]) == (secure, "Lax", "")
        client.post("/accounts/logout/")
        assert (cookies[0].value, cookies[1], client.cookies["who"].value) == (str(person.pk), None, "")

    def test_form_from_a_page_of_another_user_is_refused(self, client: Client, person: User):
        named, mark = {"full_name": "Claude", "language": "en"}, {"made_for": str(person.pk + 1)}
        page = client.post("/account/", named | mark, headers={"referer": "http://testserver/account/"})
        headers = {"hx-request": "true", "x-made-for": str(person.pk + 1)}
        part = client.post("/account/", named, headers=headers)
        person.refresh_from_db()
        assert (page.status_code, part.status_code, part.content, person.full_name) == (409, 409, b"", "Loïs")
        assert texts(page, "h1") == ["Someone else has signed in with this browser"]
        assert links(page)["Back to your page"] == "/account/"

    def test_own_page_and_page_without_a_user_pass(self, client: Client, person: User):
        for mark in ({"made_for": str(person.pk)}, {}):
            answer = client.post("/account/", {"full_name": "Loïs", "language": "en"} | mark)
            assert answer.headers["Location"] == "/account/"

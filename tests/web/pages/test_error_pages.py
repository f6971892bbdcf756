"""Error pages say what to do, and need neither session nor database."""

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse
from django.utils.translation import override
from pytest_django import Settings

from tests.factories.cast import Cast
from web.pages import context_processors, error_pages

PAGES = ("400", "403", "403_csrf", "404", "405", "500")


def fail(request: HttpRequest, reason: str) -> None:
    raise {"bad": BadRequest, "refused": PermissionDenied, "missing": Http404, "broken": RuntimeError}[reason](
        "Only the pilot may confirm hosting."
    )


handler400, handler403, handler404 = error_pages.bad_request, error_pages.permission_denied, error_pages.page_not_found
urlpatterns = [path("<slug:reason>/", fail)]


@pytest.fixture
def visitor() -> Client:
    middleware = ["django.middleware.locale.LocaleMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=middleware):
        yield Client(raise_request_exception=False, headers={"Accept-Language": "en"}, enforce_csrf_checks=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_plain_error_page_needs_no_other_file(name: str):
    with override("en"):
        html = render_to_string(f"{name}.html")
    assert html.count("<h1>") == 1
    assert '<html lang="en">' in html
    assert 'href="/"' in html


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_an_error_page_is_in_the_readers_language(language: str):
    with override(language):
        assert f'<html lang="{language}">' in render_to_string("500.html", request=RequestFactory().get("/"))


@pytest.mark.parametrize(
    ("reason", "status", "heading"),
    [
        ("bad", 400, "This request could not be read"),
        ("refused", 403, "You cannot do this"),
        ("missing", 404, "This page does not exist, or is not shared with you"),
        ("broken", 500, "Something went wrong on our side"),
    ],
)
def test_the_server_error_page_works_without_the_database(visitor: Client, reason: str, status: int, heading: str):
    answer = visitor.get(f"/{reason}/")
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.content.decode()


def test_a_refusal_shows_its_reason(visitor: Client):
    assert "<p>Only the pilot may confirm hosting.</p>" in visitor.get("/refused/").content.decode()


def test_the_not_found_page_does_not_name_the_object(visitor: Client):
    assert "Only the pilot" not in visitor.get("/missing/").content.decode()


def test_an_expired_form_is_explained(visitor: Client):
    answer = visitor.post("/bad/")
    assert answer.status_code == 403
    assert "<h1>This form was open for too long</h1>" in answer.content.decode()


@pytest.fixture
def member(cast: Cast) -> Client:
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
    client.force_login(cast["M"])
    return client


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/cohorts/nowhere/", 404, "This page does not exist, or is not shared with you"),
        ("/open-edition/", 403, "You cannot do this"),
    ],
)
def test_error_pages_have_menu_and_languages_for_people_signed_in(
    member: Client, settings: Settings, address: str, status: int, heading: str
):
    settings.DEMO = True
    answer = member.get(address)
    html = answer.content.decode()
    assert (answer.status_code, f"<h1>{heading}</h1>" in html) == (status, True)
    assert [part in html for part in ('id="menu"', 'class="languages"', "demo-banner")] == [True] * 3


def test_a_refusal_with_the_menu_shows_its_reason(member: Client):
    assert "<p>Only lab staff can do this.</p>" in member.get("/open-edition/").content.decode()


@pytest.mark.parametrize("address", ["/ideas/999999/edit/", "/cohorts/rivage/edit/"])
def test_typed_text_is_shown_on_the_error_page(member: Client, address: str):
    typed = {
        "title": "Un <b>mot</b> de trop",
        "password": "a secret of words",
        "kind": "priority",
        "text": ["A b", "x"],
    }
    page = member.post(address, typed).content.decode()
    escaped = "Un &lt;b&gt;mot&lt;/b&gt; de trop"
    assert [text in page for text in (escaped, "A b", "a secret of words", "priority")] == [True, True, False, False]
    assert "What you typed (not saved)" not in member.get(address).content.decode()


@pytest.mark.django_db
def test_people_who_are_not_signed_in_get_the_plain_page():
    html = Client().get("/media/nowhere/").content.decode()
    assert ("error-page" in html, 'id="menu"' in html) == (True, False)


def test_the_plain_page_is_shown_when_the_full_page_fails(member: Client, monkeypatch: pytest.MonkeyPatch):
    def broken(_request: HttpRequest) -> None:
        raise RuntimeError("no menu today")

    monkeypatch.setattr(context_processors, "menu_links", broken)
    answer = member.get("/cohorts/nowhere/")
    html = answer.content.decode()
    assert (answer.status_code, "error-page" in html, 'id="menu"' in html) == (404, True, False)


@pytest.mark.parametrize("address", ["/bad/", "/missing/", "/refused/", "/nowhere/at/all/"])
def test_undecodable_input_gives_the_bad_request_page(visitor: Client, address: str):
    """Such requests would otherwise fill the error reports."""
    visitor.cookies["csrftoken"] = "c" * 32
    answer = visitor.post(address, "a=1", content_type="application/x-www-form-urlencoded; charset=utf-7")
    assert answer.status_code == (404 if address == "/nowhere/at/all/" else 400)
    assert answer.content.decode().count("<h1>") == 1


@pytest.mark.django_db
class TestMethodNotAllowed:
    def test_get_request_gets_an_explanation(self, cast: Cast, client: Client):
        client.force_login(cast["M"])
        answer = client.get(reverse("stop_acting"), headers={"accept-language": "en"})
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert "This address only receives what a form sends" in answer.text

    def test_other_methods_get_no_explanation(self, cast: Cast, client: Client):
        client.force_login(cast["M"])
        answer = client.put(reverse("stop_acting"))
        assert (answer.status_code, answer.content) == (405, b"")

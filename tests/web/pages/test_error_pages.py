"""Pages for when something went wrong: they say what to do, and need neither session nor database."""

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


handler400, handler403, handler404 = error_pages.unreadable, error_pages.refused, error_pages.missing
urlpatterns = [path("<slug:reason>/", fail)]


@pytest.fixture
def visitor() -> Client:
    middleware = ["django.middleware.locale.LocaleMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=middleware):
        yield Client(raise_request_exception=False, headers={"Accept-Language": "en"}, enforce_csrf_checks=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_alone(name: str):
    with override("en"):
        html = render_to_string(f"{name}.html")
    assert html.count("<h1>") == 1
    assert '<html lang="en">' in html
    assert 'href="/"' in html


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_a_page_speaks_the_language_of_the_reader(language: str):
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
def test_a_failure_answers_in_our_words_without_the_database(visitor: Client, reason: str, status: int, heading: str):
    answer = visitor.get(f"/{reason}/")
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.content.decode()


def test_a_refusal_says_why(visitor: Client):
    assert "<p>Only the pilot may confirm hosting.</p>" in visitor.get("/refused/").content.decode()


def test_a_missing_page_does_not_say_what_was_looked_for(visitor: Client):
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
def test_someone_signed_in_keeps_the_menu_and_the_choice_of_language(
    member: Client, settings: Settings, address: str, status: int, heading: str
):
    settings.DEMO = True
    answer = member.get(address)
    html = answer.content.decode()
    assert (answer.status_code, f"<h1>{heading}</h1>" in html) == (status, True)
    assert [part in html for part in ('id="menu"', 'class="languages"', "demo-banner")] == [True] * 3


def test_a_refusal_within_the_page_says_why(member: Client):
    assert "<p>Only lab staff can do this.</p>" in member.get("/open-edition/").content.decode()


@pytest.mark.parametrize("address", ["/ideas/999999/edit/", "/cohorts/rivage/edit/"])
def test_what_was_typed_stands_on_the_page_that_answers(member: Client, address: str):
    typed = {
        "title": "Un <b>mot</b> de trop",
        "password": "a secret of words",
        "kind": "priority",
        "text": ["A b", "x"],
    }
    page = member.post(address, typed).content.decode()
    shown = "Un &lt;b&gt;mot&lt;/b&gt; de trop"
    assert [text in page for text in (shown, "A b", "a secret of words", "priority")] == [True, True, False, False]
    assert "What you typed (not saved)" not in member.get(address).content.decode()


@pytest.mark.django_db
def test_nobody_signed_in_gets_the_bare_page():
    html = Client().get("/media/nowhere/").content.decode()
    assert ("error-page" in html, 'id="menu"' in html) == (True, False)


def test_where_the_usual_page_cannot_be_made_the_bare_one_is_given(member: Client, monkeypatch: pytest.MonkeyPatch):
    def broken(_request: HttpRequest) -> None:
        raise RuntimeError("no menu today")

    monkeypatch.setattr(context_processors, "links", broken)
    answer = member.get("/cohorts/nowhere/")
    html = answer.content.decode()
    assert (answer.status_code, "error-page" in html, 'id="menu"' in html) == (404, True, False)


@pytest.mark.parametrize("address", ["/bad/", "/missing/", "/refused/", "/nowhere/at/all/"])
def test_what_was_sent_in_letters_nobody_reads_is_said_to_be_so_and_breaks_nothing(visitor: Client, address: str):
    """Whoever sends it would fill the reports of errors."""
    visitor.cookies["csrftoken"] = "c" * 32
    answer = visitor.post(address, "a=1", content_type="application/x-www-form-urlencoded; charset=utf-7")
    assert answer.status_code == (404 if address == "/nowhere/at/all/" else 400)
    assert answer.content.decode().count("<h1>") == 1


@pytest.mark.django_db
class TestAnAddressThatTakesNoReading:
    def test_says_so_to_whoever_opens_it(self, cast: Cast, client: Client):
        client.force_login(cast["M"])
        answer = client.get(reverse("stop_acting"), headers={"accept-language": "en"})
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert "This address only receives what a form sends" in answer.text

    def test_says_nothing_to_what_no_browser_asks_by_itself(self, cast: Cast, client: Client):
        client.force_login(cast["M"])
        answer = client.put(reverse("stop_acting"))
        assert (answer.status_code, answer.content) == (405, b"")

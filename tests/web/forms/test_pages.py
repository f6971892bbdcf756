"""Form pages: reading them, errors, and the result of the action."""

from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from web.errors import DomainError
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data

pytestmark = pytest.mark.django_db  # pages for people who are signed out read the status of accessibility


class Greeting(forms.Form):
    name = forms.CharField(max_length=5)


def greet(*, name: str, by: str) -> str:
    return f"{name}, says {by}"


def refuse(*, name: str, by: str, field: str | None = None) -> str:
    raise DomainError(f"{name} is not greeted.", field=field)


def test_a_form_that_is_not_sent_does_nothing():
    form = Greeting()
    assert (apply_form(form, greet, by="Ada"), form.errors) == (None, {})


def test_an_invalid_form_does_not_run_the_action():
    form = Greeting({"name": "too long"})
    assert apply_form(form, greet, by="Ada") is None
    assert list(form.errors) == ["name"]


def test_a_valid_form_returns_the_result_of_the_action():
    assert apply_form(Greeting({"name": "Rosa"}), greet, by="Ada") == "Rosa, says Ada"


@pytest.mark.parametrize(("field", "key"), [("name", "name"), (None, "__all__"), ("unknown", "__all__")])
def test_a_refusal_is_shown_next_to_its_field(field: str | None, key: str):
    form = Greeting({"name": "Rosa"})
    assert apply_form(form, refuse, by="Ada", field=field) is None
    assert form.errors == {key: ["Rosa is not greeted."]}


class KeyedForm(Greeting):
    """A form with a key, and with other arguments than its values."""

    key = "first"

    def renew(self) -> None:
        self.key = "second"

    def action_arguments(self) -> dict[str, str]:
        return {"name": self.cleaned_data["name"].upper()}


def test_a_refused_form_is_renewed_and_a_form_may_have_its_own_arguments():
    form = KeyedForm({"name": "Rosa"})
    assert (apply_form(form, greet, by="Ada"), form.key) == ("ROSA, says Ada", "first")
    assert (apply_form(form, refuse, by="Ada"), form.key) == (None, "second")


def test_other_errors_are_raised():
    with pytest.raises(TypeError):
        apply_form(Greeting({"name": "Rosa"}), greet, nobody="Ada")


@form_page
def answered(request: HttpRequest) -> HttpResponse:
    return HttpResponse("sent" if submitted_data(request) is not None else "read")


@pytest.mark.parametrize(
    ("method", "answer"),
    [("get", (200, b"read")), ("post", (200, b"sent")), ("put", (405, b"")), ("delete", (405, b""))],
)
@pytest.mark.filterwarnings("ignore:Method Not Allowed")
def test_a_form_page_takes_get_and_post_also_without_fields(rf: RequestFactory, method: str, answer: tuple[int, bytes]):
    got = answered(getattr(rf, method)("/"))
    assert (got.status_code, got.content) == answer


@pytest.mark.parametrize(("to_result", "address"), [(False, "/cancel/"), (True, "/Rosa, says Ada/")])
def test_a_form_response_goes_on_with_a_message(rf: RequestFactory, to_result: bool, address: str):
    def greet_at(name: str) -> str:
        return f"/{greet(name=name, by='Ada')}/"

    request = rf.post("/", {"name": "Rosa"})
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    page, form = FormPage("Greet", "Greet", "/cancel/"), Greeting(submitted_data(request))
    answer = form_response(request, form, page, greet_at, done="Greeted.", to_result=to_result)
    assert (answer.status_code, unquote(answer.headers["Location"])) == (302, address)
    assert [str(message) for message in messages.get_messages(request)] == ["Greeted."]


def test_submitted_data_is_the_posted_data(rf: RequestFactory):
    found = submitted_data(rf.post("/", {"name": "Rosa"}))
    assert found is not None
    assert found.dict() == {"name": "Rosa"}


class Texts(HTMLParser):
    """The texts in the main part of a page, as (tag, class or URL, text)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str, str]] = []
        self.feed(html[html.index("<main") : html.index("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.open.append((tag, given.get("href") or given.get("class") or ""))

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.found.append((*self.open[-1], " ".join(data.split())))


@pytest.fixture
def render_page(rf: RequestFactory):
    """The main part of a page that asks for a name, as people who are not signed in get it."""

    def show(page: FormPage) -> list[tuple[str, str, str]]:
        request = rf.get("/somewhere/")
        request.user = AnonymousUser()
        with override("en"):
            return Texts(page.show(request, Greeting()).content.decode()).found

    return show


def links(found: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(href, words) for tag, href, words in found if tag == "a"]


def buttons(found: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(classes, words) for tag, classes, words in found if tag == "button"]


def listed(found: list[tuple[str, str, str]]) -> list[str]:
    return [words for tag, _classes, words in found if tag in {"h1", "h2", "li"}]


def test_a_form_page_has_a_heading_a_button_and_a_way_back(render_page):
    found = render_page(FormPage("Add authority", "Add", "/authorities/"))
    assert (listed(found), buttons(found), links(found)) == (
        ["Add authority"],
        [("btn btn-primary", "Add")],
        [("/authorities/", "Cancel")],
    )


def test_consequences_are_shown_before_the_form(render_page):
    found = render_page(
        FormPage("Start", "Start it", "/cohorts/rivage/", consequences=("It runs.", "Its edition too."))
    )
    assert (listed(found), buttons(found)) == (
        ["Start", "What will happen", "It runs.", "Its edition too."],
        [("btn btn-primary", "Start it")],
    )


def test_a_destructive_page_warns_and_offers_to_cancel(render_page):
    found = render_page(
        FormPage("Cancel it", "Cancel it", "/exchanges/3/", consequences=("It is off.",), is_destructive=True)
    )
    assert (listed(found), buttons(found), links(found)) == (
        ["Cancel it", "What will happen", "It is off."],
        [("btn btn-danger", "Cancel it")],
        [("/exchanges/3/", "Go back without changes")],
    )


def test_an_unavailable_page_shows_the_reason_and_no_form(render_page):
    found = render_page(FormPage("Resume", "Resume", "/cohorts/rivage/", unavailable_reason="It is over."))
    assert (buttons(found), links(found)) == ([], [("/cohorts/rivage/", "Go back")])
    assert ("b", "", "It is over.") in found


@pytest.mark.parametrize(("crumb_href", "leads"), [("", "/members/"), ("/rivage/", "/rivage/")])
def test_the_crumb_links_to_its_url_or_to_the_cancel_url(render_page, crumb_href: str, leads: str):
    page = FormPage("Someone new", "Add", "/members/", crumb="Rivage", crumb_href=crumb_href, parent="Edition 1")
    assert (page.crumb_url, links(render_page(page))[0]) == (leads, (leads, "Rivage"))


def test_texts_of_people_are_escaped(rf: RequestFactory):
    request = rf.get("/")
    request.user = AnonymousUser()
    page = FormPage("<i>x</i>", "Go", "/", crumb="<b>c</b>", intro="<u>i</u>", consequences=("<s>k</s>",))
    html = page.show(request, Greeting()).content.decode()
    assert [tag in html for tag in ("<i>x", "<b>c", "<u>i", "<s>k")] == [False] * 4

"""How a form page answers: nothing until it is sent, the reasons when refused, the action's result when done."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from web.errors import DomainError
from web.forms.pages import FormPage, done, form_page, sent


class Greeting(forms.Form):
    name = forms.CharField(max_length=5)


def greet(*, name: str, by: str) -> str:
    return f"{name}, says {by}"


def refuse(*, name: str, by: str, field: str | None = None) -> str:
    raise DomainError(f"{name} is not greeted.", field=field)


def test_a_form_that_is_not_sent_does_nothing():
    form = Greeting()
    assert (done(form, greet, by="Ada"), form.errors) == (None, {})


def test_a_form_with_an_error_of_its_own_never_reaches_the_action():
    form = Greeting({"name": "too long"})
    assert done(form, greet, by="Ada") is None
    assert list(form.errors) == ["name"]


def test_a_valid_form_returns_what_the_action_makes_of_it():
    assert done(Greeting({"name": "Rosa"}), greet, by="Ada") == "Rosa, says Ada"


@pytest.mark.parametrize(("field", "shown"), [("name", "name"), (None, "__all__"), ("unknown", "__all__")])
def test_a_refusal_goes_back_into_the_form_beside_its_field(field: str | None, shown: str):
    form = Greeting({"name": "Rosa"})
    assert done(form, refuse, by="Ada", field=field) is None
    assert form.errors == {shown: ["Rosa is not greeted."]}


def test_an_error_that_is_not_of_the_domain_is_seen():
    with pytest.raises(TypeError):
        done(Greeting({"name": "Rosa"}), greet, nobody="Ada")


@form_page
def answered(request: HttpRequest) -> HttpResponse:
    return HttpResponse("sent" if sent(request) is not None else "read")


@pytest.mark.parametrize(
    ("method", "answer"),
    [("get", (200, b"read")), ("post", (200, b"sent")), ("put", (405, b"")), ("delete", (405, b""))],
)
@pytest.mark.filterwarnings("ignore:Method Not Allowed")
def test_a_form_page_is_read_or_sent_and_a_form_without_fields_is_sent_too(
    rf: RequestFactory, method: str, answer: tuple[int, bytes]
):
    got = answered(getattr(rf, method)("/"))
    assert (got.status_code, got.content) == answer


def test_what_was_sent_is_what_a_form_is_bound_to(rf: RequestFactory):
    found = sent(rf.post("/", {"name": "Rosa"}))
    assert found is not None
    assert found.dict() == {"name": "Rosa"}


class Texts(HTMLParser):
    """What stands in the main part of a page, as (tag, class or address, words)."""

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
def shown(rf: RequestFactory):
    """The main part of a page that asks for a name, as a person who is not signed in gets it."""

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


def test_a_form_page_has_a_heading_a_button_and_a_way_back(shown):
    found = shown(FormPage("Add authority", "Add", "/authorities/"))
    assert (listed(found), buttons(found), links(found)) == (
        ["Add authority"],
        [("btn btn-primary", "Add")],
        [("/authorities/", "Cancel")],
    )


def test_it_says_what_will_happen_before_it_is_sent(shown):
    found = shown(FormPage("Start", "Start it", "/cohorts/rivage/", consequences=("It runs.", "Its edition too.")))
    assert (listed(found), buttons(found)) == (
        ["Start", "What will happen", "It runs.", "Its edition too."],
        [("btn btn-primary", "Start it")],
    )


def test_a_grave_page_warns_and_offers_to_do_nothing(shown):
    found = shown(FormPage("Cancel it", "Cancel it", "/exchanges/3/", consequences=("It is off.",), grave=True))
    assert (listed(found), buttons(found), links(found)) == (
        ["Cancel it", "What will happen", "It is off."],
        [("btn btn-danger", "Cancel it")],
        [("/exchanges/3/", "Do nothing")],
    )


def test_what_is_impossible_says_so_and_has_no_form(shown):
    found = shown(FormPage("Resume", "Resume", "/cohorts/rivage/", impossible="It is over."))
    assert (buttons(found), links(found)) == ([], [("/cohorts/rivage/", "Go back")])
    assert ("b", "", "It is over.") in found


@pytest.mark.parametrize(("crumb_href", "leads"), [("", "/members/"), ("/rivage/", "/rivage/")])
def test_the_crumb_leads_to_what_the_page_is_about_or_where_cancelling_does(shown, crumb_href: str, leads: str):
    page = FormPage("Someone new", "Add", "/members/", crumb="Rivage", crumb_href=crumb_href, within="Edition 1")
    assert (page.up, links(shown(page))[0]) == (leads, (leads, "Rivage"))


def test_what_people_wrote_is_escaped(rf: RequestFactory):
    request = rf.get("/")
    request.user = AnonymousUser()
    page = FormPage("<i>x</i>", "Go", "/", crumb="<b>c</b>", intro="<u>i</u>", consequences=("<s>k</s>",))
    html = page.show(request, Greeting()).content.decode()
    assert [tag in html for tag in ("<i>x", "<b>c", "<u>i", "<s>k")] == [False] * 4

"""How a form page answers: nothing until it is sent, the reasons when refused, the verb's result when done."""

import pytest
from django import forms

from programmes.views.answers import FormPage, done
from web.errors import DomainError


class Greeting(forms.Form):
    name = forms.CharField(max_length=5)


def greet(*, name: str, by: str) -> str:
    return f"{name}, says {by}"


def refuse(*, name: str, by: str, field: str | None = None) -> str:
    raise DomainError(f"{name} is not greeted.", field=field)


def test_a_form_that_is_not_sent_does_nothing():
    form = Greeting()
    assert (done(form, greet, by="Ada"), form.errors) == (None, {})


def test_a_form_with_an_error_of_its_own_never_reaches_the_verb():
    form = Greeting({"name": "too long"})
    assert done(form, greet, by="Ada") is None
    assert list(form.errors) == ["name"]


def test_a_valid_form_returns_what_the_verb_makes_of_it():
    assert done(Greeting({"name": "Rosa"}), greet, by="Ada") == "Rosa, says Ada"


@pytest.mark.parametrize(("field", "shown"), [("name", "name"), (None, "__all__"), ("unknown", "__all__")])
def test_a_refusal_goes_back_into_the_form_beside_its_field(field: str | None, shown: str):
    form = Greeting({"name": "Rosa"})
    assert done(form, refuse, by="Ada", field=field) is None
    assert form.errors == {shown: ["Rosa is not greeted."]}


def test_an_error_that_is_not_of_the_domain_is_seen():
    with pytest.raises(TypeError):
        done(Greeting({"name": "Rosa"}), greet, nobody="Ada")


def test_a_form_page_needs_a_heading_a_button_and_a_way_back():
    page = FormPage("New authority", "Add", "/authorities/")
    assert (page.crumb, page.intro, page.consequences, page.template) == ("", "", (), "programmes/form.html")

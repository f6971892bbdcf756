"""Filtered lists report each value in the URL that they ignore, and limit the length of texts."""

import ast
from pathlib import Path

import pytest
from django.test import Client

from programmes.filters import AuthorityFilter
from tests.factories.cast import Cast
from tests.factories.cohorts import AccessRequestFactory
from tests.pages import errors, texts
from web.forms.filters import MAX_TEXT_CHARACTERS

ROOT = Path(__file__).parents[3]
LISTS = {
    "/programmes/?family=zzz": "Family",
    "/authorities/?kind=zzz": "Kind",
    "/authorities/?missing=zzz": "What is missing",
    "/editions/{edition}/lessons/?state=zzz": "State",
    "/cohorts/?edition=zzz": "Edition",
    "/cohorts/?state=zzz": "State",
    "/cohorts/{cohort}/invitations/?state=zzz": "State",
    "/cohorts/{cohort}/canvases/?kind=zzz": "Kind",
    "/cohorts/{cohort}/board/?challenge=zzz": "Challenge",
    "/requests/?state=zzz": "State",
    "/teams/?edition=zzz": "Edition",
    "/sessions/?period=zzz": "When",
    "/sessions/?cohort=zzz": "Cohort",
    "/ideas/?state=zzz": "State",
    "/ideas/?challenge=zzz": "Challenge",
    "/ideas/?owner=zzz": "Owner",
    "/ideas/unconfirmed/?state=zzz": "State",
    "/exchanges/?stage=zzz": "Stage",
    "/exchanges/archive/?kind=zzz": "Kind",
    "/e-mails/?state=zzz": "State",
    "/history/cohort/{cohort_key}/?action=zzz": "Action",
    "/search/?q=ideas&kind=zzz": "Kind",
}


@pytest.fixture
def staff(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["S"])
    return client


@pytest.mark.parametrize("address", LISTS)
def test_an_ignored_value_is_listed(address: str, staff: Client, cast: Cast):
    AccessRequestFactory(authority=cast.cohort.authority)
    known = {"edition": cast.edition.slug, "cohort": cast.cohort.slug, "cohort_key": cast.cohort.slug}
    page = staff.get(address.format(**known))
    assert texts(page, "div", "note")[:1] == [
        f"The filter “{LISTS[address]}” is ignored: it does not accept the value “zzz”. Choose another value."
    ]


def test_a_filter_that_the_reader_may_not_use_is_listed_as_ignored(cast: Cast):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["M"])
    page = client.get("/authorities/?missing=admin")
    assert texts(page, "div", "note") == [
        "The filter “What is missing” is ignored: it does not accept the value “admin”. Choose another value."
    ]


def test_valid_values_are_not_listed_as_ignored(staff: Client):
    assert texts(staff.get("/cohorts/?state=running&q=a"), "div", "note") == []


def test_a_text_that_is_too_long_is_ignored(staff: Client):
    assert errors(staff.get(f"/authorities/?q={'x' * MAX_TEXT_CHARACTERS}")) == []
    page = staff.get(f"/authorities/?q={'x' * (MAX_TEXT_CHARACTERS + 1)}")
    assert errors(page) == [
        f"Ensure this value has at most {MAX_TEXT_CHARACTERS} characters (it has {MAX_TEXT_CHARACTERS + 1})."
    ]
    assert texts(page, "div", "note") == [
        f"The filter “Name or town” is ignored: it does not accept the value “{'x' * 59}…”. Choose another value."
    ]


def test_text_fields_have_a_maximum_length(staff: Client):
    form = staff.get("/authorities/").context["bound_list"].filters.form
    assert form.fields["q"].widget.attrs["maxlength"] == str(MAX_TEXT_CHARACTERS)


def test_every_filter_set_reports_what_it_ignores():
    """A filter set that is no `ListFilter` would show all rows without a message."""
    assert AuthorityFilter.__mro__[1].__module__ == "web.forms.filters"
    modules = [path for path in ROOT.glob("[a-z]*/**/*.py") if "FilterSet" in path.read_text()]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in modules
        if not {"tests", ".venv", "node_modules"} & set(path.relative_to(ROOT).parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "FilterSet"
    }
    assert found == {"web/forms/filters.py"}

"""The form of a page of figures: a link until it is opened, then a page of its own or a part of the open page."""

from typing import Any

import pytest
from django.test import Client

from tests.factories.cast import EVERYONE, Cast
from tests.factories.prototypes import IdeaFactory
from tests.pages import elements, links, texts

COUNTED, COMPARED = "Change what is counted", "Change what is compared"
HEADINGS = {"/rates/": COUNTED, "/rates/changes/": COMPARED, "/rates/groups/": COUNTED, "/network/": COUNTED}
OFFERED = {"S": ["Montagne", "Rivage"], "N": ["Montagne"], "X": []}  # to the others Rivage


def answer(cast: Cast, role: str, path: str, *, htmx: bool = False, **query: str) -> Any:
    client = Client(headers={"accept-language": "en"} | ({"HX-Request": "true"} if htmx else {}))
    client.force_login(cast[role])
    return client.get(path, query)


@pytest.mark.parametrize(("path", "heading"), HEADINGS.items())
def test_page_has_a_link_to_its_form_that_keeps_what_is_chosen(path: str, heading: str, cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    page = answer(cast, "S", path, edition="transfo-2026", page="2")
    [link] = [link for link in elements(page, "a") if link["attrs"].get("hx-target") == "#choose"]
    assert (link["text"], link["attrs"]["href"]) == (heading, "?edition=transfo-2026&choices=1")
    assert elements(page, "form", "filters") == []


@pytest.mark.parametrize("role", EVERYONE)
@pytest.mark.parametrize(("path", "heading"), HEADINGS.items())
def test_form_alone_is_a_page_that_takes_three_statements(
    path: str, heading: str, role: str, cast: Cast, django_assert_num_queries
):
    """Session, person, cohorts that may be chosen."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast[role])
    with django_assert_num_queries(3):
        page = client.get(path, {"choices": "1"})
    [form] = elements(page, "form", "filters")
    assert (texts(page, "h1"), form["attrs"]["action"], "figures" in page.context) == ([heading], path, False)


@pytest.mark.parametrize("path", HEADINGS)
def test_form_leads_back_to_the_figures_and_clears_filters_where_there_are_some(path: str, cast: Cast):
    bare, chosen = answer(cast, "S", path, choices="1"), answer(cast, "S", path, as_of="2026-09-30", choices="1")
    assert (links(bare)["The figures"], "Clear filters" in links(bare)) == ("?", False)
    assert (links(chosen)["The figures"], links(chosen)["Clear filters"]) == ("?as_of=2026-09-30", path)


@pytest.mark.parametrize("role", EVERYONE)
def test_form_offers_the_cohorts_that_the_reader_may_choose(role: str, cast: Cast):
    form = answer(cast, role, "/rates/", choices="1").context["form"]
    assert [label for _value, label in form.fields["cohort"].choices][1:] == OFFERED.get(role, ["Rivage"])


@pytest.mark.parametrize("path", HEADINGS)
def test_htmx_puts_the_form_into_the_open_page(path: str, cast: Cast):
    part = answer(cast, "S", path, htmx=True, choices="1", as_of="2026-09-30")
    assert [row["attrs"] for row in elements(part, "details")] == [{"class": "no-print", "id": "choose", "open": None}]
    [day] = [field["attrs"]["value"] for field in elements(part, "input") if field["attrs"]["name"] == "as_of"]
    assert day == "2026-09-30"
    assert elements(part, "main") == []


def test_days_that_readers_often_choose_lead_to_the_figures(cast: Cast):
    page = answer(cast, "S", "/rates/", choices="1", cohort="rivage")
    assert links(page)["today"] == "?cohort=rivage"
    assert links(page)["end of 2025"] == "?cohort=rivage&as_of=2025-12-31"


@pytest.mark.parametrize("path", HEADINGS)
def test_form_is_open_on_a_page_with_errors(path: str, cast: Cast):
    page = answer(cast, "S", path, as_of="2027-01-01")
    assert len(elements(page, "form", "filters")) == 1
    assert "This date is in the future. Figures go up to today" in page.content.decode()

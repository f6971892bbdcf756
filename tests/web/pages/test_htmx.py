"""Full pages and partials: htmx swaps get the partial, all other requests the full page."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory, override_settings

from web.pages.htmx import render, wants_partial

TEMPLATE = "{% load partials %}<h1>Ideas</h1>{% partialdef results inline %}<p>{{ count }}</p>{% endpartialdef %}"

IN_MEMORY = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("django.template.loaders.locmem.Loader", {"ideas.html": TEMPLATE})],
                )
            ],
        },
    }
]


@pytest.fixture
def _templates():
    with override_settings(TEMPLATES=IN_MEMORY):
        engines._templates = None
        yield


def request_with(**headers: str) -> HttpRequest:
    return RequestFactory().get("/ideas/", headers=headers)


def answer(**headers: str) -> HttpResponse:
    return render(request_with(**headers), "ideas.html", "results", {"count": "three"})


@pytest.mark.parametrize(
    ("headers", "partial"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
    ids=["plain", "swap", "boosted link", "history"],
)
def test_only_a_swap_wants_the_partial(headers: dict[str, str], partial: bool):
    assert wants_partial(request_with(**headers)) is partial


@pytest.mark.usefixtures("_templates")
def test_a_plain_request_gets_the_whole_page():
    assert answer().content.decode() == "<h1>Ideas</h1><p>three</p>"


@pytest.mark.usefixtures("_templates")
def test_a_swap_gets_the_same_part_as_the_page_has():
    assert answer(**{"HX-Request": "true"}).content.decode() == "<p>three</p>"


@pytest.mark.usefixtures("_templates")
def test_caches_store_page_and_partial_separately():
    assert answer().headers["Vary"] == "HX-Request, HX-Boosted, HX-History-Restore-Request"


@pytest.mark.usefixtures("_templates")
def test_a_refused_form_is_returned_with_its_status():
    assert render(request_with(), "ideas.html", "results", {}, status=422).status_code == 422

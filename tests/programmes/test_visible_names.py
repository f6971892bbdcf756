"""What only lab staff may know is nowhere in what others are shown: names planted in drafts are searched for."""

import pytest
from django.test import Client

from tests.factories.cast import EVERYONE, Cast
from tests.factories.programmes import EditionFactory, FormatFactory
from tests.programmes.conftest import signed_in

CANARY = "Zanzibar-7431"
OTHERS = EVERYONE.replace("S", "")


@pytest.fixture
def pages(cast: Cast) -> list[str]:
    """Every page of the app that others may read, with drafts planted around it."""
    programme = cast.edition.programme
    FormatFactory(programme=programme, published_at=None, label=CANARY)
    EditionFactory(format=cast.edition.format, state="draft", name=CANARY, slug="zanzibar")
    return [
        "/programmes/",
        f"/programmes/{programme.slug}/",
        f"/formats/{cast.edition.format.pk}/",
        f"/editions/{cast.edition.slug}/",
        "/authorities/",
        f"/authorities/{cast.cohort.authority.slug}/",
    ]


def found(browser: Client, pages: list[str], text: str) -> list[str]:
    answers = {page: browser.get(page) for page in pages}
    assert {answer.status_code for answer in answers.values()} == {200}
    return [page for page, answer in answers.items() if text in answer.content.decode()]


@pytest.mark.parametrize("letter", OTHERS)
def test_drafts_are_named_nowhere(cast: Cast, pages: list[str], letter: str):
    assert found(signed_in(cast[letter]), pages, CANARY) == []


def test_lab_staff_find_them_where_they_belong(cast: Cast, pages: list[str]):
    programme, version = cast.edition.programme.slug, cast.edition.format.pk
    assert found(signed_in(cast["S"]), pages, CANARY) == [
        "/programmes/",
        f"/programmes/{programme}/",
        f"/formats/{version}/",
    ]


@pytest.mark.parametrize("letter", OTHERS)
def test_the_admin_of_an_authority_is_named_to_themselves_only(cast: Cast, pages: list[str], letter: str):
    """Their own name is in their own menu, on every page."""
    there = found(signed_in(cast[letter]), pages, "Admin Rivage")
    assert there == (pages if letter == "A" else [])


@pytest.mark.parametrize("letter", OTHERS)
def test_nobody_else_is_offered_a_change(cast: Cast, pages: list[str], letter: str):
    browser = signed_in(cast[letter])
    acts = ("/new/", "/facts/", "/state/", "/revise/", "/end/", "/publish/", "/phases/", "/numbers/", "/letters/")
    assert {act: found(browser, pages, f'{act}"') for act in acts} == {act: [] for act in acts}


@pytest.mark.parametrize("path", ["/editions/zanzibar/", "/editions/zanzibar/state/", "/editions/zanzibar/facts/"])
@pytest.mark.usefixtures("pages")
def test_a_draft_edition_does_not_exist_for_others(cast: Cast, path: str):
    assert [signed_in(cast[letter]).get(path).status_code for letter in OTHERS] == [404] * len(OTHERS)


def test_signed_out_people_are_sent_to_sign_in(pages: list[str]):
    browser = Client()
    assert {browser.get(page).headers["Location"] for page in pages} == {
        f"/accounts/login/?next={page}" for page in pages
    }

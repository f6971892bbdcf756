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


def read(browser: Client, pages: list[str]) -> dict[str, str]:
    answers = {page: browser.get(page) for page in pages}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {page: answer.content.decode() for page, answer in answers.items()}


def found(texts: dict[str, str], words: str) -> list[str]:
    return [page for page, text in texts.items() if words in text]


ACTS = ("/new/", "/facts/", "/state/", "/revise/", "/end/", "/publish/", "/phases/", "/numbers/", "/letters/")


def test_others_read_of_no_draft_nor_admin_and_are_offered_no_change(cast: Cast, pages: list[str]):
    """The admin of an authority is named to themselves only: in their own menu, on every page."""
    for letter in OTHERS:
        texts = read(signed_in(cast[letter]), pages)
        assert (letter, "draft", found(texts, CANARY)) == (letter, "draft", [])
        assert (letter, "admin", found(texts, "Admin Rivage")) == (letter, "admin", pages if letter == "A" else [])
        assert (letter, {act: found(texts, f'{act}"') for act in ACTS}) == (letter, {act: [] for act in ACTS})


def test_lab_staff_find_them_where_they_belong(cast: Cast, pages: list[str]):
    programme, version = cast.edition.programme.slug, cast.edition.format.pk
    assert found(read(signed_in(cast["S"]), pages), CANARY) == [
        "/programmes/",
        f"/programmes/{programme}/",
        f"/formats/{version}/",
    ]


@pytest.mark.usefixtures("pages")
def test_a_draft_edition_does_not_exist_for_others(cast: Cast):
    paths = ("/editions/zanzibar/", "/editions/zanzibar/state/", "/editions/zanzibar/facts/")
    for letter in OTHERS:
        browser = signed_in(cast[letter])
        assert (letter, [browser.get(path).status_code for path in paths]) == (letter, [404] * len(paths))


def test_signed_out_people_are_sent_to_sign_in(pages: list[str]):
    browser = Client()
    assert {browser.get(page).headers["Location"] for page in pages} == {
        f"/accounts/login/?next={page}" for page in pages
    }

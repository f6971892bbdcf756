"""Names planted in drafts appear on no page of people who may not see them."""

import pytest
from django.test import Client

from tests.factories.cast import EVERYONE, Cast
from tests.factories.programmes import EditionFactory, FormatFactory
from tests.programmes.conftest import signed_in

CANARY = "Zanzibar-7431"
OTHERS = EVERYONE.replace("S", "")


@pytest.fixture
def pages(cast: Cast) -> list[str]:
    """Return every page of the app that other people may read, with related drafts planted."""
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


EDIT_PATHS = (
    "/new/",
    "/facts/",
    "/state/",
    "/revise/",
    "/end/",
    "/publish/",
    "/phases/",
    "/numbers/",
    "/e-mails/",
)


def test_other_people_see_no_drafts_admins_or_edit_links(cast: Cast, pages: list[str]):
    """The admin of an authority is named only to themselves: in their own menu, on every page."""
    for role in OTHERS:
        texts = read(signed_in(cast[role]), pages)
        assert (role, "draft", found(texts, CANARY)) == (role, "draft", [])
        assert (role, "admin", found(texts, "Admin Rivage")) == (role, "admin", pages if role == "A" else [])
        assert (role, {act: found(texts, f'{act}"') for act in EDIT_PATHS}) == (
            role,
            {act: [] for act in EDIT_PATHS},
        )


def test_lab_staff_see_drafts_and_admins(cast: Cast, pages: list[str]):
    programme, version = cast.edition.programme.slug, cast.edition.format.pk
    assert found(read(signed_in(cast["S"]), pages), CANARY) == [
        "/programmes/",
        f"/programmes/{programme}/",
        f"/formats/{version}/",
    ]


@pytest.mark.usefixtures("pages")
def test_a_draft_edition_does_not_exist_for_others(cast: Cast):
    paths = ("/editions/zanzibar/", "/editions/zanzibar/state/", "/editions/zanzibar/facts/")
    for role in OTHERS:
        browser = signed_in(cast[role])
        assert (role, [browser.get(path).status_code for path in paths]) == (role, [404] * len(paths))


def test_signed_out_people_are_sent_to_sign_in(pages: list[str]):
    browser = Client()
    assert {browser.get(page).headers["Location"] for page in pages} == {
        f"/accounts/login/?next={page}" for page in pages
    }

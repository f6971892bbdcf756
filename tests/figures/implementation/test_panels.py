"""The headline of the rates on the page of an authority, on that of an edition, and on the home of admins."""

import re
from html import unescape

import pytest
from django.test import Client, RequestFactory

from accounts.models import User
from figures.implementation import panels
from tests.factories.cast import EVERYONE, Cast
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, EditionFactory
from tests.factories.prototypes import IdeaFactory


def read(user: User, address: str) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get(address).content.decode()
    words = re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")])
    return re.sub(r"\s+([.,;])", r"\1", " ".join(unescape(words).split()))


def accept(cast: Cast, own: int, others: int = 0) -> None:
    for cohort, ideas in ((cast.cohort, own), (cast.other, others)):
        for _ in range(ideas):
            IdeaFactory(cohort=cohort, state="accepted")


def asked(user: User):
    request = RequestFactory().get("/")
    request.user = user
    return request


SENTENCE = "Of 3 ideas accepted, none is implemented so far."


def test_the_authoritys_page_has_it_for_those_who_read_its_ideas_one_by_one(cast: Cast):
    accept(cast, 3)
    address = cast.cohort.authority.get_absolute_url()
    seen = {letter for letter in EVERYONE if SENTENCE in read(cast[letter], address)}
    assert seen == set("SCDPMRA")


def test_the_editions_page_has_it_for_every_cohorts_people_and_masks_small_groups(cast: Cast):
    accept(cast, 3)
    address = cast.edition.get_absolute_url()
    said = {letter: read(cast[letter], address) for letter in EVERYONE}
    assert {letter for letter in EVERYONE if SENTENCE in said[letter]} == set("SCDPMRA")
    assert {
        letter for letter in EVERYONE if "Fewer than five of these ideas come from other cohorts" in said[letter]
    } == {"N"}
    assert "What became of the ideas" not in said["X"]


def test_panels_lead_to_the_page_with_the_choice_made(cast: Cast):
    accept(cast, 3)
    of_authority = panels.of_authority(asked(cast["A"]), cast.cohort.authority)
    of_edition = panels.of_edition(asked(cast["A"]), cast.edition)
    assert of_authority is not None
    assert of_edition is not None
    assert of_authority["address"] == f"/rates/?authority={cast.cohort.authority.slug}"
    assert of_edition["address"] == "/rates/?edition=transfo-2026"


def test_without_any_idea_there_is_no_panel(cast: Cast):
    assert panels.of_authority(asked(cast["A"]), cast.cohort.authority) is None
    assert panels.of_edition(asked(cast["A"]), cast.edition) is None


def test_a_foreign_edition_or_authority_shows_nothing(cast: Cast):
    edition, authority = EditionFactory(), AuthorityFactory()
    assert panels.of_edition(asked(cast["A"]), edition) is None
    assert panels.of_authority(asked(cast["A"]), authority) is None


def test_the_home_of_an_admin_begins_with_the_sentence(cast: Cast):
    accept(cast, 3, 9)
    confirmed = "0 of 3 accepted ideas have been confirmed since 24 May 2026."
    assert f"What became of your ideas All figures {SENTENCE} {confirmed} Ville de Rivage" in read(cast["A"], "/")


@pytest.mark.parametrize("letter", sorted(set(EVERYONE) - {"A"}))
def test_nobody_elses_home_has_the_card(letter: str, cast: Cast):
    accept(cast, 3)
    assert "What became of your ideas" not in read(cast[letter], "/")


def test_an_admin_without_ideas_reads_that_there_is_nothing_yet(cast: Cast):
    said = read(cast["A"], "/")
    assert "What became of your ideas Nothing yet: no idea has been recorded in your authority." in said


def test_an_admin_of_two_authorities_reads_both_together(cast: Cast):
    AuthorityAdminFactory(authority=cast.other.authority, user=cast["A"])
    accept(cast, 2, 1)
    card = panels.of_administered(asked(cast["A"]))
    assert card is not None
    assert (card["figures"].accepted, card["address"]) == (3, "/rates/")


def test_someone_who_no_longer_answers_for_it_has_no_card(cast: Cast):
    cast["A"].administered.update(until="2026-06-01")
    assert panels.of_administered(asked(cast["A"])) is None


@pytest.mark.parametrize("ideas", [1, 3])
def test_panels_take_two_statements_and_the_card_two(ideas: int, cast: Cast, django_assert_num_queries):
    accept(cast, ideas)
    for ask in (
        lambda: panels.of_authority(asked(cast["A"]), cast.cohort.authority),
        lambda: panels.of_edition(asked(cast["A"]), cast.edition),
        lambda: panels.of_administered(asked(cast["A"])),
    ):
        with django_assert_num_queries(2):
            assert ask() is not None

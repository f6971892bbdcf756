"""The headline of the rates on the pages of an authority and of an edition, and on the home page of admins."""

import re
from html import unescape

import pytest
from django.test import Client, RequestFactory

from accounts.models import User
from figures.implementation import panels
from tests.factories.accounts import with_access
from tests.factories.cast import EVERYONE, Cast
from tests.factories.figures import share_with_edition
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, EditionFactory
from tests.factories.prototypes import IdeaFactory


def read(user: User, address: str) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    html = client.get(address).content.decode()
    words = re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")])
    return re.sub(r"\s+([.,;])", r"\1", " ".join(unescape(words).split()))


def accept(cast: Cast, own: int, others: int = 0) -> None:
    for cohort, ideas in ((cast.cohort, own), (cast.other_cohort, others)):
        for _ in range(ideas):
            IdeaFactory(cohort=cohort, state="accepted")


def query_params(user: User):
    request = RequestFactory().get("/")
    request.user = user
    return request


SENTENCE = "Of 3 ideas accepted, none is implemented so far."


def test_authority_page_has_the_panel_for_readers_of_its_ideas(cast: Cast):
    accept(cast, 3)
    address = cast.cohort.authority.get_absolute_url()
    seen = {role for role in EVERYONE if SENTENCE in read(cast[role], address)}
    assert seen == set("SCDPMRA")


def test_edition_page_has_the_panel_for_members_and_names_who_is_counted(cast: Cast):
    accept(cast, 3, 2)
    share_with_edition(cast.cohort)
    address = cast.edition.get_absolute_url()
    pages = {role: read(cast[role], address) for role in EVERYONE}
    assert {role for role in EVERYONE if SENTENCE in pages[role]} == set("CDPMRA")
    assert {role for role in EVERYONE if "Of 5 ideas accepted" in pages[role]} == set("SN")
    left_out = "Not included: Ville de Montagne. Each cohort chooses whether to share its figures."
    assert {role for role in EVERYONE if left_out in pages[role]} == set("CDPMRA")
    assert "Counted: Ville de Montagne, Ville de Rivage." in pages["N"]
    assert "What became of the ideas" not in pages["X"]


def test_panels_link_to_the_page_with_the_choice_made(cast: Cast):
    accept(cast, 3)
    authority_panel = panels.authority_panel(query_params(cast["A"]), cast.cohort.authority)
    edition_panel = panels.edition_panel(query_params(cast["A"]), cast.edition)
    assert authority_panel is not None
    assert edition_panel is not None
    assert authority_panel["address"] == f"/rates/?authority={cast.cohort.authority.slug}"
    assert edition_panel["address"] == "/rates/?edition=transfo-2026"


def test_without_any_idea_there_is_no_panel(cast: Cast):
    assert panels.authority_panel(query_params(cast["A"]), cast.cohort.authority) is None
    assert panels.edition_panel(query_params(cast["A"]), cast.edition) is None


def test_edition_or_authority_of_others_has_no_panel(cast: Cast):
    edition, authority = EditionFactory(), AuthorityFactory()
    assert panels.edition_panel(query_params(cast["A"]), edition) is None
    assert panels.authority_panel(query_params(cast["A"]), authority) is None


def test_home_page_of_an_admin_begins_with_the_sentence(cast: Cast):
    accept(cast, 3, 9)
    confirmed = "0 of 3 accepted ideas had an update after 24 May 2026."
    assert f"What became of your ideas All figures {SENTENCE} {confirmed} Latest ideas" in read(cast["A"], "/")


@pytest.mark.parametrize("role", sorted(set(EVERYONE) - {"A"}))
def test_only_admins_have_the_card_on_their_home_page(role: str, cast: Cast):
    accept(cast, 3)
    assert "What became of your ideas" not in read(cast[role], "/")


def test_card_of_an_admin_without_ideas_says_nothing_yet(cast: Cast):
    page_text = read(cast["A"], "/")
    assert "What became of your ideas Nothing yet: no idea has been recorded in your authority." in page_text


def test_card_of_an_admin_of_two_authorities_adds_both_up(cast: Cast):
    AuthorityAdminFactory(authority=cast.other_cohort.authority, user=cast["A"])
    accept(cast, 2, 1)
    card = panels.home_card(query_params(cast["A"]))
    assert card is not None
    assert (card["figures"].accepted, card["address"]) == (3, "/rates/")


def test_former_admin_has_no_card(cast: Cast):
    cast["A"].administered.update(until="2026-06-01")
    assert panels.home_card(query_params(cast["A"])) is None


@pytest.mark.parametrize("ideas", [1, 3])
def test_panels_take_two_statements_and_the_card_two(ideas: int, cast: Cast, django_assert_num_queries):
    accept(cast, ideas)
    admin = with_access(cast["A"])
    for ask in (
        lambda: panels.authority_panel(query_params(admin), cast.cohort.authority),
        lambda: panels.edition_panel(query_params(admin), cast.edition),
        lambda: panels.home_card(query_params(admin)),
    ):
        with django_assert_num_queries(2):
            assert ask() is not None

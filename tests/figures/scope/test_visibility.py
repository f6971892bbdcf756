"""What lab staff are offered to choose from: everything where it is little, and what an address leads to of much."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from figures.implementation import panels
from figures.implementation.forms import RatesForm
from figures.scope import visibility
from figures.scope.selection import Scope
from figures.scope.visibility import Reach, WholeReach, reach_of
from programmes.models import Claim
from prototypes.ideas.claims import claims_beside
from prototypes.models import Idea
from tests.factories.accounts import asked_by
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory
from tests.factories.prototypes import IdeaFactory
from tests.pages import texts

PAGE = reverse("figures:rates")
TODAY = date(2026, 11, 24)
SENTENCE = "There are more than a hundred cohorts here"


def names(rows: Iterable[Any]) -> list[str]:
    return [row.name for row in rows]


def whole(cast: Cast, address: str = "") -> Reach:
    return reach_of(cast["S"], QueryDict(address))


def offered(cast: Cast, address: str = "") -> dict[str, list[str]]:
    reach = whole(cast, address)
    return {
        "authorities": names(reach.authorities()),
        "editions": names(reach.editions()),
        "cohorts": names(reach.choosable()),
    }


@pytest.fixture
def many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Four cohorts where two are many: Rivage in an earlier edition too, and one more of the same edition."""
    monkeypatch.setattr(visibility, "MOST_COHORTS", 2)
    for cohort in (cast.cohort, cast.other):
        cohort.authority.slug = cohort.slug
        cohort.authority.save()
    earlier = EditionFactory(
        name="La Transfo 2020", slug="transfo-2020", starts_on=date(2020, 1, 1), ends_on=date(2023, 1, 1)
    )
    CohortFactory(edition=earlier, authority=cast.cohort.authority, name="Rivage bis", slug="rivage-bis")
    CohortFactory(edition=earlier, authority=AuthorityFactory(name="Ville de Plaine"), name="Plaine", slug="plaine")
    return cast


# What is offered


def test_of_few_cohorts_all_is_offered_as_if_nothing_was_asked(cast: Cast):
    AuthorityFactory(name="Ville sans cohorte")
    EditionFactory(name="Édition sans cohorte")
    plain = reach_of(cast["S"])
    assert offered(cast) == {
        "authorities": names(plain.authorities()),
        "editions": names(plain.editions()),
        "cohorts": names(plain.choosable()),
    }
    assert offered(cast, "cohort=rivage&edition=transfo-2026")["cohorts"] == ["Montagne", "Rivage"]


def test_of_as_many_as_fit_all_is_offered_and_of_one_more_none(many: Cast, monkeypatch: pytest.MonkeyPatch):
    assert offered(many)["cohorts"] == []
    monkeypatch.setattr(visibility, "MOST_COHORTS", 4)
    assert offered(many)["cohorts"] == ["Montagne", "Plaine", "Rivage", "Rivage bis"]


@pytest.mark.parametrize(
    ("address", "cohorts"),
    [
        ("", []),
        ("edition=transfo-2026", ["Montagne", "Rivage"]),
        ("authority=rivage", ["Rivage", "Rivage bis"]),
        ("authority=rivage&edition=transfo-2020", ["Rivage bis"]),
        ("cohort=rivage", ["Montagne", "Rivage"]),
        ("cohort=montagne&authority=rivage", ["Montagne", "Rivage", "Rivage bis"]),
        ("cohort=montagne&edition=transfo-2020", ["Montagne", "Plaine", "Rivage bis"]),
        ("cohort=nowhere", []),
        ("authority=nowhere&edition=nowhere", []),
        ("authority=nowhere&edition=transfo-2026", ["Montagne", "Rivage"]),
        ("cohort=%00rivage&authority=%00", ["Montagne", "Rivage"]),
        ("edition='%20OR%201=1", []),
    ],
)
def test_of_many_those_are_offered_to_which_the_address_leads(address: str, cohorts: list[str], many: Cast):
    assert offered(many, address)["cohorts"] == cohorts


def test_every_authority_is_offered_and_of_many_editions_the_latest(many: Cast):
    oldest = EditionFactory(
        name="La Transfo 2011", slug="transfo-2011", starts_on=date(2011, 1, 1), ends_on=date(2014, 1, 1)
    )
    CohortFactory(edition=oldest, authority=many.other.authority, name="Montagne bis")
    found = {address: offered(many, address) for address in ("", "edition=transfo-2011", "authority=montagne")}
    assert {address: each["editions"] for address, each in found.items()} == {
        "": ["La Transfo 2020", "La Transfo 2026–2028"],
        "edition=transfo-2011": ["La Transfo 2011", "La Transfo 2026–2028"],
        "authority=montagne": ["La Transfo 2011", "La Transfo 2026–2028"],
    }
    assert [each["authorities"] for each in found.values()] == [
        ["Ville de Montagne", "Ville de Plaine", "Ville de Rivage"]
    ] * 3


@pytest.mark.parametrize("address", ["", "edition=transfo-2020", "cohort=rivage&authority=montagne"])
def test_whatever_is_asked_costs_one_statement(address: str, many: Cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        reach = whole(many, address)
        form = RatesForm(QueryDict(address), reach=reach, today=TODAY)
        assert (form.is_valid(), str(form["cohort"]) != "") == (True, True)
        scope = RatesForm.scope_of(reach, QueryDict(address))
        assert (reach.few(scope), scope.cohort and scope.cohort.authority.name) is not None


@pytest.mark.parametrize("letter", [letter for letter in EVERYONE if letter != "S"])
def test_what_others_reach_does_not_depend_on_what_they_ask(letter: str, many: Cast):
    asked = reach_of(many[letter], QueryDict("edition=transfo-2020&cohort=plaine"))
    assert (asked, isinstance(asked, WholeReach)) == (reach_of(many[letter]), False)


# What a choice covers


def test_a_choice_among_many_covers_the_same_as_among_all(many: Cast):
    plain = reach_of(many["S"])
    for address in (
        "edition=transfo-2026",
        "authority=rivage",
        "cohort=plaine",
        "authority=rivage&edition=transfo-2020",
    ):
        reach = whole(many, address)
        scope = RatesForm.scope_of(reach, QueryDict(address))
        assert names(reach.within(scope)) == names(plain.within(scope)), address
        assert set(reach.rows(scope)) == set(plain.rows(scope)) == set(plain.within(scope)), address


def test_without_a_choice_everything_is_covered_although_nothing_was_read(many: Cast):
    reach = whole(many)
    scope = RatesForm.scope_of(reach, QueryDict())
    assert (reach.cohorts, scope.everyone, scope.own) == ((), False, None)
    assert names(reach.rows(scope).order_by("name")) == ["Montagne", "Plaine", "Rivage", "Rivage bis"]


@pytest.mark.parametrize(
    ("address", "few"),
    [("", False), ("edition=transfo-2026", True), ("authority=rivage", True), ("cohort=plaine", True)],
)
def test_few_cohorts_stand_beside_one_another(address: str, few: bool, many: Cast):
    reach = whole(many, address)
    assert reach.few(RatesForm.scope_of(reach, QueryDict(address))) is few


def test_an_edition_of_too_many_cohorts_is_not_few(many: Cast):
    CohortFactory(edition=many.edition, name="Vallée")
    reach = whole(many, "edition=transfo-2026")
    assert (len(reach.cohorts), reach.few(reach.scope(edition=many.edition))) == (3, False)


@pytest.mark.parametrize(("letter", "few"), [("A", True), ("N", True), ("X", False)])
def test_of_nothing_there_is_nothing_to_put_side_by_side(letter: str, few: bool, cast: Cast):
    reach = reach_of(cast[letter])
    assert reach.few(reach.scope()) is few


def test_claims_stand_beside_what_is_covered_read_or_not(many: Cast):
    about = {"metric": "ideas_implemented_percent", "value": 50, "source": "Étude"}
    ours = Claim.objects.create(programme=many.edition.programme, **about)
    Claim.objects.create(programme=EditionFactory().programme, **about)
    reach = whole(many)
    assert list(claims_beside(reach.rows(Scope()))) == [ours]


# The page


def page(cast: Cast, letter: str = "S", **asked: str):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast[letter], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(PAGE, asked)


def test_among_many_cohorts_the_page_says_what_to_choose_and_shows_them_once_it_is_chosen(many: Cast):
    for _ in range(5):
        IdeaFactory(cohort=many.cohort, state="accepted")
    before, after = page(many), page(many, edition="transfo-2026")
    assert [any(SENTENCE in said for said in texts(each, "p")) for each in (before, after)] == [True, False]
    assert ["work" in each.context for each in (before, after)] == [False, True]
    assert [each.context["figures"].accepted for each in (before, after)] == [5, 5]


def test_where_nothing_is_counted_there_is_nothing_to_choose_for(many: Cast):
    assert not any(SENTENCE in said for said in texts(page(many), "p"))


@pytest.mark.parametrize("more", [0, 6])
def test_however_many_cohorts_there_are_the_page_takes_as_many_statements(
    more: int, many: Cast, django_assert_num_queries
):
    """Session, person, what is offered, tally, page, its ideas one by one, claims."""
    IdeaFactory(cohort=many.cohort, state="accepted")
    for number in range(more):
        CohortFactory(edition=EditionFactory(name=f"Édition {number}"))
    client = Client()
    client.force_login(many["S"], backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_num_queries(7):
        assert len(client.get(PAGE).context["rows"]) == 1


def test_the_pages_beyond_the_first_and_beyond_the_last(cast: Cast):
    for _ in range(26):
        IdeaFactory(cohort=cast.cohort, state="accepted")
    found = [page(cast, "A", page=number).context["page"] for number in ("1", "2", "3")]
    assert [(len(each), each.number, each.count, each.next) for each in found] == [
        (20, 1, 26, 2),
        (6, 2, 26, None),
        (20, 1, 26, 2),
    ]


# Whose page may be opened


def test_an_idea_may_be_opened_by_those_who_see_it(many: Cast):
    IdeaFactory(cohort=many.cohort, state="accepted")
    IdeaFactory(cohort=many.other, state="accepted")
    IdeaFactory(cohort=many.other, state="accepted", shared_with_edition=True)
    for letter in EVERYONE:
        told = dict(Idea.objects.opened_by(many[letter]).values_list("pk", "readable"))
        seen = set(Idea.objects.visible_to(many[letter]).values_list("pk", flat=True))
        assert {pk for pk, opened in told.items() if opened} == seen, letter
        assert len(told) == 3


# Panels


def test_panels_of_lab_staff_read_no_cohort(many: Cast, django_assert_num_queries):
    IdeaFactory(cohort=many.cohort, state="accepted")
    with django_assert_num_queries(1):  # the tally
        assert panels.of_authority(asked_by(many["S"]), many.cohort.authority)
    with django_assert_num_queries(1):
        assert panels.of_edition(asked_by(many["S"]), many.edition)

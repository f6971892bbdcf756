"""The choices offered to lab staff, all or, of many, those that an address names; and what others may count."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from figures.implementation import panels
from figures.implementation.forms import RatesForm
from figures.scope import visibility
from figures.scope.selection import FiguresScope
from figures.scope.visibility import StaffVisibleCohorts, VisibleCohorts, visible_cohorts
from programmes.models import Claim
from prototypes.ideas.claims import published_claims
from prototypes.models import Idea
from tests.factories.accounts import request_by
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.figures import share_with_edition
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, EditionFactory
from tests.factories.prototypes import IdeaFactory
from tests.pages import texts

PAGE = reverse("figures:rates")
TODAY = date(2026, 11, 24)
SENTENCE = "There are more than a hundred cohorts here"


def names(rows: Iterable[Any]) -> list[str]:
    return [row.name for row in rows]


def all_cohorts(cast: Cast, address: str = "") -> VisibleCohorts:
    return visible_cohorts(cast["S"], QueryDict(address))


def offered(cast: Cast, address: str = "") -> dict[str, list[str]]:
    visible = all_cohorts(cast, address)
    return {
        "authorities": names(visible.authorities()),
        "editions": names(visible.editions()),
        "cohorts": names(visible.selectable_cohorts()),
    }


@pytest.fixture
def many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Create four cohorts where two are many: Rivage also in an earlier edition, and one more of the same edition."""
    monkeypatch.setattr(visibility, "MAX_COHORTS", 2)
    for cohort in (cast.cohort, cast.other_cohort):
        cohort.authority.slug = cohort.slug
        cohort.authority.save()
    earlier = EditionFactory(
        name="La Transfo 2020", slug="transfo-2020", starts_on=date(2020, 1, 1), ends_on=date(2023, 1, 1)
    )
    CohortFactory(edition=earlier, authority=cast.cohort.authority, name="Rivage bis", slug="rivage-bis")
    CohortFactory(edition=earlier, authority=AuthorityFactory(name="Ville de Plaine"), name="Plaine", slug="plaine")
    return cast


# What is offered


def test_all_of_few_cohorts_are_offered_whatever_the_query_string(cast: Cast):
    AuthorityFactory(name="Ville sans cohorte")
    EditionFactory(name="Édition sans cohorte")
    plain = visible_cohorts(cast["S"])
    assert offered(cast) == {
        "authorities": names(plain.authorities()),
        "editions": names(plain.editions()),
        "cohorts": names(plain.selectable_cohorts()),
    }
    assert offered(cast, "cohort=rivage&edition=transfo-2026")["cohorts"] == ["Montagne", "Rivage"]


def test_all_cohorts_up_to_the_limit_are_offered_and_none_above_it(many: Cast, monkeypatch: pytest.MonkeyPatch):
    assert offered(many)["cohorts"] == []
    monkeypatch.setattr(visibility, "MAX_COHORTS", 4)
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
def test_of_many_cohorts_those_matching_the_query_string_are_offered(address: str, cohorts: list[str], many: Cast):
    assert offered(many, address)["cohorts"] == cohorts


def test_every_authority_is_offered_and_of_many_editions_the_latest(many: Cast):
    oldest = EditionFactory(
        name="La Transfo 2011", slug="transfo-2011", starts_on=date(2011, 1, 1), ends_on=date(2014, 1, 1)
    )
    CohortFactory(edition=oldest, authority=many.other_cohort.authority, name="Montagne bis")
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
def test_every_query_string_takes_one_statement(address: str, many: Cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        visible = all_cohorts(many, address)
        form = RatesForm(QueryDict(address), visible=visible, today=TODAY)
        assert (form.is_valid(), str(form["cohort"]) != "") == (True, True)
        scope = RatesForm.scope_of(visible, QueryDict(address))
        assert (visible.has_few_cohorts(scope), scope.cohort and scope.cohort.authority.name) is not None


@pytest.mark.parametrize("role", [role for role in EVERYONE if role != "S"])
def test_visible_cohorts_of_others_do_not_depend_on_the_query_string(role: str, many: Cast):
    narrowed = visible_cohorts(many[role], QueryDict("edition=transfo-2020&cohort=plaine"))
    assert (narrowed, isinstance(narrowed, StaffVisibleCohorts)) == (visible_cohorts(many[role]), False)


# What a choice covers


def test_a_choice_among_many_covers_the_same_as_among_all(many: Cast):
    plain = visible_cohorts(many["S"])
    for address in (
        "edition=transfo-2026",
        "authority=rivage",
        "cohort=plaine",
        "authority=rivage&edition=transfo-2020",
    ):
        visible = all_cohorts(many, address)
        scope = RatesForm.scope_of(visible, QueryDict(address))
        assert names(visible.cohorts_in(scope)) == names(plain.cohorts_in(scope)), address
        assert (
            set(visible.cohort_queryset(scope)) == set(plain.cohort_queryset(scope)) == set(plain.cohorts_in(scope))
        ), address


def test_scope_without_a_choice_covers_everything_without_reading_cohorts(many: Cast):
    visible = all_cohorts(many)
    scope = RatesForm.scope_of(visible, QueryDict())
    assert (visible.cohorts, scope.everyone, scope.own) == ((), False, None)
    assert names(visible.cohort_queryset(scope).order_by("name")) == ["Montagne", "Plaine", "Rivage", "Rivage bis"]


@pytest.mark.parametrize(
    ("address", "few"),
    [("", False), ("edition=transfo-2026", True), ("authority=rivage", True), ("cohort=plaine", True)],
)
def test_few_cohorts_are_shown_side_by_side(address: str, few: bool, many: Cast):
    visible = all_cohorts(many, address)
    assert visible.has_few_cohorts(RatesForm.scope_of(visible, QueryDict(address))) is few


def test_an_edition_of_too_many_cohorts_is_not_few(many: Cast):
    CohortFactory(edition=many.edition, name="Vallée")
    visible = all_cohorts(many, "edition=transfo-2026")
    assert (len(visible.cohorts), visible.has_few_cohorts(visible.scope(edition=many.edition))) == (3, False)


@pytest.mark.parametrize(("role", "few"), [("A", True), ("N", True), ("X", False)])
def test_without_cohorts_nothing_is_shown_side_by_side(role: str, few: bool, cast: Cast):
    visible = visible_cohorts(cast[role])
    assert visible.has_few_cohorts(visible.scope()) is few


def test_claims_match_the_scope_whether_cohorts_were_read_or_not(many: Cast):
    about = {"metric": "ideas_implemented_percent", "value": 50, "source": "Étude"}
    ours = Claim.objects.create(programme=many.edition.programme, **about)
    Claim.objects.create(programme=EditionFactory().programme, **about)
    visible = all_cohorts(many)
    assert list(published_claims(visible.cohort_queryset(FiguresScope()))) == [ours]


# What others may count


def test_scope_without_a_choice_covers_the_own_cohorts_only(cast: Cast):
    share_with_edition(cast.other_cohort)
    visible = visible_cohorts(cast["A"])
    scopes = (visible.scope(), visible.scope(edition=cast.edition))
    assert [names(visible.cohorts_in(scope)) for scope in scopes] == [["Rivage"], ["Montagne", "Rivage"]]


def test_scope_of_a_report_covers_only_its_cohorts(cast: Cast):
    share_with_edition(cast.other_cohort)
    visible = visible_cohorts(cast["A"])
    scope = visible.scope(edition=cast.edition)
    reports = [replace(scope, report_cohorts=ids) for ids in (None, frozenset([cast.cohort.pk]), frozenset[int]())]
    assert [names(visible.cohorts_in(report)) for report in reports] == [["Montagne", "Rivage"], ["Rivage"], []]


def test_present_pilots_and_admins_decide_on_sharing_of_their_own_cohort(cast: Cast):
    MembershipFactory(cohort=cast.other_cohort, role="pilot")
    year_before = {"starts_on": date(2025, 1, 6), "ends_on": date(2026, 1, 4)}
    MembershipFactory(cohort=cast.cohort, user=cast["M"], role="pilot", **year_before)
    AuthorityAdminFactory(authority=cast.cohort.authority, user=cast["R"], until=date(2026, 11, 23))
    share_with_edition(cast.other_cohort)
    decided = {}
    for role in EVERYONE:
        visible = visible_cohorts(cast[role])
        decided[role] = visible.sharing_decisions(visible.scope(edition=cast.edition))
    assert decided == {role: [(cast.cohort, False)] if role in "PA" else [] for role in EVERYONE}


# The page


def page(cast: Cast, role: str = "S", **query: str):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast[role])
    return client.get(PAGE, query)


def test_page_with_many_cohorts_asks_to_choose_and_then_shows_them(many: Cast):
    for _ in range(5):
        IdeaFactory(cohort=many.cohort, state="accepted")
    before, after = page(many), page(many, edition="transfo-2026")
    assert [any(SENTENCE in sentence for sentence in texts(each, "p")) for each in (before, after)] == [True, False]
    assert ["work" in each.context for each in (before, after)] == [False, True]
    assert [each.context["figures"].accepted for each in (before, after)] == [5, 5]


def test_page_without_ideas_does_not_ask_to_choose(many: Cast):
    assert not any(SENTENCE in sentence for sentence in texts(page(many), "p"))


@pytest.mark.parametrize("more", [0, 6])
def test_page_takes_the_same_statements_for_any_number_of_cohorts(more: int, many: Cast, django_assert_num_queries):
    """Session, person, choices, tally, page, its ideas, claims, visit."""
    IdeaFactory(cohort=many.cohort, state="accepted")
    for number in range(more):
        CohortFactory(edition=EditionFactory(name=f"Édition {number}"))
    client = Client()
    client.force_login(many["S"])
    with django_assert_num_queries(8):
        assert len(client.get(PAGE, {"page": "1"}).context["rows"]) == 1


def test_list_has_pages_and_restarts_past_the_last(cast: Cast):
    for _ in range(26):
        IdeaFactory(cohort=cast.cohort, state="accepted")
    found = [page(cast, "A", page=number).context["page"] for number in ("1", "3", "4")]
    assert [(len(each), each.number, each.count, each.next) for each in found] == [
        (10, 1, 26, 2),
        (6, 3, 26, None),
        (10, 1, 26, 2),
    ]


# Whose page may be opened


def test_idea_can_be_opened_by_readers_who_see_it(many: Cast):
    IdeaFactory(cohort=many.cohort, state="accepted")
    IdeaFactory(cohort=many.other_cohort, state="accepted")
    IdeaFactory(cohort=many.other_cohort, state="accepted", shared_with_edition=True)
    for role in EVERYONE:
        readable = dict(Idea.objects.with_readable(many[role]).values_list("pk", "readable"))
        seen = set(Idea.objects.visible_to(many[role]).values_list("pk", flat=True))
        assert {pk for pk, opened in readable.items() if opened} == seen, role
        assert len(readable) == 3


# Panels


def test_panels_of_lab_staff_read_no_cohort(many: Cast, django_assert_num_queries):
    IdeaFactory(cohort=many.cohort, state="accepted")
    with django_assert_num_queries(1):  # the tally
        assert panels.authority_panel(request_by(many["S"]), many.cohort.authority)
    with django_assert_num_queries(1):
        assert panels.edition_panel(request_by(many["S"]), many.edition)


def test_where_nothing_is_chosen_only_own_cohorts_are_read(cast: Cast):
    earlier = CohortFactory(edition=cast.edition, retrospective=True)
    all_of_admin, own = (visible_cohorts(cast["A"], own_only=own_only) for own_only in (False, True))
    assert (earlier in all_of_admin.cohorts, list(own.cohorts)) == (True, [cast.cohort])
    assert (own.own, own.decides_on) == (all_of_admin.own, all_of_admin.decides_on)
    assert own.cohorts_in(own.scope()) == all_of_admin.cohorts_in(all_of_admin.scope()) == [cast.cohort]


def test_a_person_without_own_cohorts_chooses_among_all_that_they_may_count(cast: Cast, django_assert_num_queries: Any):
    earlier = CohortFactory(retrospective=True)
    with django_assert_num_queries(2):
        visible = visible_cohorts(cast["X"], own_only=True)
    assert visible.selectable_cohorts() == [earlier]

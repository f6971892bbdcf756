"""What cohorts bring to the home page, to editions and to authorities."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import User
from cohorts.cohort import panels
from tests.cohorts.pages import browser, doors, main
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, NOW, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.programmes import EditionFactory
from tests.pages import elements
from web.pages.home import Attention


def asked_by(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    request.LANGUAGE_CODE = "en"
    return request


def names(context: dict[str, Any] | None) -> list[str]:
    return [cohort.name for cohort in (context or {}).get("cohorts", [])]


@pytest.mark.parametrize(
    ("letter", "seen"),
    [("S", ["Rivage", "Montagne"]), ("M", ["Rivage"]), ("A", ["Rivage"]), ("N", ["Montagne"]), ("X", [])],
)
def test_an_edition_shows_the_cohorts_one_may_see(cast: Cast, letter: str, seen: list[str]):
    assert names(panels.edition_cohorts(asked_by(cast[letter]), cast.edition)) == seen


@pytest.mark.parametrize(("state", "offered"), [("open", True), ("running", True), ("closed", False)])
def test_authorities_are_added_by_lab_staff_while_the_edition_takes_them(cast, state, offered):
    edition = EditionFactory(state=state)
    CohortFactory(edition=edition)
    context = panels.edition_cohorts(asked_by(cast["S"]), edition)
    assert context
    assert context["may_add"] is offered
    assert panels.edition_cohorts(asked_by(cast["M"]), edition) is None


def test_beside_the_drawing_each_cohort_has_a_link_the_keyboard_reaches(cast):
    page = browser(cast["S"]).get(cast.edition.get_absolute_url())
    listed = [link["text"] for link in elements(page, "a") if "tabindex" not in link["attrs"]]
    assert [name for name in listed if name in {"Rivage", "Montagne"}] == ["Rivage", "Montagne"]


def test_published_editions_take_no_authority(cast):
    edition = EditionFactory(retrospective=True, state="running")
    assert panels.edition_cohorts(asked_by(cast["S"]), edition) is None


def test_the_edition_page_draws_its_cohorts(cast):
    page = browser(cast["S"]).get(cast.edition.get_absolute_url())
    assert "2 of 2 authorities started" in main(page)
    assert f"/editions/{cast.edition.slug}/cohorts/new/" in doors(page)
    assert b"line-today" in page.content


def test_an_edition_without_cohorts_offers_the_first_step(cast):
    edition = EditionFactory(state="open", slug="empty")
    page = browser(cast["S"]).get(edition.get_absolute_url())
    assert "No authority takes part yet." in main(page)
    assert "/editions/empty/cohorts/new/" in doors(page)


def test_an_authority_shows_its_cohorts_the_latest_first(cast):
    authority = cast.cohort.authority
    CohortFactory(name="Rivage avant", authority=authority, retrospective=True, actual_start=date(2014, 1, 1))
    assert names(panels.authority_cohorts(asked_by(cast["S"]), authority)) == ["Rivage", "Rivage avant"]
    assert names(panels.authority_cohorts(asked_by(cast["X"]), authority)) == ["Rivage avant"]
    assert panels.authority_cohorts(asked_by(cast["X"]), cast.other.authority) is None
    assert "Rivage avant" in main(browser(cast["S"]).get(authority.get_absolute_url()))


def test_staff_see_editions_open_and_under_way_on_their_home_page(cast):
    EditionFactory(name="Next", state="open", starts_on=date(2027, 1, 4), ends_on=date(2028, 1, 3))
    for state in ("draft", "closed"):
        EditionFactory(state=state)
    EditionFactory(retrospective=True, state="running")
    context = panels.current_editions(asked_by(cast["S"]))
    assert context
    assert [(card["edition"].name, names(card)) for card in context["cards"]] == [
        ("La Transfo 2026–2028", ["Rivage", "Montagne"]),
        ("Next", []),
    ]
    assert "No authority takes part yet." in main(browser(cast["S"]).get("/"))


@pytest.mark.parametrize("letter", [letter for letter in EVERYONE if letter != "S"])
def test_others_see_no_edition_card(cast, letter):
    assert panels.current_editions(asked_by(cast[letter])) is None


@pytest.mark.django_db
def test_staff_without_any_edition_see_no_card():
    assert panels.current_editions(asked_by(UserFactory(is_lab_staff=True))) is None


@pytest.mark.parametrize(("letter", "own"), [("M", ["Rivage"]), ("N", ["Montagne"]), ("R", ["Rivage"])])
def test_members_see_their_own_cohort_and_its_next_session(cast, letter, own):
    SessionFactory(cohort=cast.cohort, state="draft", date=date(2026, 12, 1))
    context = panels.own_cohorts(asked_by(cast[letter]))
    assert context
    assert [card["cohort"].name for card in context["cards"]] == own
    if own == ["Rivage"]:
        assert "Next session: Tue 1 December 2026" in main(browser(cast[letter]).get("/"))


@pytest.mark.parametrize("letter", "SAX")
def test_who_is_in_no_cohort_sees_none_of_their_own(cast, letter):
    assert panels.own_cohorts(asked_by(cast[letter])) is None


def test_someone_who_left_sees_no_card_any_more(cast):
    member = cast.cohort.memberships.get(role="ambassador")
    member.ends_on = date(2026, 11, 23)
    member.save()
    assert panels.own_cohorts(asked_by(cast["M"])) is None


def test_a_cohort_without_a_pilot_needs_the_lab(cast):
    assert panels.without_pilot(asked_by(cast["S"])) == [
        Attention(
            "Montagne has no pilot.",
            "Nobody is responsible for the cohort in the authority.",
            "/cohorts/montagne/members/new/?role=pilot",
            "Name a pilot",
        )
    ]


def test_a_pilot_who_is_invited_is_named_instead(cast):
    InvitationFactory(cohort=cast.other, full_name="Ada Essai", role="pilot")
    assert panels.without_pilot(asked_by(cast["S"])) == [
        Attention(
            "Montagne has no pilot yet.",
            "Ada Essai is invited and has not answered.",
            "/cohorts/montagne/members/#invited",
            "See the invitation",
        )
    ]


def test_an_expired_invitation_of_a_pilot_is_none(cast):
    InvitationFactory(cohort=cast.other, role="pilot", invited_at=NOW - timedelta(days=60))
    assert [note.action for note in panels.without_pilot(asked_by(cast["S"]))] == ["Name a pilot"]


@pytest.mark.parametrize(("hours", "action"), [(1, "See the invitation"), (-1, "Name a pilot")])
def test_invitation_of_a_pilot_counts_until_the_moment_it_ends(cast, hours: int, action: str):
    ends = NOW + timedelta(hours=hours)
    InvitationFactory(cohort=cast.other, role="pilot", invited_at=NOW - timedelta(days=2), expires_at=ends)
    assert [note.action for note in panels.without_pilot(asked_by(cast["S"]))] == [action]


def test_its_coordinator_is_told_too_and_nobody_else(cast):
    member = cast.cohort.memberships.get(role="pilot")
    member.ends_on = date(2026, 11, 23)
    member.save()
    told = {letter for letter in EVERYONE if panels.without_pilot(asked_by(cast[letter]))}
    assert told == {"S", "C"}


def test_a_cohort_that_should_have_started_needs_its_leads(cast):
    late = CohortFactory(
        name="Vallée", slug="vallee", state="agreed", planned_start=date(2026, 11, 2), actual_start=None
    )
    MembershipFactory(cohort=late, user=cast["P"], role="pilot")
    note = Attention(
        "Vallée has not started.",
        "Its start was planned for 2 November 2026.",
        "/cohorts/vallee/start/",
        "Start the cohort",
    )
    assert [panels.overdue(asked_by(cast[letter])) for letter in "SPM"] == [[note], [note], []]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        *[(state, True) for state in ("agreed", "running", "suspended")],
        *[(state, False) for state in ("prospect", "completed", "alumni", "withdrawn")],
    ],
)
def test_a_pilot_is_missed_from_the_agreement_to_the_end_while_suspended_too(cast, state, told):
    CohortFactory(name="Vallée", state=state, reason="Budget" if state == "withdrawn" else "")
    said = [note.strong for note in panels.without_pilot(asked_by(cast["S"]))]
    assert ("Vallée has no pilot." in said) is told


@pytest.mark.parametrize(
    ("watch", "state", "said", "address"),
    [
        (panels.without_pilot, "running", "7 cohorts have no pilot.", "/cohorts/?missing=pilot"),
        (panels.overdue, "agreed", "6 cohorts have not started.", "/cohorts/?missing=start"),
    ],
)
def test_beyond_a_few_notes_the_last_says_how_many_there_are_and_leads_to_all(cast, watch, state, said, address):
    CohortFactory.create_batch(panels.NOTES_SHOWN + 1, state=state, planned_start=date(2026, 1, 5), actual_start=None)
    notes = watch(asked_by(cast["S"]))
    assert len(notes) == panels.NOTES_SHOWN + 1
    assert notes[-1] == Attention(said, "The first ones are named above.", address, "See them all")
    assert len(browser(cast["S"]).get(address).context["page"].rows) == int(said[0])


def test_as_many_as_are_shown_need_no_list(cast):
    CohortFactory.create_batch(panels.NOTES_SHOWN - 1)
    assert [note.action for note in panels.without_pilot(asked_by(cast["S"]))] == ["Name a pilot"] * panels.NOTES_SHOWN


@pytest.mark.parametrize("many", [1, 3])
def test_the_card_of_staff_takes_three_statements_however_many_cohorts(cast, many, django_assert_num_queries):
    for _ in range(many):
        SessionFactory(cohort=CohortFactory(edition=cast.edition))
    with django_assert_num_queries(3):
        panels.current_editions(asked_by(cast["S"]))


@pytest.mark.parametrize("many", [1, 3])
def test_the_panel_of_an_edition_takes_two_statements_however_many_cohorts(cast, many, django_assert_num_queries):
    for _ in range(many):
        SessionFactory(cohort=CohortFactory(edition=cast.edition))
    with django_assert_num_queries(2):
        panels.edition_cohorts(asked_by(cast["S"]), cast.edition)

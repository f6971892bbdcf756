"""Tests of the panels of cohorts on the home page, on editions and on authorities."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import User
from cohorts.cohort import panels
from cohorts.models import SessionDay
from tests.cohorts.pages import browser, page_links, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.programmes import EditionFactory
from tests.pages import elements, links
from web.pages.home import HomeNotice


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    request.LANGUAGE_CODE = "en"
    return request


def cohort_names(context: dict[str, Any] | None) -> list[str]:
    return [cohort.name for cohort in (context or {}).get("cohorts", [])]


@pytest.mark.parametrize(
    ("role", "expected"),
    [("S", ["Rivage", "Montagne"]), ("M", ["Rivage"]), ("A", ["Rivage"]), ("N", ["Montagne"]), ("X", [])],
)
def test_an_edition_panel_lists_the_visible_cohorts(cast: Cast, role: str, expected: list[str]):
    assert cohort_names(panels.edition_cohorts(request_of(cast[role]), cast.edition)) == expected


@pytest.mark.parametrize(("state", "offered"), [("open", True), ("running", True), ("closed", False)])
def test_authorities_are_added_by_lab_staff_while_the_edition_takes_them(cast, state, offered):
    edition = EditionFactory(state=state)
    CohortFactory(edition=edition)
    context = panels.edition_cohorts(request_of(cast["S"]), edition)
    assert context
    assert context["can_add"] is offered
    assert panels.edition_cohorts(request_of(cast["M"]), edition) is None


def test_each_cohort_of_the_timeline_has_a_link_for_the_keyboard(cast):
    page = browser(cast["S"]).get(cast.edition.get_absolute_url())
    listed = [link["text"] for link in elements(page, "a") if "tabindex" not in link["attrs"]]
    assert [name for name in listed if name in {"Rivage", "Montagne"}] == ["Rivage", "Montagne"]


@pytest.mark.time_machine(NOW, tick=False)
def test_lab_staff_see_how_many_people_are_invited_to_each_cohort(cast):
    for number in range(2):
        InvitationFactory(cohort=cast.cohort, email=f"{number}@people.example")
    InvitationFactory(cohort=cast.cohort, email="late@people.example", sent_at=NOW - timedelta(days=9), expires_at=NOW)
    page = browser(cast["S"]).get(cast.edition.get_absolute_url())
    assert links(page)["2 people invited Rivage"] == "/cohorts/rivage/invitations/"
    assert "people invited" not in browser(cast["P"]).get(cast.edition.get_absolute_url()).content.decode()


def test_editions_of_published_facts_take_no_authority(cast):
    edition = EditionFactory(retrospective=True, state="running")
    assert panels.edition_cohorts(request_of(cast["S"]), edition) is None


def test_the_edition_page_draws_its_cohorts(cast):
    page = browser(cast["S"]).get(cast.edition.get_absolute_url())
    assert "2 of 2 authorities started" in page_text(page)
    assert f"/editions/{cast.edition.slug}/cohorts/new/" in page_links(page)
    assert b"line-today" in page.content


def test_an_edition_without_cohorts_offers_the_first_step(cast):
    edition = EditionFactory(state="open", slug="empty")
    page = browser(cast["S"]).get(edition.get_absolute_url())
    assert "No authority takes part yet." in page_text(page)
    assert "/editions/empty/cohorts/new/" in page_links(page)


def test_an_authority_panel_lists_its_cohorts_the_latest_first(cast):
    authority = cast.cohort.authority
    CohortFactory(name="Rivage avant", authority=authority, retrospective=True, actual_start=date(2014, 1, 1))
    assert cohort_names(panels.authority_cohorts(request_of(cast["S"]), authority)) == ["Rivage", "Rivage avant"]
    assert cohort_names(panels.authority_cohorts(request_of(cast["X"]), authority)) == ["Rivage avant"]
    assert panels.authority_cohorts(request_of(cast["X"]), cast.other_cohort.authority) is None
    assert "Rivage avant" in page_text(browser(cast["S"]).get(authority.get_absolute_url()))


def test_staff_see_editions_open_and_under_way_on_their_home_page(cast):
    EditionFactory(name="Next", state="open", starts_on=date(2027, 1, 4), ends_on=date(2028, 1, 3))
    for state in ("draft", "closed"):
        EditionFactory(state=state)
    EditionFactory(retrospective=True, state="running")
    context = panels.current_editions(request_of(cast["S"]))
    assert context
    assert [(card["edition"].name, cohort_names(card)) for card in context["cards"]] == [
        ("La Transfo 2026–2028", ["Rivage", "Montagne"]),
        ("Next", []),
    ]
    assert "No authority takes part yet." in page_text(browser(cast["S"]).get("/"))


@pytest.mark.parametrize("role", [role for role in EVERYONE if role != "S"])
def test_others_see_no_edition_card(cast, role):
    assert panels.current_editions(request_of(cast[role])) is None


@pytest.mark.django_db
def test_staff_without_any_edition_see_no_card():
    assert panels.current_editions(request_of(UserFactory(is_lab_staff=True))) is None


@pytest.mark.parametrize(("role", "own"), [("M", ["Rivage"]), ("N", ["Montagne"]), ("R", ["Rivage"])])
def test_members_see_their_own_cohort_and_its_next_session(cast, role, own):
    SessionFactory(cohort=cast.cohort, state="draft", date=date(2026, 12, 1))
    context = panels.own_cohorts(request_of(cast[role]))
    assert context
    assert [card["cohort"].name for card in context["cards"]] == own
    if own == ["Rivage"]:
        assert "Next session: Tue 1 December 2026" in page_text(browser(cast[role]).get("/"))


def test_card_names_the_last_day_of_a_session_that_began_yesterday(cast):
    session = SessionFactory(cohort=cast.cohort, state="scheduled", date=TODAY - timedelta(days=1))
    SessionDay.objects.create(session=session, date=TODAY, starts_at=time(9), ends_at=time(17))
    text = page_text(browser(cast["M"]).get("/"))
    assert ("Session until Tue 24 November 2026" in text, "Next session" in text) == (True, False)


@pytest.mark.parametrize("role", "SAX")
def test_people_without_a_cohort_see_no_card_of_their_own(cast, role):
    assert panels.own_cohorts(request_of(cast[role])) is None


def test_a_past_member_sees_no_card(cast):
    member = cast.cohort.memberships.get(role="ambassador")
    member.ends_on = date(2026, 11, 23)
    member.save()
    assert panels.own_cohorts(request_of(cast["M"])) is None


def test_a_cohort_without_a_pilot_needs_the_lab(cast):
    assert panels.without_pilot(request_of(cast["S"])) == [
        HomeNotice(
            "Montagne has no pilot.",
            "Nobody is responsible for the cohort in the authority.",
            "/cohorts/montagne/members/new/?role=pilot",
            "Name a pilot",
            when="start: 5 Jan 2026",
        )
    ]


def test_the_note_names_an_invited_pilot(cast):
    InvitationFactory(cohort=cast.other_cohort, full_name="Ada Essai", role="pilot")
    assert panels.without_pilot(request_of(cast["S"])) == [
        HomeNotice(
            "Montagne has no pilot yet.",
            "Ada Essai is invited and has not answered.",
            "/cohorts/montagne/members/#invited",
            "See the invitation",
            when="until 9 Dec 2026",
        )
    ]


def test_an_expired_invitation_of_a_pilot_does_not_count(cast):
    InvitationFactory(cohort=cast.other_cohort, role="pilot", invited_at=NOW - timedelta(days=60))
    assert [note.action for note in panels.without_pilot(request_of(cast["S"]))] == ["Name a pilot"]


@pytest.mark.parametrize(("hours", "action"), [(1, "See the invitation"), (-1, "Name a pilot")])
def test_invitation_of_a_pilot_counts_until_the_moment_it_ends(cast, hours: int, action: str):
    ends = NOW + timedelta(hours=hours)
    InvitationFactory(cohort=cast.other_cohort, role="pilot", invited_at=NOW - timedelta(days=2), expires_at=ends)
    assert [note.action for note in panels.without_pilot(request_of(cast["S"]))] == [action]


def test_only_the_lab_and_the_coordinator_get_the_note(cast):
    member = cast.cohort.memberships.get(role="pilot")
    member.ends_on = date(2026, 11, 23)
    member.save()
    roles = {role for role in EVERYONE if panels.without_pilot(request_of(cast[role]))}
    assert roles == {"S", "C"}


def test_the_leads_of_an_overdue_cohort_get_a_note(cast):
    late = CohortFactory(
        name="Vallée", slug="vallee", state="agreed", planned_start=date(2026, 11, 2), actual_start=None
    )
    MembershipFactory(cohort=late, user=cast["P"], role="pilot")
    note = HomeNotice(
        "Vallée has not started.",
        "Its start was planned for 2 November 2026.",
        "/cohorts/vallee/start/",
        "Start the cohort",
    )
    assert [panels.overdue(request_of(cast[role])) for role in "SPM"] == [[note], [note], []]


@pytest.mark.parametrize(
    ("state", "is_noted"),
    [
        *[(state, True) for state in ("agreed", "running", "suspended")],
        *[(state, False) for state in ("prospect", "completed", "alumni", "withdrawn")],
    ],
)
def test_a_missing_pilot_is_noted_from_the_agreement_to_the_end(cast, state, is_noted):
    CohortFactory(name="Vallée", state=state, reason="Budget" if state == "withdrawn" else "")
    notes = [note.strong for note in panels.without_pilot(request_of(cast["S"]))]
    assert ("Vallée has no pilot." in notes) is is_noted


@pytest.mark.parametrize(
    ("source", "state", "text", "href"),
    [
        (panels.without_pilot, "running", "7 cohorts have no pilot.", "/cohorts/?missing=pilot"),
        (panels.overdue, "agreed", "6 cohorts have not started.", "/cohorts/?missing=start"),
    ],
)
def test_the_last_note_counts_all_cohorts_and_links_to_the_list(cast, source, state, text, href):
    CohortFactory.create_batch(panels.MAX_NOTICES + 1, state=state, planned_start=date(2026, 1, 5), actual_start=None)
    notes = source(request_of(cast["S"]))
    assert len(notes) == panels.MAX_NOTICES + 1
    detail = "Only the first ones are shown above. The list shows all of them."
    assert notes[-1] == HomeNotice(text, detail, href, "See them all")
    assert len(browser(cast["S"]).get(href).context["page"].rows) == int(text[0])


def test_without_further_cohorts_there_is_no_link_to_the_list(cast):
    CohortFactory.create_batch(panels.MAX_NOTICES - 1)
    assert [note.action for note in panels.without_pilot(request_of(cast["S"]))] == [
        "Name a pilot"
    ] * panels.MAX_NOTICES


@pytest.mark.parametrize("many", [1, 3])
def test_the_card_of_staff_takes_three_statements_however_many_cohorts(cast, many, django_assert_num_queries):
    for _ in range(many):
        SessionFactory(cohort=CohortFactory(edition=cast.edition))
    with django_assert_num_queries(3):
        panels.current_editions(request_of(cast["S"]))


@pytest.mark.parametrize("many", [1, 3])
def test_the_panel_of_an_edition_takes_two_statements_however_many_cohorts(cast, many, django_assert_num_queries):
    for _ in range(many):
        SessionFactory(cohort=CohortFactory(edition=cast.edition))
    with django_assert_num_queries(2):
        panels.edition_cohorts(request_of(cast["S"]), cast.edition)

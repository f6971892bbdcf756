"""What sessions put on the home page and into the menu."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from cohorts.attendance.actions import answer_for_oneself, invite_people
from cohorts.models import Cohort, Session
from cohorts.sessions.actions.sessions import schedule_session
from cohorts.sessions.panels import this_week, unanswered_sessions, unmarked_sessions, unreported_sessions
from tests.factories.cast import EVERYONE, NOW, TODAY, Cast
from tests.factories.cohorts import MembershipFactory, SessionFactory, StakeholderFactory
from web.pages.home import attention, home_cards
from web.pages.navigation import links

PAST, SOON = date(2026, 11, 17), date(2026, 11, 27)


def asking(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def firm(cohort: Cohort, day: date = SOON, **more: Any) -> Session:
    draft = SessionFactory(cohort=cohort, state="draft", date=day, **more)
    return schedule_session(session=draft, at=NOW, by=None)  # type: ignore[arg-type]


def test_they_are_registered():
    assert {"unmarked_sessions", "unreported_sessions"} <= set(attention.slugs())
    assert "this_week" in home_cards


def test_the_calendar_is_in_the_menu_and_in_the_phones_bar(cast: Cast):
    found = next(link for link in links(asking(cast["M"])) if link.href == reverse("cohorts:sessions"))
    assert (str(found.label), found.icon, str(found.phone_label)) == ("Calendar", "calendar", "Calendar")


def test_a_session_nobody_marked_as_held_is_for_those_who_lead(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, title="Fabriquer", date=PAST)
    SessionFactory(cohort=cast.cohort, date=TODAY)
    notes = {letter: unmarked_sessions(asking(cast[letter])) for letter in EVERYONE}
    assert [letter for letter in EVERYONE if notes[letter]] == ["S", "C", "P"]
    (note,) = notes["P"]
    assert (note.strong, note.href) == ("Fabriquer, Rivage, is over.", reverse("cohorts:session", args=[session.pk]))


@pytest.mark.parametrize(
    ("day", "ago"),
    [
        (PAST, "It was held 7 days ago."),
        (date(2026, 11, 23), "It was held 1 day ago."),
        (TODAY, "It was held today."),
    ],
)
def test_a_session_held_without_a_report_is_for_those_who_lead(day: date, ago: str, cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="held", title="Fabriquer", date=day)
    notes = {letter: unreported_sessions(asking(cast[letter])) for letter in EVERYONE}
    assert [letter for letter in EVERYONE if notes[letter]] == ["S", "C", "P"]
    (note,) = notes["C"]
    assert (note.strong, note.text) == ("Fabriquer, Rivage, has no report.", ago)
    assert note.href == reverse("cohorts:report_session", args=[session.pk])


def test_those_expected_soon_are_asked_until_they_answer(cast: Cast):
    session = firm(cast.cohort, title="Fabriquer")
    firm(cast.cohort, day=date(2026, 12, 9), title="Too far ahead")
    asked = {letter: unanswered_sessions(asking(cast[letter])) for letter in EVERYONE}
    assert "".join(letter for letter in EVERYONE if asked[letter]) == "CDPM"
    (note,) = asked["M"]
    assert (note.strong, note.href) == ("Fabriquer, Rivage:", reverse("cohorts:session", args=[session.pk]))
    answer_for_oneself(session=session, coming=True, today=TODAY, by=cast["M"])
    assert unanswered_sessions(asking(cast["M"])) == []


def test_many_late_sessions_are_one_note_that_leads_to_their_list(cast: Cast):
    for _ in range(4):
        SessionFactory(cohort=cast.cohort, date=PAST)
        SessionFactory(cohort=cast.cohort, state="held", date=PAST)
    (unmarked,) = unmarked_sessions(asking(cast["S"]))
    (unreported,) = unreported_sessions(asking(cast["S"]))
    assert unmarked.strong == "More than 3 sessions are over, and nobody said whether they were held."
    assert unreported.strong == "More than 3 sessions have no report."
    assert (unmarked.href, unreported.href) == (
        "/sessions/?period=past&state=scheduled",
        "/sessions/?period=all&state=held",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_each_kind_of_note_costs_one_statement(
    count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    for _ in range(count):
        SessionFactory(cohort=cast.cohort, date=PAST)
        SessionFactory(cohort=cast.cohort, state="held", date=PAST)
    request = asking(cast["P"])
    with django_assert_num_queries(2):
        assert len(unmarked_sessions(request) + unreported_sessions(request)) == 2 * count


def card(user: User) -> str:
    """What this week's card says, on one line."""
    context = this_week(asking(user))
    assert context is not None
    text = render_to_string("cohorts/sessions/week_card.html", context)
    return " ".join("".join(part.split(">", 1)[-1] for part in text.split("<")).split())


def test_the_week_shows_confirmed_sessions_of_the_next_seven_days(cast: Cast):
    session = firm(cast.cohort, title="Fabriquer")
    invite_people(
        days=list(session.days.all()),
        people=[StakeholderFactory(cohort=cast.cohort)],
        today=TODAY,
        at=NOW,
        by=cast["P"],
    )
    firm(cast.cohort, day=date(2026, 12, 1), title="Too late")
    firm(cast.cohort, day=PAST, title="Over")
    firm(cast.other, title="Foreign")
    SessionFactory(cohort=cast.cohort, state="draft", date=SOON, title="Draft")
    assert card(cast["M"]) == (
        "The next seven days Fri 27 Fabriquer, Rivage Salle du conseil · 4 expected · 1 "
        "stakeholder See the whole calendar"
    )


def test_a_session_under_way_stands_at_its_next_day(cast: Cast):
    session = firm(cast.cohort, day=PAST, title="Immersion")
    session.days.create(date=date(2026, 11, 26))
    firm(cast.cohort, day=date(2026, 11, 25), title="Fabriquer")
    context = this_week(asking(cast["S"]))
    assert context is not None
    assert [(entry.day, entry.line.session.title) for entry in context["entries"]] == [
        (date(2026, 11, 25), "Fabriquer"),
        (date(2026, 11, 26), "Immersion"),
    ]


def test_a_quiet_week_says_so_and_someone_without_a_cohort_has_no_card(cast: Cast):
    assert "No session in the next seven days." in card(cast["M"])
    assert this_week(asking(cast["X"])) is None
    assert this_week(asking(cast["S"])) == {"entries": [], "today": TODAY}


@pytest.mark.parametrize("count", [1, 3])
def test_the_card_costs_the_same_for_three_sessions(
    count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    MembershipFactory(cohort=cast.other, user=cast["M"])
    for place in range(count):
        firm((cast.cohort, cast.other)[place % 2])
    request = asking(cast["M"])
    with django_assert_num_queries(2):
        context = this_week(request)
    assert context is not None
    assert len(context["entries"]) == count

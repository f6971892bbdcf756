"""Sessions on the home page and in the menu."""

from datetime import date, timedelta
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
from cohorts.sessions.panels import (
    unanswered_sessions,
    undecided_sessions,
    unmarked_sessions,
    unreported_sessions,
    week_panel,
)
from tests.factories.accounts import with_access
from tests.factories.cast import EVERYONE, NOW, TODAY, Cast
from tests.factories.cohorts import MembershipFactory, SessionFactory, StakeholderFactory
from web.hooks import in_order
from web.pages.hooks import home_cards, menu_links, page_hooks

PAST, SOON = date(2026, 11, 17), date(2026, 11, 27)


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = with_access(user)
    return request


def confirmed_session(cohort: Cohort, day: date = SOON, **more: Any) -> Session:
    draft = SessionFactory(cohort=cohort, state="draft", date=day, **more)
    return schedule_session(session=draft, at=NOW, by=None)  # type: ignore[arg-type]


def test_notes_and_card_are_registered():
    watches = in_order(hooks.notices for hooks in page_hooks)
    assert {undecided_sessions, unmarked_sessions, unreported_sessions} <= set(watches)
    assert week_panel in [card.context for card in home_cards()]


def test_the_calendar_is_in_the_menu_and_in_the_phones_bar(cast: Cast):
    found = next(link for link in menu_links(request_of(cast["M"])) if link.href == reverse("notifications:calendar"))
    assert (str(found.label), found.icon, str(found.phone_label)) == ("Calendar", "calendar", "Calendar")


def test_unmarked_session_is_noted_for_its_leads(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, title="Fabriquer", date=PAST)
    SessionFactory(cohort=cast.cohort, date=TODAY)
    notes = {role: unmarked_sessions(request_of(cast[role])) for role in EVERYONE}
    assert [role for role in EVERYONE if notes[role]] == ["S", "C", "P"]
    (note,) = notes["P"]
    assert (note.strong, note.href) == ("Fabriquer, Rivage, is over.", reverse("cohorts:session", args=[session.pk]))


def test_draft_that_begins_within_three_weeks_is_noted_for_its_leads(cast: Cast):
    last = TODAY + timedelta(weeks=3)
    session = SessionFactory(cohort=cast.cohort, state="draft", title="Fabriquer", date=last)
    SessionFactory(cohort=cast.cohort, state="draft", date=last + timedelta(days=1))
    confirmed_session(cast.cohort)
    for state in ("prospect", "suspended", "completed"):
        SessionFactory(cohort__state=state, cohort__edition=cast.edition, state="draft", date=SOON)
    notes = {role: undecided_sessions(request_of(cast[role])) for role in EVERYONE}
    assert [role for role in EVERYONE if notes[role]] == ["S", "C", "P"]
    (note,) = notes["S"]
    assert (note.strong, note.href, note.when) == (
        *("Fabriquer, Rivage, is still a draft.", reverse("cohorts:session", args=[session.pk]), "on 15 Dec 2026"),
    )
    for _ in range(3):
        SessionFactory(cohort=cast.cohort, state="draft", date=PAST)
    (note,) = undecided_sessions(request_of(cast["P"]))
    assert (note.strong, note.href) == (
        *("More than 3 sessions of the next three weeks are drafts.", "/sessions/?period=all&state=draft"),
    )


@pytest.mark.parametrize(
    ("day", "ago"),
    [
        (PAST, "It was held 7 days ago."),
        (date(2026, 11, 23), "It was held 1 day ago."),
        (TODAY, "It was held today."),
    ],
)
def test_session_without_report_is_noted_for_its_leads(day: date, ago: str, cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="held", title="Fabriquer", date=day)
    notes = {role: unreported_sessions(request_of(cast[role])) for role in EVERYONE}
    assert [role for role in EVERYONE if notes[role]] == ["S", "C", "P"]
    (note,) = notes["C"]
    assert (note.strong, note.text) == ("Fabriquer, Rivage, has no report.", ago)
    assert note.href == reverse("cohorts:report_session", args=[session.pk])


def test_people_expected_soon_see_a_note_until_they_answer(cast: Cast):
    session = confirmed_session(cast.cohort, title="Fabriquer")
    confirmed_session(cast.cohort, day=date(2026, 12, 9), title="Too far ahead")
    notes = {role: unanswered_sessions(request_of(cast[role])) for role in EVERYONE}
    assert "".join(role for role in EVERYONE if notes[role]) == "CDPM"
    (note,) = notes["M"]
    assert (note.strong, note.href) == ("Fabriquer, Rivage:", reverse("cohorts:answer_session", args=[session.pk]))
    assert [str(label) for _value, label in note.answers] == ["I am coming", "I cannot come"]
    answer_for_oneself(session=session, coming=True, today=TODAY, by=cast["M"])
    assert unanswered_sessions(request_of(cast["M"])) == []


def test_many_late_sessions_make_one_note_with_a_link_to_the_list(cast: Cast):
    for _ in range(4):
        SessionFactory(cohort=cast.cohort, date=PAST)
        SessionFactory(cohort=cast.cohort, state="held", date=PAST)
    (unmarked,) = unmarked_sessions(request_of(cast["S"]))
    (unreported,) = unreported_sessions(request_of(cast["S"]))
    assert unmarked.strong == "More than 3 sessions are over, and nobody said whether they were held."
    assert unreported.strong == "More than 3 sessions have no report."
    assert (unmarked.href, unreported.href) == (
        "/sessions/?period=past&state=scheduled",
        "/sessions/?period=all&state=held",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_each_kind_of_note_takes_one_query(count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries):
    for _ in range(count):
        SessionFactory(cohort=cast.cohort, date=PAST)
        SessionFactory(cohort=cast.cohort, state="held", date=PAST)
        SessionFactory(cohort=cast.cohort, state="draft", date=SOON)
    request = request_of(cast["P"])
    with django_assert_num_queries(3):
        found = [unmarked_sessions(request), undecided_sessions(request), unreported_sessions(request)]
    assert [len(notes) for notes in found] == [count] * 3


def card(user: User) -> str:
    """Return the text of this week's card on one line."""
    context = week_panel(request_of(user))
    assert context is not None
    text = render_to_string("cohorts/sessions/week_card.html", context)
    return " ".join("".join(part.split(">", 1)[-1] for part in text.split("<")).split())


def test_the_week_shows_confirmed_sessions_of_the_next_seven_days(cast: Cast):
    session = confirmed_session(cast.cohort, title="Fabriquer")
    invite_people(
        days=list(session.days.all()),
        people=[StakeholderFactory(cohort=cast.cohort)],
        today=TODAY,
        at=NOW,
        by=cast["P"],
    )
    confirmed_session(cast.cohort, day=date(2026, 12, 1), title="Too late")
    confirmed_session(cast.cohort, day=PAST, title="Over")
    confirmed_session(cast.other_cohort, title="Foreign")
    SessionFactory(cohort=cast.cohort, state="draft", date=SOON, title="Draft")
    assert card(cast["M"]) == (
        "The next seven days Fri 27 Fabriquer, Rivage Salle du conseil · 4 expected · 1 "
        "stakeholder See the whole calendar"
    )


def test_running_session_is_listed_on_its_next_day(cast: Cast):
    session = confirmed_session(cast.cohort, day=PAST, title="Immersion")
    session.days.create(date=date(2026, 11, 26))
    confirmed_session(cast.cohort, day=date(2026, 11, 25), title="Fabriquer")
    context = week_panel(request_of(cast["S"]))
    assert context is not None
    assert [(entry.day, entry.line.session.title) for entry in context["entries"]] == [
        (date(2026, 11, 25), "Fabriquer"),
        (date(2026, 11, 26), "Immersion"),
    ]


def test_empty_week_shows_a_message_and_people_without_cohort_have_no_card(cast: Cast):
    assert "No session in the next seven days." in card(cast["M"])
    assert week_panel(request_of(cast["X"])) is None
    assert week_panel(request_of(cast["S"])) == {"entries": [], "today": TODAY}


@pytest.mark.parametrize("count", [1, 3])
def test_card_takes_the_same_queries_for_three_sessions(
    count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    MembershipFactory(cohort=cast.other_cohort, user=cast["M"])
    for place in range(count):
        confirmed_session((cast.cohort, cast.other_cohort)[place % 2])
    request = request_of(cast["M"])
    with django_assert_num_queries(2):
        context = week_panel(request)
    assert context is not None
    assert len(context["entries"]) == count

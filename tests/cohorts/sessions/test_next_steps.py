"""Sessions as lists show them, and the one thing to do with each."""

from datetime import date

import pytest

from cohorts.attendance.models import Tally
from cohorts.models import Session
from cohorts.sessions.actions.sessions import schedule_session
from cohorts.sessions.next_steps import Line, Step, lines_of, next_step, other_steps
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import SessionFactory

PAST, SOON = date(2026, 11, 17), date(2026, 12, 1)


def session(state: str, day: date | None = SOON) -> Session:
    found = SessionFactory(state=state, date=day)
    found.refresh_from_db()
    return found


def label(step: Step | None) -> str:
    return str(step.label) if step else ""


@pytest.mark.parametrize(
    ("state", "day", "planner", "member"),
    [
        ("draft", SOON, "Confirm the dates", ""),
        ("draft", None, "Choose the days", ""),
        ("scheduled", SOON, "I am coming", "I am coming"),
        ("scheduled", TODAY, "I am coming", "I am coming"),
        ("scheduled", PAST, "Mark as held", "I am coming"),
        ("postponed", SOON, "Choose new dates", ""),
        ("held", PAST, "Record attendance", ""),
        ("reported", PAST, "", ""),
        ("cancelled", SOON, "", ""),
    ],
)
@pytest.mark.django_db
def test_there_is_one_thing_to_do_by_state_and_reader(state: str, day: date | None, planner: str, member: str):
    found = session(state, day)
    silent = Tally(silent=1)
    assert label(next_step(found, silent, plans=True, today=TODAY)) == planner
    assert label(next_step(found, silent, plans=False, today=TODAY)) == member


@pytest.mark.django_db
def test_the_report_comes_once_attendance_is_recorded():
    step = next_step(session("held", PAST), Tally(came=1), plans=True, today=TODAY)
    assert label(step) == "Write the report"


@pytest.mark.django_db
def test_who_has_answered_has_nothing_more_to_do():
    assert next_step(session("scheduled"), Tally(own=1), plans=False, today=TODAY) is None


@pytest.mark.django_db
def test_published_facts_leave_nothing_to_do():
    fact = SessionFactory(retrospective=True, state="held")
    assert next_step(fact, Tally(silent=1), plans=True, today=TODAY) is None
    assert other_steps(fact, TODAY) == []


@pytest.mark.parametrize(
    ("state", "day", "steps"),
    [
        ("draft", SOON, ["Edit", "Move", "Invite", "Cancel the session"]),
        ("scheduled", SOON, ["Edit", "Move", "Invite", "Postpone", "Cancel the session"]),
        ("scheduled", TODAY, ["Edit", "Record attendance", "Invite", "Postpone", "Cancel the session"]),
        ("postponed", SOON, ["Edit", "Cancel the session"]),
        ("held", PAST, ["Record attendance", "Edit"]),
        ("reported", PAST, ["Edit the report", "Record attendance", "Edit"]),
        ("cancelled", SOON, []),
    ],
)
@pytest.mark.django_db
def test_everything_else_one_can_do_follows_the_state(state: str, day: date, steps: list[str]):
    assert [label(step) for step in other_steps(session(state, day), TODAY)] == steps


@pytest.mark.django_db
def test_a_button_says_what_it_answers():
    step = next_step(session("scheduled"), Tally(silent=1), plans=False, today=TODAY)
    assert step is not None
    assert (step.post, step.answer) == (True, "coming")


@pytest.mark.parametrize(
    ("state", "on", "over"),
    [("draft", False, False), ("scheduled", True, False), ("held", False, True), ("cancelled", False, False)],
)
@pytest.mark.django_db
def test_people_are_expected_then_counted(state: str, on: bool, over: bool):
    line = Line(session(state), Tally(), None)
    assert (line.on, line.over) == (on, over)


def test_each_line_has_the_step_of_its_reader(cast: Cast):
    draft = SessionFactory(cohort=cast.cohort, state="draft", date=SOON)
    planned = schedule_session(
        session=SessionFactory(cohort=cast.cohort, state="draft", date=SOON), at=NOW, by=cast["P"]
    )
    rows = list(Session.objects.filter(pk__in=[draft.pk, planned.pk]).with_days().order_by("pk"))
    steps = {letter: [label(line.step) for line in lines_of(rows, user=cast[letter], today=TODAY)] for letter in "SPMN"}
    assert steps == {
        "S": ["Confirm the dates", ""],
        "P": ["Confirm the dates", "I am coming"],
        "M": ["", "I am coming"],
        "N": ["", ""],
    }


def test_whoever_planned_a_cohort_once_plans_no_more(cast: Cast):
    SessionFactory(cohort=cast.cohort, state="draft", date=SOON)
    cast.cohort.memberships.filter(role="pilot").update(ends_on=PAST)
    rows = list(Session.objects.with_days())
    assert [line.step for line in lines_of(rows, user=cast["P"], today=TODAY)] == [None]

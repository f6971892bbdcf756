"""Sessions as rows of a list, and the reader's next step."""

from datetime import date

import pytest

from cohorts.attendance.models import Tally
from cohorts.models import Session
from cohorts.sessions.actions.sessions import schedule_session
from cohorts.sessions.next_steps import SessionLine, SessionStep, next_step, other_steps, session_lines
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import SessionFactory

PAST, SOON = date(2026, 11, 17), date(2026, 12, 1)


def session(state: str, day: date | None = SOON) -> Session:
    found = SessionFactory(state=state, date=day)
    found.refresh_from_db()
    return found


def label(step: SessionStep | None) -> str:
    return str(step.label) if step else ""


@pytest.mark.parametrize(
    ("state", "day", "planner", "member"),
    [
        ("draft", SOON, "Confirm the dates", ""),
        ("draft", None, "Choose the days", ""),
        ("scheduled", SOON, "Answer", "Answer"),
        ("scheduled", TODAY, "Answer", "Answer"),
        ("scheduled", PAST, "Mark as held", "Answer"),
        ("postponed", SOON, "Choose new dates", ""),
        ("held", PAST, "Record attendance", ""),
        ("reported", PAST, "", ""),
        ("cancelled", SOON, "", ""),
    ],
)
@pytest.mark.django_db
def test_next_step_depends_on_state_and_reader(state: str, day: date | None, planner: str, member: str):
    found = session(state, day)
    unanswered = Tally(unanswered=1)
    assert label(next_step(found, unanswered, can_plan=True, today=TODAY)) == planner
    assert label(next_step(found, unanswered, can_plan=False, today=TODAY)) == member


@pytest.mark.django_db
def test_report_is_the_next_step_once_attendance_is_recorded():
    step = next_step(session("held", PAST), Tally(came=1), can_plan=True, today=TODAY)
    assert label(step) == "Write the report"


@pytest.mark.django_db
def test_person_who_answered_has_no_next_step():
    assert next_step(session("scheduled"), Tally(own=1), can_plan=False, today=TODAY) is None


@pytest.mark.django_db
def test_published_session_has_no_steps():
    fact = SessionFactory(retrospective=True, state="held")
    assert next_step(fact, Tally(unanswered=1), can_plan=True, today=TODAY) is None
    assert other_steps(fact, TODAY) == []


@pytest.mark.parametrize(
    ("state", "day", "steps"),
    [
        ("draft", SOON, ["Edit", "Move", "Invite", "Cancel the session"]),
        ("scheduled", SOON, ["Edit", "Move", "Invite", "Postpone", "Cancel the session"]),
        ("scheduled", TODAY, ["Edit", "Record attendance", "Invite", "Postpone", "Cancel the session"]),
        ("postponed", SOON, ["Edit", "Cancel the session"]),
        ("held", PAST, ["Record attendance", "Edit", "Write what became of it"]),
        ("reported", PAST, ["Edit the report", "Write what became of it", "Record attendance", "Edit"]),
        ("cancelled", SOON, []),
    ],
)
@pytest.mark.django_db
def test_other_steps_depend_on_the_state(state: str, day: date, steps: list[str]):
    assert [label(step) for step in other_steps(session(state, day), TODAY)] == steps


@pytest.mark.django_db
def test_answer_step_offers_both_answers():
    step = next_step(session("scheduled"), Tally(unanswered=1), can_plan=False, today=TODAY)
    assert step is not None
    assert [(value, str(text)) for value, text in step.answers] == [
        ("coming", "I am coming"),
        ("excused", "I cannot come"),
    ]


@pytest.mark.parametrize(
    ("state", "on", "over"),
    [("draft", False, False), ("scheduled", True, False), ("held", False, True), ("cancelled", False, False)],
)
@pytest.mark.django_db
def test_state_decides_whether_people_are_expected_or_counted(state: str, on: bool, over: bool):
    line = SessionLine(session(state), Tally(), None)
    assert (line.is_upcoming, line.is_over) == (on, over)


def test_each_row_has_the_step_of_its_reader(cast: Cast):
    draft = SessionFactory(cohort=cast.cohort, state="draft", date=SOON)
    planned = schedule_session(
        session=SessionFactory(cohort=cast.cohort, state="draft", date=SOON), at=NOW, by=cast["P"]
    )
    rows = list(Session.objects.filter(pk__in=[draft.pk, planned.pk]).with_days().order_by("pk"))
    steps = {role: [label(line.step) for line in session_lines(rows, user=cast[role], today=TODAY)] for role in "SPMN"}
    assert steps == {
        "S": ["Confirm the dates", ""],
        "P": ["Confirm the dates", "Answer"],
        "M": ["", "Answer"],
        "N": ["", ""],
    }
    planned.days.get().attendances.filter(member__user=cast["M"]).update(answered_on=TODAY)
    answered = {role: session_lines(rows, user=cast[role], today=TODAY)[1] for role in "PMN"}
    assert {role: line.can_change_answer for role, line in answered.items()} == {"P": False, "M": True, "N": False}


def test_former_pilot_has_no_planning_step(cast: Cast):
    SessionFactory(cohort=cast.cohort, state="draft", date=SOON)
    cast.cohort.memberships.filter(role="pilot").update(ends_on=PAST)
    rows = list(Session.objects.with_days())
    assert [line.step for line in session_lines(rows, user=cast["P"], today=TODAY)] == [None]

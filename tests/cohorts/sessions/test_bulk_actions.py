"""Several sessions moved or cancelled at once: preview of new days and e-mails, refusals, order, undo."""

from datetime import date, timedelta
from typing import Any

import pytest

from cohorts.models import Attendance, Session
from cohorts.sessions import bulk_actions
from cohorts.sessions.actions.sessions import DayPlan, move_session, schedule_session
from cohorts.sessions.email_types import CHANGED
from cohorts.sessions.enums import SessionState
from lists.models import BulkRun
from notifications.models import Reminder
from tests.cohorts.pages import browser
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import SessionFactory
from tests.lists.bulk import hidden_values
from tests.pages import errors, texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
MONDAY = date(2027, 1, 11)
MOVE, CANCEL = "/lists/sessions/actions/move/?all=1", "/lists/sessions/actions/cancel/?all=1"


@pytest.fixture
def sessions(cast: Cast) -> list[Session]:
    """Create a scheduled session on Monday, a draft a week later, one that is held, and one of the other cohort."""
    drafts = [SessionFactory(cohort=cast.cohort, state="draft", number=str(week), date=MONDAY + timedelta(weeks=week))
              for week in (0, 1)]  # fmt: skip
    scheduled = schedule_session(session=drafts[0], at=NOW, by=cast["P"])
    others = [SessionFactory(cohort=cast.cohort, state="postponed", number="7", date=MONDAY),
              SessionFactory(cohort=cast.other_cohort, state="scheduled", date=MONDAY)]  # fmt: skip
    return [scheduled, drafts[1], *others]


def first_days(sessions: list[Session]) -> list[date | None]:
    return [Session.objects.get(pk=session.pk).first_day for session in sessions]


def previewed(client: Any, where: str, **values: Any) -> Any:
    """Return the preview that shows what these values would change."""
    return client.post(where, hidden_values(client.get(where)) | values)


def test_sessions_move_by_weeks_with_a_preview_and_one_undo(cast: Cast, sessions: list[Session]):
    client, move = browser(cast["P"]), {"number": "1", "unit": "7", "direction": "1"}
    page = previewed(client, MOVE, **move | {"number": "53"})
    assert (errors(page), first_days(sessions)[0]) == (["Sessions move by a year at most."], MONDAY)
    page = previewed(client, MOVE, **move)
    before = first_days(sessions)
    assert texts(page, "h1") == ["Move sessions: 2 of 3"]
    assert [text for text in texts(page, "small") if "→" in text] == [
        "Mon 11 January 2027 → Mon 18 January 2027",
        "Mon 18 January 2027 → Mon 25 January 2027",
    ]
    assert "Only a draft or a scheduled session can be moved." in texts(page, "strong")
    assert any(text.startswith("4 members are on the lists.") for text in texts(page, "li"))
    answer = client.post(MOVE, hidden_values(page) | move | {"number": "2"})  # seen with another number: shown again
    assert (answer.status_code, first_days(sessions)) == (200, before)
    assert client.post(MOVE, hidden_values(page) | move).status_code == 302
    week = timedelta(weeks=1)
    assert first_days(sessions)[:2] == [MONDAY + week, MONDAY + 2 * week]
    assert Session.objects.get(pk=sessions[0].pk).remarks == []  # the later one moved first
    notice = Reminder.objects.get(email_type=CHANGED)
    assert (notice.object_id, notice.state) == (sessions[0].pk, "planned")
    client.post(f"/bulk/{BulkRun.objects.get().pk}/undo/")
    assert first_days(sessions) == before
    assert not Reminder.objects.filter(email_type=CHANGED, state="planned").exists()


def test_a_session_that_changed_since_stays_when_the_move_is_undone(cast: Cast, sessions: list[Session]):
    client, move = browser(cast["P"]), {"number": "1", "unit": "1", "direction": "-1"}
    page = previewed(client, MOVE, **move)
    assert "Sun 10 January 2027: a weekend." in texts(page, "small")
    client.post(MOVE, hidden_values(page) | move)
    Session.objects.filter(pk=sessions[0].pk).update(version=9)
    run = BulkRun.objects.get()
    client.post(f"/bulk/{run.pk}/undo/")
    day = timedelta(days=1)
    assert first_days(sessions)[:2] == [MONDAY - day, MONDAY + 7 * day]
    assert set(run.rows.values_list("state", "reason")) == {
        ("undone", ""),
        ("unchanged", "This session has changed since then. Move it on its page."),
    }


def test_sessions_are_cancelled_with_one_reason_and_no_undo(cast: Cast, sessions: list[Session]):
    client = browser(cast["P"])
    page = client.get(CANCEL)
    assert "This cannot be undone." in texts(page, "p")
    assert any("4 members on their lists are informed by e-mail at once." in text for text in texts(page, "li"))
    assert errors(client.post(CANCEL, hidden_values(page))) == ["This field is required."]
    client.post(CANCEL, hidden_values(page) | {"reason": "No budget"})
    states = [(row.state, row.reason) for row in Session.objects.order_by("pk")]
    assert states == [("cancelled", "No budget")] * 3 + [("scheduled", "")]


def test_only_those_who_plan_sessions_are_offered_to_act_on_them(cast: Cast, sessions: list[Session]):
    for role, can_act in (("D", True), ("M", False), ("A", False)):
        client = browser(cast[role])
        assert (role, "Cancel sessions" in texts(client.get("/sessions/"), "button")) == (role, can_act)
        assert texts(client.get(CANCEL), "h1") == [f"Cancel sessions: {3 if can_act else 0} of 3"]


def test_answers_are_given_back_when_a_move_is_undone(cast: Cast, sessions: list[Session]):
    answered = Attendance.objects.filter(day__session=sessions[0], member__user=cast["M"])
    answered.update(status="excused", answered_on=date(2026, 11, 20))
    client, move = browser(cast["P"]), {"number": "1", "unit": "7", "direction": "1"}
    client.post(MOVE, hidden_values(previewed(client, MOVE, **move)) | move)
    assert list(answered.values_list("status", "answered_on")) == [("expected", None)]
    client.post(f"/bulk/{BulkRun.objects.get().pk}/undo/")
    assert list(answered.values_list("status", "answered_on")) == [("excused", date(2026, 11, 20))]
    others = Attendance.objects.filter(day__session=sessions[0]).exclude(member__user=cast["M"])
    assert set(others.values_list("status", "answered_on")) == {("expected", None)}


def test_preview_is_shown_again_when_someone_moved_a_session_since(cast: Cast, sessions: list[Session]):
    client, move = browser(cast["P"]), {"number": "1", "unit": "7", "direction": "1"}
    page = previewed(client, MOVE, **move)  # shows 18 → 25 January for the draft
    moved_to = date(2027, 6, 7)
    move_session(session=sessions[1], days=[DayPlan(moved_to, None, None, "")], at=NOW, by=cast["C"])
    answer = client.post(MOVE, hidden_values(page) | move)
    assert (answer.status_code, first_days(sessions)[:2]) == (200, [MONDAY, moved_to])
    assert "Mon 7 June 2027 → Mon 14 June 2027" in texts(answer, "small")


def test_state_of_a_session_decides_whether_it_is_moved_or_cancelled():
    def reasons(**values: Any) -> list[str]:
        session, actions = Session(**values), (bulk_actions.MOVE, bulk_actions.CANCEL)
        return [str(action.state_decision(session).reason) for action in actions]

    fixed, over = "Only a draft or a scheduled session can be moved.", "This session was held, or is cancelled already."
    published = "This session is one of the published facts: it cannot be changed."
    assert {state: reasons(state=state, first_day=MONDAY) for state in SessionState.values} == {
        "draft": ["", ""],
        "scheduled": ["", ""],
        "postponed": [fixed, ""],
        "held": [fixed, over],
        "reported": [fixed, over],
        "cancelled": [fixed, over],
    }
    assert reasons(state="draft") == ["This session has no day yet.", ""]
    assert reasons(state="scheduled", first_day=MONDAY, retrospective=True) == [published, published]

"""Tests of the participants of a session: list, check-in, people not on the list, files, badges, sign-in sheet."""

from datetime import date, time, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from cohorts.attendance.bulk_actions import RECORD_PRESENCE
from cohorts.models import Attendance, Session, SessionDay
from cohorts.sessions.actions.sessions import schedule_session
from lists.models import BulkRun
from tests.cohorts.pages import browser, errors, page_messages, page_text
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory
from tests.lists.bulk import hidden_values
from tests.pages import elements, links, texts
from web.decisions import ALLOW

YESTERDAY = date(2026, 11, 23)


def url(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


@pytest.fixture
def session(cast: Cast) -> Session:
    """Return a session of yesterday and this morning, where the cohort's members are expected."""
    draft = SessionFactory(cohort=cast.cohort, state="draft", date=YESTERDAY)
    draft.days.create(date=TODAY, starts_at=time(9), ends_at=time(12))
    return schedule_session(session=draft, at=NOW, by=None)  # type: ignore[arg-type]


def member(cast: Cast, role: str) -> int:
    return cast.cohort.memberships.get(user=cast[role]).pk


def status_today(cast: Cast, role: str) -> tuple[str, int]:
    return Attendance.objects.values_list("status", "half_days").get(member__user=cast[role], day__date=TODAY)


def file_of(session: Session, file_format: str) -> str:
    return f"/lists/session-participants/file/{file_format}/?subject_key={session.pk}&day=all"


def test_everyone_in_the_cohort_reads_the_list_and_planners_get_buttons(cast: Cast, session: Session):
    for role, buttons in (("D", 5), ("R", 0)):
        page = browser(cast[role]).get(url("session_participants", session.pk))
        names = [cell["text"] for cell in elements(page, "th") if cell["attrs"].get("scope") == "row"]
        assert names == ["Ambassador Rivage", "Pilot Rivage", "Resident Rivage", "Coordinator Rivage"]
        assert texts(page, "button").count("Check in") == buttons
        assert ("Add walk-in" in links(page), "Print badges" in links(page)) == (bool(buttons), bool(buttons))


def test_people_are_checked_in_by_tap_and_by_code_and_corrected(cast: Cast, session: Session):
    client = browser(cast["D"])
    taps = elements(client.get(url("session_participants", session.pk)), "button")
    tap = next(button["attrs"] for button in taps if button["attrs"].get("aria-label") == "Check in Ambassador Rivage")
    answer = client.post(tap["formaction"], {"attendance": "came", "list": "day=all"})
    row = Attendance.objects.get(member__user=cast["M"], day__date=TODAY)
    assert answer.headers["Location"] == f"{url('session_participants', session.pk)}?day=all#row-{row.pk}"
    assert status_today(cast, "M") == ("present", 1)
    code = url("check_in_member", session.pk, member(cast, "M"))
    assert "present" in page_text(client.get(code))
    for value, status in (("absent", "absent"), ("undo", "expected"), ("x", "expected")):
        answer = client.post(code, {"attendance": value})
        assert status_today(cast, "M") == (status, 0)
    assert page_messages(answer)[-1] == "Choose one of the buttons."
    assert Attendance.objects.get(member__user=cast["M"], day__date=YESTERDAY).status == "expected"
    Attendance.objects.filter(member__user=cast["M"], day__date=TODAY).update(status="excused", answered_on=TODAY)
    for value, status in (("came", ("present", 1)), ("undo", ("excused", 0))):
        client.post(code, {"attendance": value})
        assert status_today(cast, "M") == status


def test_nobody_is_checked_in_on_another_day_or_in_a_cancelled_session(cast: Cast, session: Session):
    client = browser(cast["P"])
    session.days.filter(date=TODAY).delete()
    code = url("check_in_member", session.pk, member(cast, "M"))
    assert "on the days of the session" in page_text(client.get(code))
    assert page_messages(client.post(code, {"attendance": "came"})) == [
        "You can check people in on the days of the session."
    ]
    page = client.get(url("session_participants", session.pk))
    assert texts(page, "button").count("Check in") == 1  # for selected rows, each of its own day
    assert "on the days of the session" in page_text(client.get(url("session_walk_in", session.pk)))
    cancelled = SessionFactory(cohort=cast.cohort, state="cancelled", date=TODAY)
    answer = client.post(url("check_in_member", cancelled.pk, member(cast, "M")), {"attendance": "came"})
    assert page_messages(answer) == [
        "Ambassador Rivage, Tue 24 November 2026: The session is cancelled: no attendance can be recorded."
    ]
    assert not Attendance.objects.filter(status="present").exists()


def test_people_of_other_cohorts_are_not_found(cast: Cast, session: Session):
    client = browser(cast["S"])
    stranger = MembershipFactory(cohort=cast.other_cohort)
    stakeholder = StakeholderFactory(cohort=cast.other_cohort)
    for route, pk in (("check_in_member", stranger.pk), ("check_in_stakeholder", stakeholder.pk)):
        assert client.post(url(route, session.pk, pk), {"attendance": "came"}).status_code == 404


def test_someone_not_on_the_list_is_added_as_present(cast: Cast, session: Session):
    client = browser(cast["C"])
    ends = MembershipFactory(cohort=cast.cohort, role="relay", ends_on=YESTERDAY)
    stakeholder = StakeholderFactory(cohort=cast.cohort, name="CCI", organisation="Nord")
    StakeholderFactory(cohort=cast.other_cohort, name="CANARY")
    page = client.get(url("session_walk_in", session.pk))
    assert [text for text in texts(page, "option") if text[0].isalpha()] == ["Relay Rivage (relay)", "CCI (Nord)"]
    stranger = {"kind": "person", "name": "Zoé", "category": "user", "influence": 1, "interest": 1}
    answer = client.post(links(page)["Add a stakeholder to the cohort’s list"], stranger)
    assert answer.headers["Location"] == url("session_walk_in", session.pk)
    assert "Zoé" in texts(client.get(answer.headers["Location"]), "option")
    for person in (f"member{member(cast, 'R')}", f"stakeholder{stakeholder.pk}"):
        answer = client.post(url("session_walk_in", session.pk), {"person": person})
        assert answer.headers["Location"] == url("session_participants", session.pk)
    assert (status_today(cast, "R"), stakeholder.attendances.get().status) == (("present", 1), "present")
    for person in (f"member{member(cast, 'R')}", f"member{ends.pk}", "member0", ""):
        assert list(errors(client.post(url("session_walk_in", session.pk), {"person": person}))) == ["person"]
    page = client.get(url("check_in_stakeholder", session.pk, stakeholder.pk))
    assert "stakeholder · Nord" in page_text(page)


def test_members_show_their_own_code(cast: Cast, session: Session):
    client = browser(cast["M"])
    page = client.get(url("own_session_code", session.pk))
    assert len(elements(page, "svg", "qr-code")) == 1
    assert url("own_session_code", session.pk) in links(client.get(session.get_absolute_url())).values()
    own = client.get(url("check_in_member", session.pk, member(cast, "M")))
    assert own.headers["Location"] == url("own_session_code", session.pk)
    assert client.get(url("check_in_member", session.pk, member(cast, "P"))).status_code == 403
    assert elements(browser(cast["A"]).get(url("own_session_code", session.pk)), "svg", "qr-code") == []


def test_file_has_a_row_for_each_person_and_day(cast: Cast, session: Session):
    Attendance.objects.filter(member__user=cast["M"], day__date=TODAY).update(status="partial", half_days=1)
    Attendance.objects.exclude(member__user=cast["M"]).delete()
    book = browser(cast["R"]).get(file_of(session, "xlsx"))
    sheet = CalamineWorkbook.from_filelike(BytesIO(book.content)).get_sheet_by_index(0)
    assert sheet.to_python() == [
        ["Name", "Role", "Discipline or organisation", "Date", "Attendance", "Half-days"],
        ["Ambassador Rivage", "ambassador", "", YESTERDAY, "expected", 0],
        ["Ambassador Rivage", "ambassador", "", TODAY, "partly present", 1],
    ]
    text = browser(cast["R"]).get(file_of(session, "csv")).content.decode()
    assert '"Ambassador Rivage";"ambassador";"";2026-11-24;"partly present";1' in text


def test_badges_and_sign_in_sheet_leave_out_people_who_do_not_come(cast: Cast, session: Session):
    Attendance.objects.filter(member__user=cast["P"]).update(status="excused")
    client = browser(cast["D"])
    page = client.get(url("session_badges", session.pk))
    assert texts(page, "span", "badge-name") == ["Ambassador Rivage", "Resident Rivage", "Coordinator Rivage"]
    assert len(elements(page, "svg", "qr-code")) == 3
    page = client.get(url("session_sign_in_sheet", session.pk))
    assert texts(page, "th")[:7] == [
        "Name",
        "Role or organisation",
        "Mon 23 November 2026",
        "Tue 24 November 2026",
        "Morning",
        "Afternoon",
        "Signature",
    ]


def test_attendance_of_the_selected_is_recorded_and_that_is_undone(cast: Cast, session: Session):
    def statuses() -> list[tuple[str, int]]:
        rows = Attendance.objects.order_by("day__date", "member__user__full_name")
        return list(rows.values_list("status", "half_days"))

    client, before = browser(cast["D"]), statuses()
    recorded = [[*before[:4], *[("present", 1)] * 4], [("partial", 1)] * 8]
    for path, title, values, after in (
        ("session-presence", "Check in: 4 of 4", {}, recorded[0]),
        ("session-attendance", "Choose attendance: 8 of 8", {"status": "partial"}, recorded[1]),
    ):
        days = "&day=all" if values else ""
        where = f"/lists/session-participants/actions/{path}/?subject_key={session.pk}&all=1{days}"
        preview = client.get(where)
        assert texts(preview, "h1") == [title]
        if values:
            assert list(errors(client.post(where, hidden_values(preview)))) == ["status"]
        client.post(where, hidden_values(preview) | values)
        assert statuses() == after
        client.post(f"/bulk/{BulkRun.objects.latest('pk').pk}/undo/")
        assert statuses() == before
    session.days.filter(date=TODAY).update(date=date(2026, 11, 25))
    page = client.get(f"/lists/session-participants/actions/session-presence/?subject_key={session.pk}&all=1")
    assert texts(page, "h1") == ["Check in: 4 of 8"]
    assert "This day is still to come." in texts(page, "strong")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_three_people(
    count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    session = SessionFactory(cohort=cast.cohort, date=TODAY)
    for _ in range(count):
        AttendanceFactory(day=session.days.get(), member=MembershipFactory(cohort=cast.cohort), recorded_on=TODAY)
        stakeholder = StakeholderFactory(cohort=cast.cohort)
        AttendanceFactory(day=session.days.get(), member=None, stakeholder=stakeholder, recorded_on=TODAY)
    client = browser(cast["P"])
    for route, statements in (("session_participants", 8), ("session_badges", 6), ("session_sign_in_sheet", 6)):
        with django_assert_num_queries(statements):
            assert client.get(url(route, session.pk)).status_code == 200


def test_people_are_checked_in_once_on_a_day_of_a_confirmed_session_that_has_come():
    def reason(day: date = TODAY, status: str = "expected", **values: Any) -> str:
        subject = SimpleNamespace(permissions={"plan_sessions": ALLOW}, session=Session(**values), today=TODAY)
        decide: Any = RECORD_PRESENCE.decider(SimpleNamespace(subject=subject), [])  # type: ignore[arg-type]
        return str(decide(Attendance(day=SessionDay(date=day), status=status)).reason)

    unconfirmed = "The dates of this session are not confirmed, or it is cancelled."
    assert [reason(state=state) for state in ("draft", "scheduled", "cancelled")] == [unconfirmed, "", unconfirmed]
    assert reason(state="held", retrospective=True) == unconfirmed
    assert reason(TODAY + timedelta(days=1), state="scheduled") == "This day is still to come."
    assert reason(status="present", state="scheduled") == "Already checked in."

"""The pages of sessions: what each role sees, and what the forms do."""

from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from cohorts.models import Attendance, Cohort, Session
from cohorts.sessions.actions.sessions import schedule_session
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast, create_cast
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    MembershipFactory,
    SessionFactory,
    StakeholderFactory,
)
from tests.factories.programmes import format_with_schedules
from tests.pages import texts
from web.forms.edit_conflicts import fingerprint

PAST, SOON = date(2026, 11, 17), date(2026, 12, 1)


def at(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


def confirmed_session(cohort: Cohort, day: date = SOON, **more: Any) -> Session:
    """Create a scheduled session that expects its core members."""
    draft = SessionFactory(cohort=cohort, state="draft", date=day, **more)
    return schedule_session(session=draft, at=NOW, by=None)  # type: ignore[arg-type]


def days_data(*rows: dict[str, str], **more: str) -> dict[str, str]:
    """Return the data of a filled-in form of days."""
    sent = {"days-TOTAL_FORMS": str(len(rows)), "days-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        sent |= {f"days-{number}-{name}": value for name, value in row.items()}
    return sent | more


def move_data(session: Session, *rows: dict[str, str], **more: str) -> dict[str, str]:
    """Return the data of the form that moves a session, as its page currently shows it."""
    return days_data(*rows, version=str(session.version), state=session.state, **more)


PLAN = days_data({"date": "2026-12-01", "starts_at": "09:00"}, number="4", kind="group", title="Fabriquer")


class TestCalendar:
    def test_calendar_shows_upcoming_sessions_of_visible_cohorts(self, cast: Cast):
        confirmed_session(cast.cohort, title="Fabriquer", number="4")
        SessionFactory(cohort=cast.cohort, title="Observer", date=PAST)
        SessionFactory(cohort=cast.other_cohort, title="Ailleurs", date=SOON)
        page = browser(cast["M"]).get(at("sessions"))
        assert [session.title for session in page.context["page"]] == ["Fabriquer"]
        assert "4 Tue 1 December 2026 Fabriquer Salle du conseil Rivage 4 expected scheduled I am coming" in page_text(
            page
        )

    def test_empty_calendar_explains_what_will_appear(self, cast: Cast):
        assert "Sessions to come appear here" in page_text(browser(cast["X"]).get(at("sessions")))
        assert "Nothing fits these filters" in page_text(browser(cast["X"]).get(at("sessions") + "?period=past"))

    def test_htmx_request_returns_only_the_list(self, cast: Cast):
        confirmed_session(cast.cohort)
        part = browser(cast["M"]).get(at("sessions"), headers={"hx-request": "true"})
        assert part.content.decode().strip().startswith("<title>")

    def test_scattered_days_are_all_named(self, cast: Cast):
        session = confirmed_session(cast.cohort, day=date(2027, 1, 12))
        session.days.create(date=date(2027, 1, 14))
        assert "Tue 12 January 2027, Thu 14 January 2027" in page_text(browser(cast["M"]).get(at("sessions")))

    def test_published_days_are_shown_with_known_precision(self, cast: Cast):
        fact = SessionFactory(cohort=CohortFactory(retrospective=True), retrospective=True, date=date(2014, 5, 1))
        fact.days.update(date_precision="month")
        assert "May 2014" in page_text(browser(cast["X"]).get(at("sessions") + "?period=past"))

    def test_invalid_input_in_the_query_is_no_error(self, cast: Cast):
        for query in ("?cohort=x&edition=9999999999999999999999", "?page=-1", "?page=%00", "?period=never&state=1"):
            assert browser(cast["M"]).get(at("sessions") + query).status_code == 200

    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.parametrize(("role", "queries"), [("S", 8), ("M", 10)])
    def test_list_takes_the_same_queries_for_three_sessions(
        self, count: int, role: str, queries: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ):
        for _ in range(count):
            confirmed_session(cast.cohort)
        client = browser(cast[role])
        with django_assert_num_queries(queries):
            assert len(client.get(at("sessions")).context["page"]) == count


class TestSessionsOfACohort:
    def test_all_sessions_are_listed_in_order_with_their_next_step(self, cast: Cast):
        SessionFactory(cohort=cast.cohort, title="No day", state="draft", date=None)
        SessionFactory(cohort=cast.cohort, title="Later", state="draft", date=SOON)
        SessionFactory(cohort=cast.cohort, title="Before", state="held", date=PAST)
        page = browser(cast["P"]).get(at("cohort_sessions", "rivage"))
        assert [(line.session.title, str(line.step.label)) for line in page.context["lines"]] == [
            ("Before", "Record attendance"),
            ("Later", "Confirm the dates"),
            ("No day", "Choose the days"),
        ]
        assert at("plan_session", "rivage") in page_links(page)

    def test_members_see_no_planning_link(self, cast: Cast):
        page = browser(cast["M"]).get(at("cohort_sessions", "rivage"))
        assert page_links(page) == set()
        assert "No session yet" in page_text(page)

    @pytest.mark.parametrize("count", [1, 3])
    def test_list_takes_the_same_queries_for_three_sessions(
        self, count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ):
        for _ in range(count):
            confirmed_session(cast.cohort)
        client = browser(cast["P"])
        with django_assert_num_queries(8):
            assert len(client.get(at("cohort_sessions", "rivage")).context["lines"]) == count


class TestEmails:
    @pytest.fixture
    def session(self, db: None, today: None) -> Session:
        cast_with_schedule = create_cast(format_with_schedules("stakeholder_session"))
        session = confirmed_session(cast_with_schedule.cohort, kind="steering")
        guest = StakeholderFactory(cohort=cast_with_schedule.cohort)
        row = {"status": "expected", "half_days": 0, "recorded_on": TODAY}
        AttendanceFactory(member=None, stakeholder=guest, day=session.days.get(), **row)
        return session

    def person(self, session: Session, role: str) -> User:
        return session.cohort.memberships.get(role=role).user

    def test_members_see_the_schedule_and_when_stakeholders_get_emails(self, session: Session):
        text = page_text(browser(self.person(session, "ambassador")).get(at("session", session.pk)))
        assert "People expected: last message · will be sent in 3 days to 4 people" in text
        assert ("People who have not answered: answer still needed · skipped: a later reminder is sent instead") in text
        assert "1 stakeholder on the list has no account. They get e-mails if their address and" in text

    @pytest.mark.parametrize(("role", "count"), [("pilot", 10), ("ambassador", 10)])
    def test_emails_take_few_queries(self, session: Session, role: str, count: int, django_assert_num_queries: Any):
        client = browser(self.person(session, role))
        with django_assert_num_queries(count):
            client.get(at("session", session.pk))

    def test_lab_staff_see_what_each_email_is_about(self, session: Session):
        pages = [
            browser(user).get(at("session", session.pk))
            for user in (UserFactory(is_lab_staff=True), self.person(session, "pilot"))
        ]
        assert [{step.action for step in page.context["reminder_steps"]} for page in pages] == [{"preview"}, {""}]

    @pytest.mark.parametrize(
        ("state", "kind", "is_visible"),
        [("draft", "group", False), ("scheduled", "immersion", False), ("scheduled", "group", True)],
    )
    def test_schedule_is_shown_only_where_emails_exist(self, cast: Cast, state: str, kind: str, is_visible: bool):
        session = SessionFactory(cohort=cast.cohort, state=state, kind=kind)
        text = page_text(browser(cast["M"]).get(at("session", session.pk)))
        assert ("No e-mails are planned for this session." in text) is is_visible

    @pytest.mark.parametrize(("kind", "is_visible"), [("group", True), ("debrief", False)])
    @pytest.mark.parametrize("step", ["postpone_session", "cancel_session"])
    def test_confirmation_page_says_that_people_are_informed(self, cast: Cast, step: str, kind: str, is_visible: bool):
        session, draft = (
            SessionFactory(cohort=cast.cohort, kind=kind, state=state) for state in ("scheduled", "draft")
        )
        for ends_on in (None, None, date(2026, 11, 23)):  # the last one has left
            member = MembershipFactory(cohort=cast.cohort, ends_on=ends_on)
            AttendanceFactory(day=session.days.get(), member=member)
        current = cast.cohort.memberships.get(user=cast["M"])
        AttendanceFactory(day=draft.days.get(), member=current, status="expected", half_days=0)
        text, of_draft = (page_text(browser(cast["P"]).get(at(step, row.pk))) for row in (session, draft))
        assert ("2 members on its list are informed by e-mail." in text) is is_visible
        assert "informed by e-mail" not in of_draft


class TestOneSession:
    def test_page_shows_dates_venue_and_people(self, cast: Cast):
        session = confirmed_session(cast.cohort, title="Fabriquer", number="4")
        text = page_text(browser(cast["P"]).get(at("session", session.pk)))
        assert "Session 4 · group session scheduled" in text
        assert "Tue 1 December 2026 9:00 to 17:00 Salle du conseil" in text
        text = page_text(browser(cast["P"]).get(at("session_participants", session.pk)))
        day = "Tue 1 December 2026"
        assert f"Ambassador Rivage ambassador {day} expected 0 Pilot Rivage pilot {day} expected 0" in text
        assert f"Resident Rivage resident design {day} expected 0" in text

    @pytest.mark.parametrize(
        ("state", "label"),
        [
            ("draft", "on the list"),
            ("scheduled", "expected"),
            ("postponed", "on the list"),
        ],
    )
    def test_people_are_expected_at_a_scheduled_session_only(self, cast: Cast, state: str, label: str):
        """A draft lists invited people; one invited relay does not mean that one person is expected."""
        session = SessionFactory(cohort=cast.cohort, state=state, date=SOON)
        relay = cast.cohort.memberships.get(role="relay")
        AttendanceFactory(day=session.days.get(), member=relay, status="expected", half_days=0)
        client = browser(cast["P"])
        figures = texts(client.get(at("session", session.pk)), "div", "figure")
        assert figures == [f"{label} 1", "stakeholders 0"]
        counted = "1 expected" in page_text(client.get(f"{at('sessions')}?period=all"))
        assert counted is (state == "scheduled")

    @pytest.mark.parametrize(
        ("state", "leads_to"),
        [
            ("draft", "schedule_session"),
            ("postponed", "move_session"),
            ("held", "record_attendance"),
            ("reported", None),
            ("cancelled", None),
        ],
    )
    def test_page_has_one_main_action_by_state(self, state: str, leads_to: str | None, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state=state, date=PAST)
        step = browser(cast["P"]).get(at("session", session.pk)).context["step"]
        assert (step and step.href) == (leads_to and at(leads_to, session.pk))

    def test_members_can_read_and_answer(self, cast: Cast):
        session = confirmed_session(cast.cohort)
        page = browser(cast["M"]).get(at("session", session.pk))
        bring = f"/files/session/{session.pk}/add/"
        own = {at(name, session.pk) for name in ("answer_session", "own_session_code", "session_participants")}
        assert page_links(page) == {at("cohort_sessions", "rivage"), bring, *own}
        assert "Are you coming?" in page_text(page)

    def test_page_shows_the_readers_own_answer(self, cast: Cast):
        session = confirmed_session(cast.cohort)
        Attendance.objects.filter(member__user=cast["M"]).update(status="excused", answered_on=TODAY)
        assert "You said that you cannot come." in page_text(browser(cast["M"]).get(at("session", session.pk)))
        Attendance.objects.filter(member__user=cast["M"]).update(status="expected")
        assert "You said that you are coming." in page_text(browser(cast["M"]).get(at("session", session.pk)))

    def test_people_not_on_the_list_are_not_asked(self, cast: Cast):
        page = browser(cast["R"]).get(at("session", confirmed_session(cast.cohort).pk))
        assert "Are you coming?" not in page_text(page)

    def test_the_report_keeps_its_lines_and_no_markup(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="reported", report="One <b>bold</b>\n\nTwo", date=PAST)
        page = browser(cast["M"]).get(at("session", session.pk)).content.decode()
        assert "<p>One &lt;b&gt;bold&lt;/b&gt;</p>" in page

    def test_page_shows_why_the_session_is_called_off(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="cancelled", date=SOON)
        assert "Cancelled. Reported" in page_text(browser(cast["M"]).get(at("session", session.pk)))

    def test_planners_of_a_draft_see_the_remaining_conflicts(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="draft", remarks=["bridge"], date=SOON)
        reads = {
            role: "between two days off" in page_text(browser(cast[role]).get(at("session", session.pk)))
            for role in "PM"
        }
        assert reads == {"P": True, "M": False}

    @pytest.mark.parametrize("role", ["S", "P"])
    def test_the_lab_and_the_pilot_read_who_came(self, cast: Cast, role: str):
        session = SessionFactory(cohort=cast.cohort, date=PAST)
        for name in ("Anne Martin", "Bruno Petit"):
            member = MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name=name))
            AttendanceFactory(day=session.days.get(), member=member, status="present", recorded_on=TODAY)
        client = browser(cast[role])
        assert at("session_participants", session.pk) in page_links(client.get(at("session", session.pk)))
        text = page_text(client.get(at("session_participants", session.pk)))
        assert [f"{name} ambassador" in text for name in ("Anne Martin", "Bruno Petit")] == [True, True]
        assert text.count(" present 2") == 2

    def test_a_session_that_does_not_exist_is_not_found(self, cast: Cast):
        assert browser(cast["S"]).get(at("session", 999_999)).status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_page_takes_the_same_queries_for_three_people(
        self, count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ):
        session = SessionFactory(cohort=cast.cohort, date=PAST)
        for _ in range(count):
            member = MembershipFactory(cohort=cast.cohort)
            AttendanceFactory(day=session.days.get(), member=member, recorded_on=TODAY)
        client = browser(cast["P"])
        with django_assert_num_queries(9):
            assert client.get(at("session", session.pk)).context["tally"].came == count


class TestPlanning:
    def test_a_session_is_planned(self, cast: Cast):
        answer = browser(cast["D"]).post(at("plan_session", "rivage"), PLAN)
        session = Session.objects.get()
        assert answer.headers["Location"] == at("session", session.pk)
        assert (session.cohort, session.number, session.title, session.state) == (
            cast.cohort,
            "4",
            "Fabriquer",
            "draft",
        )
        assert list(session.days.values_list("date", "starts_at", "ends_at")) == [(SOON, time(9), None)]

    def test_the_next_number_is_proposed(self, cast: Cast):
        client, proposed = browser(cast["P"]), []
        for number in ("3", "9.2", "B"):
            SessionFactory(cohort=cast.cohort, number=number)
            page = client.get(at("plan_session", "rivage"))
            proposed.append(page.context["plan"].form["number"].value())
        assert proposed == ["4", "10", "10"]

    def test_form_sent_twice_creates_one_session(self, cast: Cast):
        client = browser(cast["P"])
        client.post(at("plan_session", "rivage"), PLAN)
        again = client.post(at("plan_session", "rivage"), PLAN | {"accept_conflicts": "yes"})
        assert again.context["plan"].form.errors["number"] == ["The cohort has a session with this number already."]
        assert Session.objects.count() == 1

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ({"date": "2026-02-30"}, "Enter a valid date."),
            ({"date": "yesterday"}, "Enter a valid date."),
            ({"date": "2026-12-01", "starts_at": "25:00"}, "Enter a valid time."),
            ({"date": "2026-12-01", "starts_at": "17:00", "ends_at": "09:00"}, "The day ends before it starts"),
            ({"date": "2026-12-01", "starts_at": "09:00", "ends_at": "09:00"}, "The day ends before it starts"),
            ({"venue": "Mairie"}, "Give the date of this day"),
            ({"date": "2026-12-01", "venue": "x" * 201}, "at most 200 characters"),
            ({}, "Give the session at least one day first."),
        ],
    )
    def test_invalid_input_shows_the_reason_and_keeps_what_was_typed(
        self, row: dict[str, str], reason: str, cast: Cast
    ):
        sent = days_data(row, number="4", kind="group", title="Kept")
        page = browser(cast["P"]).post(at("plan_session", "rivage"), sent)
        assert reason in page_text(page)
        assert 'value="Kept"' in page.content.decode()
        assert Session.objects.count() == 0

    @pytest.mark.parametrize(
        "change",
        [
            {"number": ""},
            {"number": "123456789"},
            {"kind": "party"},
            {"title": "x" * 161},
            {"number": "\x00"},
            {"days-TOTAL_FORMS": "x"},
            {"days-TOTAL_FORMS": "99999"},
            {"days-TOTAL_FORMS": "-1"},
        ],
    )
    def test_invalid_input_in_any_field_saves_nothing(self, change: dict[str, str], cast: Cast):
        assert browser(cast["P"]).post(at("plan_session", "rivage"), PLAN | change).status_code == 200
        assert Session.objects.count() == 0

    def test_the_same_day_twice_is_refused(self, cast: Cast):
        row = {"date": "2026-12-01"}
        page = browser(cast["P"]).post(at("plan_session", "rivage"), days_data(row, row, number="4", kind="group"))
        assert "The session has this day already." in page_text(page)

    def test_costly_day_is_named_and_accepted_on_confirmation(self, cast: Cast):
        client, sent = browser(cast["P"]), days_data({"date": "2026-12-25"}, number="4", kind="group")
        page = client.post(at("plan_session", "rivage"), sent)
        assert "Fri 25 December 2026: a public holiday in the cohort’s area." in page_text(page)
        assert "Keep these days all the same" in page_text(page)
        assert Session.objects.count() == 0
        client.post(at("plan_session", "rivage"), sent | {"accept_conflicts": "yes"})
        assert Session.objects.get().remarks == ["public_holiday", "school_holiday", "closed_season"]

    @pytest.mark.parametrize("day", ["1990-01-01", "2100-12-31"])
    def test_impossible_day_cannot_be_accepted(self, day: str, cast: Cast):
        sent = days_data({"date": day}, number="4", kind="group", accept_conflicts="yes")
        page = browser(cast["P"]).post(at("plan_session", "rivage"), sent)
        assert "These days are not possible. Choose other days." in page_text(page)
        assert "Keep these days" not in page_text(page)
        assert Session.objects.count() == 0


class TestChanging:
    def test_a_session_is_edited(self, cast: Cast):
        session = confirmed_session(cast.cohort)
        client = browser(cast["P"])
        assert client.get(at("edit_session", session.pk)).context["form"]["title"].value() == session.title
        client.post(at("edit_session", session.pk), {"number": "9.2", "kind": "debrief", "title": "Restitution"})
        session.refresh_from_db()
        assert (session.number, session.kind, session.title) == ("9.2", "debrief", "Restitution")

    def test_duplicate_number_is_refused_next_to_its_field(self, cast: Cast):
        SessionFactory(cohort=cast.cohort, number="1")
        session = SessionFactory(cohort=cast.cohort, number="2")
        page = browser(cast["P"]).post(at("edit_session", session.pk), {"number": "1", "kind": "group"})
        assert errors(page) == {"number": ["The cohort has a session with this number already."]}

    def test_a_session_moves(self, cast: Cast):
        session = confirmed_session(cast.cohort)
        client = browser(cast["P"])
        assert 'value="2026-12-01"' in client.get(at("move_session", session.pk)).content.decode()
        answer = client.post(at("move_session", session.pk), move_data(session, {"date": "2026-12-08"}))
        session.refresh_from_db()
        assert (session.first_day, session.version) == (date(2026, 12, 8), 2)
        assert page_messages(answer) == ["The session has its new days."]

    def test_move_sent_twice_moves_once_and_reports_it(self, cast: Cast):
        session = confirmed_session(cast.cohort)
        form = move_data(session, {"date": "2026-12-08", "venue": "Gare"}) | {
            "days-INITIAL_FORMS": "1"
        }  # as on the page
        answers = [browser(cast["P"]).post(at("move_session", session.pk), form) for _ in range(2)]
        assert [page_messages(answer) for answer in answers] == [
            ["The session has its new days."],
            ["Nothing changed: the session is already planned on these days."],
        ]
        assert Session.objects.get().version == 2

    @pytest.mark.parametrize("state", ["draft", "scheduled"])
    def test_second_of_two_moves_shows_the_current_state_and_keeps_what_was_typed(self, cast: Cast, state: str):
        session = SessionFactory(cohort=cast.cohort, state=state, date=SOON)
        mine, theirs = (
            {"date": day, "venue": venue} for day, venue in (("2026-12-08", "A"), ("2026-12-11", "Salle B"))
        )
        browser(cast["D"]).post(at("move_session", session.pk), move_data(session, theirs))
        page = browser(cast["P"]).post(at("move_session", session.pk), move_data(session, mine))
        text = page_text(page)
        assert "This session has changed since you opened it" in text
        assert f"Current state of the session {state} Fri 11 December 2026 Salle B What you typed" in text
        assert 'value="2026-12-08"' in page.content.decode()
        session.refresh_from_db()
        assert (session.first_day, session.version) == (date(2026, 12, 11), 2)
        hidden_fields = {name: str(page.context["plan"].form[name].value()) for name in ("version", "state")}
        browser(cast["P"]).post(at("move_session", session.pk), days_data(mine, **hidden_fields))
        session.refresh_from_db()
        assert (session.first_day, session.version) == (date(2026, 12, 8), 3)

    def test_move_of_a_session_postponed_since_then_is_refused(self, cast: Cast):
        session, client = confirmed_session(cast.cohort), browser(cast["P"])
        form = move_data(session, {"date": "2026-12-08"})
        client.post(at("postpone_session", session.pk), {"reason": "Snow"})
        assert "Current state of the session postponed" in page_text(client.post(at("move_session", session.pk), form))
        assert Session.objects.get().state == "postponed"

    @pytest.mark.parametrize("change", [{"version": ""}, {"version": "x"}, {"version": "0"}, {"state": "on"}])
    def test_move_without_version_is_refused(self, cast: Cast, change: dict[str, str]):
        session = confirmed_session(cast.cohort)
        form = move_data(session, {"date": "2026-12-08"}) | change
        assert browser(cast["P"]).post(at("move_session", session.pk), form).status_code == 200
        assert Session.objects.get().first_day == SOON

    def test_move_of_an_attended_session_shows_the_reason(self, cast: Cast):
        row = AttendanceFactory(member=MembershipFactory(cohort=cast.cohort))
        page = browser(cast["P"]).post(
            at("move_session", row.day.session_id), move_data(row.day.session, {"date": "2026-12-08"})
        )
        assert "Attendance is recorded for that day: the day can no longer be moved." in page_text(page)

    def test_a_postponed_session_is_given_new_dates(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="postponed", date=SOON)
        browser(cast["P"]).post(at("move_session", session.pk), move_data(session, {"date": "2026-12-08"}))
        session.refresh_from_db()
        assert (session.state, session.first_day) == ("scheduled", date(2026, 12, 8))

    def test_second_confirmation_of_dates_changes_nothing(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="draft", date=SOON)
        client = browser(cast["P"])
        for _ in range(2):
            answer = client.post(at("schedule_session", session.pk))
            assert answer.headers["Location"] == at("session", session.pk)
        session.refresh_from_db()
        assert (session.state, Attendance.objects.count()) == ("scheduled", 4)

    def test_a_session_is_held_once_it_is_over(self, cast: Cast):
        early, over = confirmed_session(cast.cohort), confirmed_session(cast.cohort, day=PAST)
        answers = [browser(cast["P"]).post(at("hold_session", row.pk)) for row in (early, over)]
        assert [page_messages(answer) for answer in answers] == [
            ["The session is not over yet. You can mark it as held from its last day on."],
            ["The session is recorded as held. Record who came."],
        ]
        assert [Session.objects.get(pk=row.pk).state for row in (early, over)] == ["scheduled", "held"]

    @pytest.mark.parametrize(("zone", "state"), [("Europe/Paris", "scheduled"), ("Pacific/Noumea", "held")])
    def test_end_of_the_session_follows_the_authoritys_time_zone(self, zone: str, state: str, cast: Cast):
        cast.cohort.authority.time_zone = zone
        cast.cohort.authority.save()
        session = confirmed_session(cast.cohort, day=date(2026, 11, 25))
        with time_machine.travel("2026-11-24T20:00:00+00:00", tick=False):
            browser(cast["P"]).post(at("hold_session", session.pk))
        session.refresh_from_db()
        assert session.state == state

    def test_postponing_shows_the_consequences_and_needs_no_reason(self, cast: Cast):
        session, client = confirmed_session(cast.cohort), browser(cast["P"])
        assert "These dates are cancelled" in page_text(client.get(at("postpone_session", session.pk)))
        client.post(at("postpone_session", session.pk), {"reason": ""})
        session.refresh_from_db()
        assert session.state == "postponed"

    def test_cancelling_needs_a_reason(self, cast: Cast):
        session, client = confirmed_session(cast.cohort), browser(cast["P"])
        page = client.post(at("cancel_session", session.pk), {"reason": "  "})
        assert errors(page) == {"reason": ["This field is required."]}
        answer = client.post(at("cancel_session", session.pk), {"reason": "Strike"})
        session.refresh_from_db()
        assert (session.state, session.reason, page_messages(answer)) == (
            "cancelled",
            "Strike",
            ["The session is cancelled."],
        )

    def test_refused_action_shows_its_reason_on_the_form(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="held", date=PAST)
        page = browser(cast["P"]).post(at("cancel_session", session.pk), {"reason": "Strike"})
        assert errors(page) == {"__all__": ["The session cannot move from its current state to the one you chose."]}


class TestReporting:
    def test_a_report_is_written(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="held", date=PAST)
        sent = {"report": "What we learned", "version_token": fingerprint("")}
        answer = browser(cast["D"]).post(at("report_session", session.pk), sent)
        session.refresh_from_db()
        assert (session.state, session.report, answer.status_code) == ("reported", "What we learned", 302)

    def test_who_prepared_and_led_the_session_is_asked_with_the_report_and_shown(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="held", date=PAST)
        sent = {"report": "What we learned", "prepared_by": "both", "led_by": "civil_servants"}
        browser(cast["D"]).post(at("report_session", session.pk), sent)
        session.refresh_from_db()
        assert (session.prepared_by, session.led_by) == ("both", "civil_servants")
        text = page_text(browser(cast["R"]).get(at("session", session.pk)))
        assert "Prepared by: both together · Led by: civil servants" in text
        form = browser(cast["D"]).get(at("report_session", session.pk)).context["form"]
        assert (form["prepared_by"].value(), form["led_by"].value()) == ("both", "civil_servants")
        wrong = browser(cast["D"]).post(at("report_session", session.pk), sent | {"led_by": "nobody"})
        assert list(errors(wrong)) == ["led_by"]

    def test_an_empty_report_is_refused(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="held", date=PAST)
        page = browser(cast["D"]).post(at("report_session", session.pk), {"report": " "})
        assert errors(page) == {"report": ["This field is required."]}

    def test_second_of_two_reports_shows_both_texts_to_join(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="reported", report="Theirs", date=PAST)
        client = browser(cast["P"])
        page = client.post(at("report_session", session.pk), {"report": "Mine", "version_token": fingerprint("")})
        text = page_text(page)
        assert "Version saved by someone else Report Theirs" in text
        assert "Mine" in text
        session.refresh_from_db()
        assert session.report == "Theirs"
        again = {"report": "Theirs and mine", "version_token": page.context["form"]["version_token"].value()}
        client.post(at("report_session", session.pk), again)
        session.refresh_from_db()
        assert session.report == "Theirs and mine"

    def test_report_of_a_session_not_held_shows_the_reason(self, cast: Cast):
        session = confirmed_session(cast.cohort)
        page = browser(cast["D"]).post(at("report_session", session.pk), {"report": "Too soon"})
        assert errors(page) == {"__all__": ["The session cannot move from its current state to the one you chose."]}


def test_session_is_not_found_for_strangers(cast: Cast):
    session = confirmed_session(cast.cohort, title="CANARY")
    StakeholderFactory(cohort=cast.cohort, name="CANARY")
    for role in "NX":
        for address in (at("sessions") + "?period=all", at("session", session.pk), at("cohort_sessions", "rivage")):
            assert "CANARY" not in browser(cast[role]).get(address).content.decode()


def test_former_member_sees_nobody_added_later(cast: Cast):
    gone = MembershipFactory(cohort=cast.cohort, ends_on=date(2026, 11, 1)).user
    session = SessionFactory(cohort=cast.cohort, state="held", date=PAST)
    day = session.days.get()
    newcomer = MembershipFactory(cohort=cast.cohort, created_on=date(2026, 11, 2), user__full_name="Nouvelle Venue")
    AttendanceFactory(day=day, member=newcomer, recorded_on=PAST)
    pages = [browser(user).get(at("session_participants", session.pk)) for user in (gone, cast["M"])]
    assert ["Nouvelle Venue" in page_text(page) for page in pages] == [False, True]


def test_planning_in_an_invisible_cohort_is_not_found(cast: Cast):
    assert {role: browser(cast[role]).get(at("plan_session", "rivage")).status_code for role in "PMN"} == {
        "P": 200,
        "M": 403,
        "N": 404,
    }

"""Tests of the pages of the attendance sheet, of invitations to a session and of one's own answer."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cohorts.models import Attendance, Cohort, Membership, Session, SessionDay
from cohorts.sessions.actions.sessions import schedule_session
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import (
    AttendanceFactory,
    MembershipFactory,
    SessionFactory,
    StakeholderFactory,
)
from tests.pages import elements, texts

PAST, SOON = date(2026, 11, 17), date(2026, 12, 1)


def url(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


def scheduled_session(cohort: Cohort, day: date) -> Session:
    draft = SessionFactory(cohort=cohort, state="draft", date=day)
    return schedule_session(session=draft, at=NOW, by=None)  # type: ignore[arg-type]


def row_name(day: SessionDay, member: Membership) -> str:
    return f"day{day.pk}-member{member.pk}"


def member_of(cast: Cast, role: str) -> Membership:
    return cast.cohort.memberships.get(user=cast[role])


def statuses(session: Session) -> dict[str, str]:
    rows = Attendance.objects.filter(day__session=session).with_people()
    return {line.person.name: line.status for line in rows}


class TestSheet:
    def test_everyone_is_recorded_with_one_form(self, cast: Cast):
        session = scheduled_session(cast.cohort, PAST)
        day = session.days.get()
        data = {
            row_name(day, member_of(cast, "M")): "present",
            row_name(day, member_of(cast, "P")): "absent",
            row_name(day, member_of(cast, "D")): "unknown",
        }
        answer = browser(cast["C"]).post(url("record_attendance", session.pk), data)
        assert (answer.headers["Location"], page_messages(answer)) == (
            url("session", session.pk),
            ["Attendance saved: 3 entries."],
        )
        assert statuses(session) == {
            "Ambassador Rivage": "present",
            "Pilot Rivage": "absent",
            "Resident Rivage": "unknown",
            "Coordinator Rivage": "expected",
        }

    def test_the_form_starts_from_the_recorded_attendance(self, cast: Cast):
        session = scheduled_session(cast.cohort, PAST)
        Attendance.objects.filter(member__user=cast["M"]).update(status="excused")
        page = browser(cast["P"]).get(url("record_attendance", session.pk))
        form = page.context["form"]
        assert {form.rows[name].person.name: form[name].value() for name in form.rows} == {
            "Ambassador Rivage": "excused",
            "Pilot Rivage": "",
            "Resident Rivage": "",
            "Coordinator Rivage": "",
        }

    def test_a_column_is_filled_with_one_status_without_saving(self, cast: Cast):
        session = scheduled_session(cast.cohort, PAST)
        target = f"day{session.days.get().pk}"
        data = {f"{target}-member{member_of(cast, 'M').pk}": "excused", f"fill-{target}": "absent", "fill": target}
        page = browser(cast["P"]).post(url("record_attendance", session.pk), data)
        form = page.context["form"]
        assert {form.rows[name].person.name: form[name].value() for name in form.rows} == {
            "Ambassador Rivage": "excused",
            "Pilot Rivage": "absent",
            "Resident Rivage": "absent",
            "Coordinator Rivage": "absent",
        }
        assert set(statuses(session).values()) == {"expected"}

    def test_a_row_is_filled_with_one_status_and_other_rows_keep_theirs(self, cast: Cast):
        session = scheduled_session(cast.cohort, PAST)
        session.days.create(date=date(2026, 11, 18))
        target = f"member{member_of(cast, 'M').pk}"
        data = {f"fill-{target}": "present", "fill": target}
        page = browser(cast["P"]).post(url("record_attendance", session.pk), data)
        form = page.context["form"]
        filled = [form.rows[name].person.name for name in form.rows if form[name].value() == "present"]
        assert filled == ["Ambassador Rivage"] * 2

    @pytest.mark.parametrize("target", ["x", "day0", "day999999", "member1"])
    def test_an_unknown_row_or_column_fills_nobody(self, target: str, cast: Cast):
        session = scheduled_session(cast.cohort, PAST)
        page = browser(cast["P"]).post(
            url("record_attendance", session.pk), {"fill": target, f"fill-{target}": "absent"}
        )
        form = page.context["form"]
        assert {form[name].value() for name in form.rows} == {None}
        assert set(statuses(session).values()) == {"expected"}

    def test_half_days_follow_the_hours_and_an_unchanged_row_keeps_its_own(self, cast: Cast):
        session = scheduled_session(cast.cohort, PAST)
        day = session.days.get()
        Attendance.objects.filter(member__user=cast["M"]).update(status="partial", half_days=2, recorded_on=TODAY)
        page = browser(cast["P"]).get(url("record_attendance", session.pk))
        assert "Half-day" in page_text(page)
        data = {row_name(day, member_of(cast, role)): "partial" for role in "MP"}
        browser(cast["P"]).post(url("record_attendance", session.pk), data)
        half_days = dict(Attendance.objects.filter(status="partial").values_list("member__role", "half_days"))
        assert half_days == {"ambassador": 2, "pilot": 1}

    @pytest.mark.parametrize("who", ["member", "stakeholder"])
    def test_a_row_of_another_cohort_is_refused_and_nothing_is_saved(self, who: str, cast: Cast):
        session = scheduled_session(cast.cohort, PAST)
        day = session.days.get()
        stranger = {"member": MembershipFactory, "stakeholder": StakeholderFactory}[who](cohort=cast.other_cohort)
        data = {row_name(day, member_of(cast, "M")): "present", f"day{day.pk}-{who}{stranger.pk}": "present"}
        page = browser(cast["P"]).post(url("record_attendance", session.pk), data)
        assert errors(page) == {
            "__all__": [
                "A person on this sheet is not on the list of this session. Nothing was saved. Open the sheet"
                " again and start again."
            ]
        }
        assert set(statuses(session).values()) == {"expected"}

    def test_a_row_of_another_session_is_refused(self, cast: Cast):
        session, other = scheduled_session(cast.cohort, PAST), scheduled_session(cast.cohort, date(2026, 11, 18))
        data = {row_name(other.days.get(), member_of(cast, "M")): "present"}
        page = browser(cast["P"]).post(url("record_attendance", session.pk), data)
        assert list(errors(page)) == ["__all__"]
        assert set(statuses(other).values()) == {"expected"}

    def test_what_someone_else_recorded_since_the_sheet_was_opened_stays_until_it_was_seen(self, cast: Cast):
        session = scheduled_session(cast.cohort, PAST)
        day, address = session.days.get(), url("record_attendance", session.pk)
        member, pilot = (row_name(day, member_of(cast, role)) for role in "MP")
        client = browser(cast["C"])
        hidden = [field["attrs"] for field in elements(client.get(address), "input")]
        opened = {
            field["name"]: field.get("value", "") for field in hidden if field.get("name", "").startswith("initial-")
        }
        assert {opened[f"initial-{name}"] for name in (member, pilot)} == {""}
        browser(cast["P"]).post(address, opened | {member: "present", pilot: "present"})
        client.post(address, opened | {pilot: "", member: ""})  # rows that were not touched
        answer = client.post(address, opened | {pilot: "absent"})
        assert [*errors(answer).values()] == [
            ["Someone else has changed this to “present” since you opened the sheet. Check it, then save again."]
        ]
        assert (statuses(session)["Ambassador Rivage"], statuses(session)["Pilot Rivage"]) == ("present", "present")
        seen = {field["attrs"]["name"]: field["attrs"].get("value", "") for field in elements(answer, "input")
                if field["attrs"].get("name", "").startswith("initial-")}  # fmt: skip
        client.post(address, seen | {pilot: "absent"})
        assert (statuses(session)["Ambassador Rivage"], statuses(session)["Pilot Rivage"]) == ("present", "absent")

    def test_an_unknown_status_is_refused_next_to_its_row(self, cast: Cast):
        session = scheduled_session(cast.cohort, PAST)
        name = row_name(session.days.get(), member_of(cast, "M"))
        page = browser(cast["P"]).post(url("record_attendance", session.pk), {name: "asleep"})
        assert list(errors(page)) == [name]
        assert "Not saved. Correct these fields:" in page_text(page)
        assert set(statuses(session).values()) == {"expected"}

    def test_a_form_sent_twice_records_one_row_per_person(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, date=PAST)
        data = {row_name(session.days.get(), member_of(cast, "M")): "present"}
        client = browser(cast["P"])
        for _ in range(2):
            client.post(url("record_attendance", session.pk), data)
        assert statuses(session) == {"Ambassador Rivage": "present"}

    def test_future_days_are_not_on_the_sheet(self, cast: Cast):
        session = scheduled_session(cast.cohort, SOON)
        page = browser(cast["P"]).get(url("record_attendance", session.pk))
        assert "You can record attendance from the day of the session." in page_text(page)
        data = {row_name(session.days.get(), member_of(cast, "M")): "present"}
        assert list(errors(browser(cast["P"]).post(url("record_attendance", session.pk), data))) == ["__all__"]
        assert set(statuses(session).values()) == {"expected"}

    def test_the_sheet_of_a_postponed_session_explains_why_it_is_closed(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="postponed", date=PAST)
        name = row_name(session.days.get(), member_of(cast, "M"))
        page = browser(cast["P"]).post(url("record_attendance", session.pk), {name: "present"})
        assert errors(page) == {
            name: [
                (
                    "Ambassador Rivage, Tue 17 November 2026: The dates of the session are not "
                    "confirmed: attendance cannot be recorded yet."
                )
            ]
        }

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_sheet_needs_as_many_statements_for_three_people_as_for_one(
        self, count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ):
        session = SessionFactory(cohort=cast.cohort, date=PAST)
        for _ in range(count):
            member = MembershipFactory(cohort=cast.cohort)
            AttendanceFactory(day=session.days.get(), member=member, recorded_on=TODAY)
        client = browser(cast["P"])
        with django_assert_num_queries(7):
            assert client.get(url("record_attendance", session.pk)).status_code == 200


class TestInviting:
    def test_stakeholders_and_relays_are_invited_to_the_chosen_days(self, cast: Cast):
        session = scheduled_session(cast.cohort, SOON)
        second = session.days.create(date=date(2026, 12, 2))
        stakeholder = StakeholderFactory(cohort=cast.cohort)
        data = {"days": [second.pk], "stakeholders": [stakeholder.pk], "members": [member_of(cast, "R").pk]}
        answer = browser(cast["P"]).post(url("invite_to_session", session.pk), data)
        assert page_messages(answer) == ["These people are on the session’s list."]
        assert set(second.attendances.values_list("stakeholder", "member")) == {
            (stakeholder.pk, None),
            (None, member_of(cast, "R").pk),
        }
        assert Attendance.objects.filter(stakeholder__isnull=False).count() == 1

    def test_only_people_and_days_of_the_cohort_are_offered(self, cast: Cast):
        StakeholderFactory(cohort=cast.other_cohort, name="CANARY")
        MembershipFactory(cohort=cast.cohort, role="elected", ends_on=PAST)
        page = browser(cast["P"]).get(url("invite_to_session", scheduled_session(cast.cohort, SOON).pk))
        fields = page.context["form"].fields
        assert list(fields["stakeholders"].queryset) == []
        assert list(fields["members"].queryset) == [member_of(cast, "R")]

    @pytest.mark.parametrize("field", ["days", "stakeholders", "members"])
    def test_a_foreign_id_in_any_field_is_refused(self, field: str, cast: Cast):
        session, other = scheduled_session(cast.cohort, SOON), scheduled_session(cast.other_cohort, SOON)
        foreign = {
            "days": other.days.get().pk,
            "stakeholders": StakeholderFactory(cohort=cast.other_cohort).pk,
            "members": MembershipFactory(cohort=cast.other_cohort, role="relay").pk,
        }
        good = {"days": [session.days.get().pk], "members": [member_of(cast, "R").pk]}
        before = Attendance.objects.count()
        page = browser(cast["P"]).post(url("invite_to_session", session.pk), good | {field: [foreign[field]]})
        assert list(errors(page)) == [field]
        assert Attendance.objects.count() == before

    def test_the_form_needs_at_least_one_person(self, cast: Cast):
        session = scheduled_session(cast.cohort, SOON)
        page = browser(cast["P"]).post(url("invite_to_session", session.pk), {"days": [session.days.get().pk]})
        assert errors(page) == {"__all__": ["Choose at least one person."]}

    def test_a_form_sent_twice_invites_people_once(self, cast: Cast):
        session = scheduled_session(cast.cohort, SOON)
        data = {"days": [session.days.get().pk], "members": [member_of(cast, "R").pk]}
        client = browser(cast["P"])
        for _ in range(2):
            client.post(url("invite_to_session", session.pk), data)
        assert Attendance.objects.filter(member__role="relay").count() == 1

    def test_people_cannot_be_invited_to_a_cancelled_session(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="cancelled", date=SOON)
        data = {"days": [session.days.get().pk], "members": [member_of(cast, "R").pk]}
        page = browser(cast["P"]).post(url("invite_to_session", session.pk), data)
        assert errors(page) == {"__all__": ["The session is cancelled: no attendance can be recorded."]}


class TestAnswering:
    @pytest.mark.parametrize(
        ("answer", "status", "message"),
        [
            ("coming", "expected", "Your answer is saved: you are coming."),
            ("excused", "excused", "Your answer is saved: you cannot come."),
        ],
    )
    def test_a_member_can_accept_or_decline(self, answer: str, status: str, message: str, cast: Cast):
        session = scheduled_session(cast.cohort, SOON)
        response = browser(cast["M"]).post(url("answer_session", session.pk), {"answer": answer})
        assert (response.headers["Location"], page_messages(response)) == (url("session", session.pk), [message])
        row = Attendance.objects.get(member__user=cast["M"])
        assert (row.status, row.answered_on) == (status, TODAY)

    @pytest.mark.parametrize("answer", ["", "perhaps", "present"])
    def test_any_other_value_is_not_an_answer(self, answer: str, cast: Cast):
        session = scheduled_session(cast.cohort, SOON)
        response = browser(cast["M"]).post(url("answer_session", session.pk), {"answer": answer})
        assert page_messages(response) == ["Say whether you are coming."]
        assert Attendance.objects.get(member__user=cast["M"]).answered_on is None

    def test_a_person_not_on_the_list_gets_an_error_message(self, cast: Cast):
        session = scheduled_session(cast.cohort, SOON)
        response = browser(cast["A"]).post(url("answer_session", session.pk), {"answer": "coming"})
        assert page_messages(response) == ["You are not on the list of this session, or its days are over."]

    def test_a_past_member_can_read_but_not_answer(self, cast: Cast):
        session = scheduled_session(cast.cohort, SOON)
        Attendance.objects.filter(member__user=cast["M"]).delete()
        cast.cohort.memberships.filter(role="ambassador").update(ends_on=PAST)
        client = browser(cast["M"])
        assert client.get(url("session", session.pk)).status_code == 200
        assert client.post(url("answer_session", session.pk), {"answer": "coming"}).status_code == 403

    def test_both_answers_are_offered_in_a_list_on_the_home_page_and_on_a_page_of_their_own(self, cast: Cast):
        session = scheduled_session(cast.cohort, SOON)
        client = browser(cast["M"])
        for path in (
            url("cohort_sessions", "rivage"),
            "/",
            url("answer_session", session.pk),
            url("session", session.pk),
        ):
            page = client.get(path)
            assert url("answer_session", session.pk) in page_links(page)
            assert [text for text in texts(page, "button") if text.startswith("I ")] == ["I am coming", "I cannot come"]
        data = {"answer": "excused", "next": url("cohort_sessions", "rivage")}
        answer = client.post(url("answer_session", session.pk), data)
        assert answer.headers["Location"] == url("cohort_sessions", "rivage")
        assert "You said that you cannot come." in page_text(client.get(url("answer_session", session.pk)))
        assert "There is nothing to answer" in page_text(browser(cast["R"]).get(url("answer_session", session.pk)))
        answer = client.post(url("answer_session", session.pk), {"answer": "coming", "next": "https://evil.example/"})
        assert answer.headers["Location"] == url("session", session.pk)

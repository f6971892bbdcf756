"""The attendance sheet, invitations, and one's own answer, as pages."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cohorts.models import Attendance, Cohort, Membership, Session, SessionDay
from cohorts.sessions.actions.sessions import schedule_session
from tests.cohorts.pages import browser, doors, errors, main, said
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import (
    AttendanceFactory,
    MembershipFactory,
    SessionFactory,
    StakeholderFactory,
)

PAST, SOON = date(2026, 11, 17), date(2026, 12, 1)


def at(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


def firm(cohort: Cohort, day: date) -> Session:
    draft = SessionFactory(cohort=cohort, state="draft", date=day)
    return schedule_session(session=draft, at=NOW, by=None)  # type: ignore[arg-type]


def row(day: SessionDay, member: Membership) -> str:
    return f"day{day.pk}-member{member.pk}"


def of(cast: Cast, letter: str) -> Membership:
    return cast.cohort.memberships.get(user=cast[letter])


def statuses(session: Session) -> dict[str, str]:
    rows = Attendance.objects.filter(day__session=session).with_people()
    return {line.person.name: line.status for line in rows}


class TestSheet:
    def test_everyone_is_recorded_in_one_go(self, cast: Cast):
        session = firm(cast.cohort, PAST)
        day = session.days.get()
        sent = {
            row(day, of(cast, "M")): "present",
            row(day, of(cast, "P")): "absent",
            row(day, of(cast, "D")): "unknown",
        }
        answer = browser(cast["C"]).post(at("record_attendance", session.pk), sent)
        assert (answer.headers["Location"], said(answer)) == (at("session", session.pk), ["3 lines saved."])
        assert statuses(session) == {
            "Ambassador Rivage": "present",
            "Pilot Rivage": "absent",
            "Resident Rivage": "unknown",
            "Coordinator Rivage": "expected",
        }

    def test_it_starts_from_what_is_recorded(self, cast: Cast):
        session = firm(cast.cohort, PAST)
        Attendance.objects.filter(member__user=cast["M"]).update(status="excused")
        page = browser(cast["P"]).get(at("record_attendance", session.pk))
        form = page.context["form"]
        assert {form.rows[name].person.name: form[name].value() for name in form.rows} == {
            "Ambassador Rivage": "excused",
            "Pilot Rivage": "",
            "Resident Rivage": "",
            "Coordinator Rivage": "",
        }

    def test_one_button_marks_the_others_as_here_and_saves_nothing(self, cast: Cast):
        session = firm(cast.cohort, PAST)
        day = session.days.get()
        sent = {row(day, of(cast, "M")): "excused", "all_here": str(day.pk)}
        page = browser(cast["P"]).post(at("record_attendance", session.pk), sent)
        form = page.context["form"]
        assert {form.rows[name].person.name: form[name].value() for name in form.rows} == {
            "Ambassador Rivage": "excused",
            "Pilot Rivage": "present",
            "Resident Rivage": "present",
            "Coordinator Rivage": "present",
        }
        assert set(statuses(session).values()) == {"expected"}

    def test_the_button_is_for_its_day_alone(self, cast: Cast):
        session = firm(cast.cohort, PAST)
        second = session.days.create(date=date(2026, 11, 18))
        page = browser(cast["P"]).post(at("record_attendance", session.pk), {"all_here": str(second.pk)})
        form = page.context["form"]
        assert {form.rows[name].day.pk for name in form.rows if form[name].value() == "present"} == {second.pk}

    @pytest.mark.parametrize("day", ["x", "0", "999999", ""])
    def test_a_button_of_no_day_marks_nobody(self, day: str, cast: Cast):
        session = firm(cast.cohort, PAST)
        browser(cast["P"]).post(at("record_attendance", session.pk), {"all_here": day})
        assert set(statuses(session).values()) == {"expected"}

    @pytest.mark.parametrize("who", ["member", "stakeholder"])
    def test_a_row_of_another_cohort_is_refused_and_nothing_is_saved(self, who: str, cast: Cast):
        session = firm(cast.cohort, PAST)
        day = session.days.get()
        stranger = {"member": MembershipFactory, "stakeholder": StakeholderFactory}[who](cohort=cast.other)
        sent = {row(day, of(cast, "M")): "present", f"day{day.pk}-{who}{stranger.pk}": "present"}
        page = browser(cast["P"]).post(at("record_attendance", session.pk), sent)
        assert errors(page) == {
            "__all__": [
                "A person on this sheet is not on the list of this session. Nothing was saved. Open the sheet"
                " again and start again."
            ]
        }
        assert set(statuses(session).values()) == {"expected"}

    def test_a_row_of_another_session_is_refused_too(self, cast: Cast):
        session, other = firm(cast.cohort, PAST), firm(cast.cohort, date(2026, 11, 18))
        sent = {row(other.days.get(), of(cast, "M")): "present"}
        page = browser(cast["P"]).post(at("record_attendance", session.pk), sent)
        assert list(errors(page)) == ["__all__"]
        assert set(statuses(other).values()) == {"expected"}

    def test_a_status_nobody_knows_is_refused_beside_its_row(self, cast: Cast):
        session = firm(cast.cohort, PAST)
        name = row(session.days.get(), of(cast, "M"))
        page = browser(cast["P"]).post(at("record_attendance", session.pk), {name: "asleep"})
        assert list(errors(page)) == [name]
        assert "Nothing was saved yet" in main(page)
        assert set(statuses(session).values()) == {"expected"}

    def test_sent_twice_each_person_has_one_row(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, date=PAST)
        sent = {row(session.days.get(), of(cast, "M")): "present"}
        client = browser(cast["P"])
        for _ in range(2):
            client.post(at("record_attendance", session.pk), sent)
        assert statuses(session) == {"Ambassador Rivage": "present"}

    def test_days_to_come_are_not_on_it(self, cast: Cast):
        session = firm(cast.cohort, SOON)
        page = browser(cast["P"]).get(at("record_attendance", session.pk))
        assert "You can record attendance from the day of the session." in main(page)
        sent = {row(session.days.get(), of(cast, "M")): "present"}
        assert list(errors(browser(cast["P"]).post(at("record_attendance", session.pk), sent))) == ["__all__"]
        assert set(statuses(session).values()) == {"expected"}

    def test_a_postponed_session_says_why_not(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="postponed", date=PAST)
        name = row(session.days.get(), of(cast, "M"))
        page = browser(cast["P"]).post(at("record_attendance", session.pk), {name: "present"})
        assert errors(page) == {
            name: [
                (
                    "Ambassador Rivage, Tue 17 November 2026: The dates of the session are not "
                    "confirmed: attendance cannot be recorded yet."
                )
            ]
        }

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_for_three_people(
        self, count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ):
        session = SessionFactory(cohort=cast.cohort, date=PAST)
        for _ in range(count):
            member = MembershipFactory(cohort=cast.cohort)
            AttendanceFactory(day=session.days.get(), member=member, recorded_on=TODAY)
        client = browser(cast["P"])
        with django_assert_num_queries(7):
            assert client.get(at("record_attendance", session.pk)).status_code == 200


class TestInviting:
    def test_stakeholders_and_relays_are_invited_to_the_days_chosen(self, cast: Cast):
        session = firm(cast.cohort, SOON)
        second = session.days.create(date=date(2026, 12, 2))
        stakeholder = StakeholderFactory(cohort=cast.cohort)
        sent = {"days": [second.pk], "stakeholders": [stakeholder.pk], "members": [of(cast, "R").pk]}
        answer = browser(cast["P"]).post(at("invite_to_session", session.pk), sent)
        assert said(answer) == ["These people are on the session’s list."]
        assert set(second.attendances.values_list("stakeholder", "member")) == {
            (stakeholder.pk, None),
            (None, of(cast, "R").pk),
        }
        assert Attendance.objects.filter(stakeholder__isnull=False).count() == 1

    def test_only_people_and_days_of_the_cohort_are_offered(self, cast: Cast):
        StakeholderFactory(cohort=cast.other, name="CANARY")
        MembershipFactory(cohort=cast.cohort, role="elected", ends_on=PAST)
        page = browser(cast["P"]).get(at("invite_to_session", firm(cast.cohort, SOON).pk))
        fields = page.context["form"].fields
        assert list(fields["stakeholders"].queryset) == []
        assert list(fields["members"].queryset) == [of(cast, "R")]

    @pytest.mark.parametrize("field", ["days", "stakeholders", "members"])
    def test_a_foreign_id_in_any_field_is_refused(self, field: str, cast: Cast):
        session, other = firm(cast.cohort, SOON), firm(cast.other, SOON)
        foreign = {
            "days": other.days.get().pk,
            "stakeholders": StakeholderFactory(cohort=cast.other).pk,
            "members": MembershipFactory(cohort=cast.other, role="relay").pk,
        }
        good = {"days": [session.days.get().pk], "members": [of(cast, "R").pk]}
        before = Attendance.objects.count()
        page = browser(cast["P"]).post(at("invite_to_session", session.pk), good | {field: [foreign[field]]})
        assert list(errors(page)) == [field]
        assert Attendance.objects.count() == before

    def test_somebody_must_be_chosen(self, cast: Cast):
        session = firm(cast.cohort, SOON)
        page = browser(cast["P"]).post(at("invite_to_session", session.pk), {"days": [session.days.get().pk]})
        assert errors(page) == {"__all__": ["Choose at least one person."]}

    def test_sent_twice_they_are_invited_once(self, cast: Cast):
        session = firm(cast.cohort, SOON)
        sent = {"days": [session.days.get().pk], "members": [of(cast, "R").pk]}
        client = browser(cast["P"])
        for _ in range(2):
            client.post(at("invite_to_session", session.pk), sent)
        assert Attendance.objects.filter(member__role="relay").count() == 1

    def test_nobody_is_invited_to_what_is_cancelled(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="cancelled", date=SOON)
        sent = {"days": [session.days.get().pk], "members": [of(cast, "R").pk]}
        page = browser(cast["P"]).post(at("invite_to_session", session.pk), sent)
        assert errors(page) == {"__all__": ["The session is cancelled: no attendance can be recorded."]}


class TestAnswering:
    @pytest.mark.parametrize(
        ("answer", "status", "words"),
        [
            ("coming", "expected", "Your answer is saved: you are coming."),
            ("excused", "excused", "Your answer is saved: you cannot come."),
        ],
    )
    def test_a_member_answers(self, answer: str, status: str, words: str, cast: Cast):
        session = firm(cast.cohort, SOON)
        response = browser(cast["M"]).post(at("answer_session", session.pk), {"answer": answer})
        assert (response.headers["Location"], said(response)) == (at("session", session.pk), [words])
        row = Attendance.objects.get(member__user=cast["M"])
        assert (row.status, row.answered_on) == (status, TODAY)

    @pytest.mark.parametrize("answer", ["", "perhaps", "present"])
    def test_anything_else_is_no_answer(self, answer: str, cast: Cast):
        session = firm(cast.cohort, SOON)
        response = browser(cast["M"]).post(at("answer_session", session.pk), {"answer": answer})
        assert said(response) == ["Say whether you are coming."]
        assert Attendance.objects.get(member__user=cast["M"]).answered_on is None

    def test_someone_not_on_the_list_is_told_so(self, cast: Cast):
        session = firm(cast.cohort, SOON)
        response = browser(cast["A"]).post(at("answer_session", session.pk), {"answer": "coming"})
        assert said(response) == ["You are not on the list of this session, or its days are over."]

    def test_a_past_member_reads_and_answers_no_more(self, cast: Cast):
        session = firm(cast.cohort, SOON)
        Attendance.objects.filter(member__user=cast["M"]).delete()
        cast.cohort.memberships.filter(role="ambassador").update(ends_on=PAST)
        client = browser(cast["M"])
        assert client.get(at("session", session.pk)).status_code == 200
        assert client.post(at("answer_session", session.pk), {"answer": "coming"}).status_code == 403

    def test_the_button_of_a_list_answers(self, cast: Cast):
        session = firm(cast.cohort, SOON)
        client = browser(cast["M"])
        page = client.get(at("cohort_sessions", "rivage"))
        assert at("answer_session", session.pk) in doors(page)
        assert '<input type="hidden" name="answer" value="coming">' in page.content.decode()

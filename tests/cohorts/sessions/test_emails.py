"""E-mails about sessions: recipients, reasons to stop them, texts and calendar entries."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from cohorts.models import Attendance, Membership, Session, SessionDay
from cohorts.sessions.emails.audiences import AUDIENCES, EMAIL_STATES
from cohorts.sessions.emails.event_kinds import GROUP_SESSION, STAKEHOLDER_SESSION, href, in_scope, names
from cohorts.sessions.emails.texts import AUDIENCE_TEXTS, EMAILS, TEXTS
from notifications.models import Reminder
from notifications.registries import AudienceQuery, AudienceSize, CommandScope, EmailPart, event_kinds
from notifications.reminders.schedule import event_uid
from programmes.enums import EmailType
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.models import Authority
from tests.factories.accounts import UserFactory
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory
from tests.factories.notifications import DeliveryFactory, ReminderFactory, recipients, refusal, rendered
from tests.factories.programmes import AuthorityFactory
from web.database.prepared import statement_of

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
SOON, PAST = date(2026, 12, 8), date(2026, 11, 17)
REMINDER_SCHEDULES = {kind: DEFAULT_REMINDER_SCHEDULES[kind] for kind in ("group_session", "stakeholder_session")}
NEWS = {"session_changed", "session_postponed", "session_cancelled"}
STAGE = {
    "elected_and_direction": "stakeholder_invitation",
    "not_yet_invited": "stakeholder_invitation",
    "not_yet_informed": "group_dates",
    "unanswered": "stakeholder_answer_awaited",
    "expected": "stakeholder_details",
    "attendees": "stakeholder_summary",
    "facilitator": "group_attendance",
    "facilitator_without_report": "stakeholder_report_missing",
    "informed": "session_changed",
}


def reminder(session: Session, audience: str, email_type: str = "", **more: Any) -> Reminder:
    """Create a reminder of the session that is due now."""
    return ReminderFactory(
        **{
            "kind": "stakeholder_session",
            "object_id": session.pk,
            "version": session.version,
            "audience": audience,
            "email_type": email_type or STAGE[audience],
            "event_day": None,
            "due_at": AT,
        }
        | more
    )


def recipient_names(session: Session, audience: str, email_type: str = "") -> set[str]:
    return {person.full_name for person in recipients(reminder(session, audience, email_type), AT)}


LISTED = {
    "silent": ("ambassador", "expected", None),
    "coming": ("ambassador", "expected", TODAY),
    "declined": ("ambassador", "excused", TODAY),
    "elected": ("elected", "expected", None),
    "direction": ("direction", "excused", TODAY),
    "relay": ("relay", "expected", None),
}


def meeting(cast: Cast, state: str = "scheduled", day: date = SOON, **more: Any) -> Session:
    """Create a session with one person for each audience on its list, and a stakeholder."""
    session = SessionFactory(cohort=cast.cohort, kind="stakeholder_meeting", date=day, title="Guichet", **more)
    for name, (role, status, answered) in LISTED.items():
        member = MembershipFactory(cohort=cast.cohort, role=role, user=UserFactory(full_name=name))
        row = {"status": status, "answered_on": answered, "half_days": 0, "recorded_on": TODAY}
        AttendanceFactory(member=member, day=session.days.get(), **row)
    guest = StakeholderFactory(cohort=cast.cohort)
    AttendanceFactory(
        member=None, stakeholder=guest, day=session.days.get(), status="expected", half_days=0, recorded_on=TODAY
    )
    for step in {"held": ["held"], "reported": ["held", "reported"]}.get(state, [state]):
        session.state, session.report, session.reason = step, "What was said", "Snow"
        session.save()
    return session


def member(name: str) -> Membership:
    return Membership.objects.get(user__full_name=name)


class TestTables:
    def test_every_email_of_the_default_schedules_has_texts_and_states(self):
        wanted = {step.email_type for schedule in REMINDER_SCHEDULES.values() for step in schedule} | NEWS
        assert (set(EMAILS), set(EMAIL_STATES)) == (wanted, wanted)

    def test_every_audience_of_the_default_schedules_is_known(self):
        wanted = {step.audience for schedule in REMINDER_SCHEDULES.values() for step in schedule} | {
            "informed",
            "not_yet_informed",
        }
        assert (set(AUDIENCES), set(AUDIENCE_TEXTS)) == (wanted, wanted)

    def test_format_refuses_an_email_without_texts(self):
        of_sessions = {str(slug) for slug in EmailType if slug.startswith(("group_", "stakeholder_"))}
        assert of_sessions | NEWS == set(EMAILS)

    def test_only_emails_sent_alone_carry_calendar_entries(self):
        alone = {step.email_type for schedule in REMINDER_SCHEDULES.values() for step in schedule if step.alone}
        assert {slug for slug, words in EMAILS.items() if words.calendar} == alone | NEWS

    def test_the_kinds_are_registered(self):
        kinds = (event_kinds["group_session"], event_kinds["stakeholder_session"])
        assert kinds == (GROUP_SESSION, STAKEHOLDER_SESSION)


class TestRecipients:
    @pytest.mark.parametrize(
        ("audience", "people"),
        [
            ("expected", {"silent", "coming", "elected", "relay"}),
            ("unanswered", {"silent", "elected", "relay"}),
            ("elected_and_direction", {"elected"}),
            ("not_yet_invited", {"silent", "coming", "elected", "relay"}),
            ("not_yet_informed", {"silent", "elected", "relay"}),
            ("facilitator_without_report", {"Pilot Rivage", "Coordinator Rivage"}),
        ],
    )
    def test_audiences_before_the_session(self, cast: Cast, audience: str, people: set[str]):
        assert recipient_names(meeting(cast), audience) == people

    def test_cancellation_goes_to_the_whole_list(self, cast: Cast):
        assert recipient_names(meeting(cast, "postponed"), "informed", "session_postponed") == set(LISTED)

    def test_change_notice_goes_to_people_who_knew_the_earlier_dates(self, cast: Cast):
        session = meeting(cast)
        Attendance.objects.filter(day__session=session).update(status="expected", answered_on=None)
        for name, version in (("relay", 1), ("elected", 2)):
            went = reminder(session, "expected", step=f"to-{name}", state="expanded", version=version)
            DeliveryFactory(user=member(name).user, reminder=went, state="sent")
        notice = reminder(session, "informed", "session_changed", version=2)
        assert {person.full_name for person in recipients(notice, AT)} == {
            "relay", "coming", "declined", "direction",
        }  # fmt: skip

    def test_people_who_got_any_email_count_as_informed(self, cast: Cast):
        session = meeting(cast)
        DeliveryFactory(
            user=member("relay").user, reminder=reminder(session, "expected", state="expanded"), state="sent"
        )
        assert recipient_names(session, "not_yet_informed") == {"silent", "elected"}
        assert refusal(reminder(session, "not_yet_informed"), member("relay").user, AT) == "informed"

    @pytest.mark.parametrize(("state", "attempts"), [("handing_over", 0), ("queued", 1)])
    def test_people_who_may_have_the_earlier_dates_get_the_change_notice(self, cast: Cast, state: str, attempts: int):
        session = meeting(cast)
        Attendance.objects.filter(day__session=session).update(status="expected", answered_on=None)
        went = reminder(session, "expected", step="dates", state="expanded", version=1)
        DeliveryFactory(user=member("relay").user, reminder=went, state=state, attempts=attempts)
        notice = reminder(session, "informed", "session_changed", version=2)
        assert "relay" in {person.full_name for person in recipients(notice, AT)}

    def test_people_with_outdated_dates_get_the_change_notice_or_the_dates(self, cast: Cast):
        session = meeting(cast)
        went = reminder(session, "expected", step="dates", state="expanded", version=1)
        DeliveryFactory(user=member("relay").user, reminder=went, state="sent")
        late = reminder(session, "not_yet_informed", version=2)
        change = reminder(session, "informed", "session_changed", step="session_changed", version=2)
        before = {person.full_name for person in recipients(late, AT)}
        change.state = "expanded"
        change.save()
        passed_over = {person.full_name for person in recipients(late, AT)}
        DeliveryFactory(user=member("relay").user, reminder=change)
        assert (passed_over - before, "relay" in {person.full_name for person in recipients(late, AT)}) == (
            {"relay"},
            False,
        )

    def test_attendees_are_people_present_and_people_without_a_record(self, cast: Cast):
        session = meeting(cast, "reported", PAST)
        Attendance.objects.filter(member=member("silent")).update(status="absent")
        Attendance.objects.filter(member=member("coming")).update(status="present", half_days=1)
        assert recipient_names(session, "attendees") == {"coming", "elected", "relay"}

    def test_invited_people_are_not_invited_again(self, cast: Cast):
        session = meeting(cast)
        early = reminder(session, "elected_and_direction", step="early", state="expanded")
        DeliveryFactory(user=member("elected").user, reminder=early, state="sent")
        DeliveryFactory(user=member("relay").user, reminder=early, state="dead")
        assert recipient_names(session, "not_yet_invited") == {"silent", "coming", "relay"}

    @pytest.mark.parametrize(
        ("audience", "email_type"), [("not_yet_invited", "stakeholder_invitation"), ("not_yet_informed", "group_dates")]
    )
    def test_people_with_a_pending_email_are_left_out(self, cast: Cast, audience: str, email_type: str):
        session = meeting(cast)
        first = reminder(session, audience, email_type, step="first", state="expanded")
        second = reminder(session, audience, email_type, step="second")
        before = {person.full_name for person in recipients(second, AT)}
        DeliveryFactory(user=member("relay").user, reminder=first)
        other = reminder(SessionFactory(cohort=cast.cohort), audience, email_type, step="first", state="expanded")
        DeliveryFactory(user=member("elected").user, reminder=other)
        assert {person.full_name for person in recipients(second, AT)} == before - {"relay"}
        assert refusal(first, member("relay").user, AT) == ""

    @pytest.mark.parametrize(
        ("audience", "email_type"), [("not_yet_invited", "stakeholder_invitation"), ("not_yet_informed", "group_dates")]
    )
    def test_withdrawn_email_does_not_count_as_pending(self, cast: Cast, audience: str, email_type: str):
        session = meeting(cast)
        first = reminder(session, audience, email_type, step="first", state="expanded", reason="moved")
        DeliveryFactory(user=member("relay").user, reminder=first)
        assert "relay" in recipient_names(session, audience, email_type)

    def test_former_members_get_nothing(self, cast: Cast):
        session = meeting(cast, day=date(2026, 11, 20))
        Membership.objects.filter(pk=member("coming").pk).update(ends_on=date(2026, 11, 23))
        assert recipient_names(session, "expected") == {"silent", "elected", "relay"}
        session.state = "postponed"
        session.save()
        assert recipient_names(session, "informed", "session_postponed") == set(LISTED) - {"coming"}

    def test_people_taken_off_the_list_after_an_email_are_still_informed(self, cast: Cast):
        session = meeting(cast, "postponed")
        for name in ("relay", "coming"):
            went = reminder(session, "expected", step=f"to-{name}", state="expanded")
            DeliveryFactory(user=member(name).user, reminder=went, state="sent" if name == "relay" else "skipped")
            Attendance.objects.filter(member=member(name)).delete()
        assert recipient_names(session, "informed", "session_postponed") == set(LISTED) - {"coming"}

    def test_a_closed_account_gets_nothing(self, cast: Cast):
        session = meeting(cast)
        User.objects.filter(full_name="relay").update(is_active=False)
        assert recipient_names(session, "expected") == {"silent", "coming", "elected"}

    def test_lab_staff_stand_in_for_missing_leads(self, cast: Cast):
        session = meeting(cast)
        Membership.objects.filter(role__in=["pilot", "coordinator"]).update(ends_on=PAST)
        assert recipient_names(session, "facilitator_without_report") == {"Staff Lab"}

    def test_attendance_email_has_recipients_while_attendance_is_missing(self, cast: Cast):
        session = meeting(cast, "held", PAST)
        assert recipient_names(session, "facilitator") == {"Pilot Rivage", "Coordinator Rivage"}
        Attendance.objects.filter(day__session=session).update(status="unknown")
        assert recipient_names(session, "facilitator") == set()

    @pytest.mark.parametrize("audience", ["owner", "lab", ""])
    def test_unknown_audience_is_empty(self, cast: Cast, audience: str):
        assert recipient_names(meeting(cast), audience, "stakeholder_details") == set()

    def test_missing_session_has_no_recipients(self, db: None):
        gone = ReminderFactory(kind="group_session", object_id=999, audience="expected", email_type="group_details")
        assert recipients(gone, AT) == []

    @pytest.mark.parametrize("audience", sorted(STAGE))
    def test_recipients_take_at_most_two_queries(self, cast: Cast, audience: str, django_assert_max_num_queries: Any):
        session = meeting(cast, "held" if audience == "facilitator" else "scheduled", PAST)
        row = reminder(session, audience)
        with django_assert_max_num_queries(2):
            recipients(row, AT)


class TestStopReasons:
    @pytest.mark.parametrize(
        ("email_type", "state", "reason"),
        [
            ("stakeholder_invitation", "postponed", "postponed"),
            ("stakeholder_details", "cancelled", "cancelled"),
            ("stakeholder_last_note", "held", "settled"),
            ("stakeholder_summary", "held", "unreported"),
            ("stakeholder_summary", "scheduled", "unreported"),
            ("stakeholder_report_missing", "reported", "settled"),
            ("stakeholder_outcome", "scheduled", "unheld"),
            ("session_changed", "postponed", "postponed"),
            ("session_postponed", "scheduled", "settled"),
            ("session_postponed", "cancelled", "cancelled"),
            ("session_cancelled", "scheduled", "settled"),
            ("session_cancelled", "cancelled", ""),
            ("session_postponed", "postponed", ""),
            ("stakeholder_outcome", "held", ""),
        ],
    )
    def test_each_email_stops_outside_its_states(self, cast: Cast, email_type: str, state: str, reason: str):
        session = meeting(cast, state, PAST)
        row = reminder(session, "informed", email_type)
        assert refusal(row, member("coming").user, AT) == reason
        assert bool(recipients(row, AT)) is not bool(reason)

    def test_every_reason_has_a_text(self):
        assert set(GROUP_SESSION.reasons) == {
            "postponed", "settled", "unheld", "unreported", "invited", "informed", "other_kind", "ahead",
        }  # fmt: skip


class TestRefusal:
    @pytest.mark.parametrize(
        ("audience", "name", "reason"),
        [
            ("unanswered", "silent", ""),
            ("unanswered", "coming", "answered"),
            ("unanswered", "declined", "declined"),
            ("expected", "coming", ""),
            ("expected", "declined", "declined"),
            ("informed", "declined", ""),
            ("elected_and_direction", "direction", "declined"),
        ],
    )
    def test_refusal_reason_depends_on_the_answer(self, cast: Cast, audience: str, name: str, reason: str):
        row = reminder(meeting(cast), audience)
        assert refusal(row, member(name).user, AT) == reason

    def test_people_invited_since_then_are_refused(self, cast: Cast):
        session = meeting(cast)
        went = reminder(session, "not_yet_invited", step="first", state="expanded")
        DeliveryFactory(user=member("relay").user, reminder=went, state="sent")
        again = reminder(session, "not_yet_invited", step="second")
        assert refusal(again, member("relay").user, AT) == "invited"

    def test_people_who_left_since_then_are_refused(self, cast: Cast):
        session = meeting(cast, day=date(2026, 11, 20))
        Membership.objects.filter(pk=member("coming").pk).update(ends_on=date(2026, 11, 23))
        assert refusal(reminder(session, "informed"), member("coming").user, AT) == "left"

    @pytest.mark.parametrize(("zone", "people"), [("Indian/Reunion", 0), ("Europe/Paris", 1)])
    def test_day_is_counted_in_the_authoritys_time_zone(self, cast: Cast, zone: str, people: int):
        evening = datetime(2026, 11, 23, 21, tzinfo=UTC)  # the next day on Réunion, four hours ahead
        Authority.objects.filter(pk=cast.cohort.authority_id).update(time_zone=zone)
        session = meeting(cast, day=date(2026, 11, 20))
        Attendance.objects.exclude(member=member("coming")).delete()
        Membership.objects.filter(pk=member("coming").pk).update(ends_on=date(2026, 11, 23))
        row = reminder(session, "expected")
        assert len(recipients(row, evening)) == people
        assert refusal(row, member("coming").user, evening) == ("" if people else "left")
        query = AudienceQuery(session.pk, "expected", "stakeholder_details")
        assert GROUP_SESSION.sizes([query], evening) == {query: AudienceSize(people)}

    def test_strangers_are_refused(self, cast: Cast):
        assert refusal(reminder(meeting(cast), "expected"), cast["N"], AT) == "left"

    def test_missing_session_is_the_reason(self, db: None):
        gone = ReminderFactory(kind="group_session", object_id=999, audience="expected", email_type="group_details")
        assert refusal(gone, UserFactory(), AT) == "removed"

    @pytest.mark.parametrize(
        ("audience", "state", "name"), [("expected", "scheduled", "coming"), ("facilitator", "held", "Pilot Rivage")]
    )
    def test_check_of_a_recipient_takes_one_query(
        self, cast: Cast, audience: str, state: str, name: str, django_assert_num_queries: Any
    ):
        row, person = reminder(meeting(cast, state, PAST), audience), User.objects.get(full_name=name)
        with django_assert_num_queries(1):
            assert refusal(row, person, AT) == ""


class TestSizes:
    def sizes(self, session: Session, *queries: tuple[str, str]) -> list[AudienceSize]:
        rows = [AudienceQuery(session.pk, audience, email_type) for audience, email_type in queries]
        found = GROUP_SESSION.sizes(rows, AT)
        return [found[row] for row in rows]

    def test_sizes_count_people_by_audience_in_one_query(self, cast: Cast, django_assert_num_queries: Any):
        session, other = meeting(cast), SessionFactory(cohort=cast.other_cohort)
        queries = [AudienceQuery(session.pk, slug, STAGE[slug]) for slug in AUDIENCES]
        queries.append(AudienceQuery(other.pk, "expected", "group_details"))
        with django_assert_num_queries(1):
            found = GROUP_SESSION.sizes(queries, AT)
        assert {row: size for row, size in found.items() if size != AudienceSize()} == {
            AudienceQuery(session.pk, "elected_and_direction", "stakeholder_invitation"): AudienceSize(1),
            AudienceQuery(session.pk, "expected", "stakeholder_details"): AudienceSize(4),
            AudienceQuery(session.pk, "attendees", "stakeholder_summary"): AudienceSize(None, "unreported"),
            AudienceQuery(session.pk, "facilitator", "group_attendance"): AudienceSize(2, "ahead"),
            AudienceQuery(other.pk, "expected", "group_details"): AudienceSize(0),
        }

    @pytest.mark.parametrize(
        ("state", "day", "size"),
        [
            ("scheduled", SOON, AudienceSize(2, "ahead")),
            ("scheduled", PAST, AudienceSize(2)),
            ("held", PAST, AudienceSize(2)),
            ("postponed", SOON, AudienceSize(2, "postponed")),
        ],
    )
    def test_size_of_the_attendance_email_depends_on_state_and_day(
        self, cast: Cast, state: str, day: date, size: AudienceSize
    ):
        assert self.sizes(meeting(cast, state, day), ("facilitator", "group_attendance")) == [size]

    def test_attendance_email_is_settled_once_attendance_is_complete(self, cast: Cast):
        session = meeting(cast, "held", PAST)
        Attendance.objects.filter(day__session=session).update(status="unknown")
        assert self.sizes(session, ("facilitator", "group_attendance")) == [AudienceSize(2, "settled")]

    def test_events_without_an_audience_to_count_are_read_in_one_statement_for_any_number(self, cast: Cast):
        rows = [AudienceQuery(SessionFactory(cohort=cast.cohort).pk, "nobody", "group_details") for _ in range(3)]
        statement_of.cache_clear()
        assert [len(GROUP_SESSION.sizes(rows[:number], AT)) for number in (1, 2, 3)] == [1, 2, 3]
        assert statement_of.cache_info().currsize == 1

    def test_no_email_takes_no_query(self, django_assert_num_queries: Any, db: None):
        with django_assert_num_queries(0):
            assert GROUP_SESSION.sizes([], AT) == {}

    def test_reasons_that_pass_have_a_condition(self):
        assert GROUP_SESSION.early_reasons.keys() == {"unheld", "unreported", "ahead"}
        assert GROUP_SESSION.early_reasons.keys() <= GROUP_SESSION.reasons.keys()

    @pytest.mark.parametrize(
        ("state", "day"), [("scheduled", SOON), ("postponed", SOON), ("held", PAST), ("reported", PAST)]
    )
    def test_schedule_preview_and_sender_agree(self, cast: Cast, state: str, day: date):
        session = meeting(cast, state, day)
        for audience, email_type in STAGE.items():
            row, [size] = reminder(session, audience, email_type), self.sizes(session, (audience, email_type))
            assert size.stop_reason == GROUP_SESSION.stop_reason(row, AT)
            if size.stop_reason:
                assert (recipients(row, AT), refusal(row, member("coming").user, AT)) == ([], size.stop_reason)
            elif size.people is not None:
                assert len(recipients(row, AT)) == size.people


class TestTexts:
    def written(self, session: Session, audience: str, email_type: str = "", **more: Any) -> EmailPart:
        return rendered(reminder(session, audience, email_type, **more), UserFactory(), "en")

    def test_invitation_shows_dates_and_venue(self, cast: Cast):
        session = meeting(cast)
        part = self.written(session, "not_yet_invited")
        assert (part.subject, part.text, part.why, part.button) == (
            "Invitation: Guichet, Tue 8 December 2026",
            (
                "Rivage invites you:\n\nTue 8 December 2026, 9:00–17:00, Salle du conseil\n\nSay "
                "whether you are coming, even if the answer is no.\n\nThe calendar entry attached "
                "to this e-mail gives the day, time and venue."
            ),
            "You are receiving this e-mail because you are expected at Guichet (Rivage).",
            ("Answer", f"/sessions/{session.pk}/answer/"),
        )

    @pytest.mark.parametrize("slug", sorted(EMAILS))
    def test_every_email_renders(self, cast: Cast, slug: str):
        part = self.written(meeting(cast), "informed", slug)
        assert "%" not in part.subject + part.text + part.why
        assert part.button is not None

    def test_attendance_email_links_to_the_sheet(self, cast: Cast):
        session = meeting(cast)
        button = self.written(session, "facilitator").button
        assert button == ("Record attendance", f"/sessions/{session.pk}/attendance/")

    def test_scattered_days_are_all_named(self, cast: Cast):
        session = meeting(cast)
        SessionDay.objects.create(session=session, date=date(2026, 12, 15), starts_at=time(14))
        part = self.written(Session.objects.get(pk=session.pk), "expected", "group_dates")
        assert part.subject == "Guichet: Tue 8 December 2026, Tue 15 December 2026"
        assert "9:00–17:00, Salle du conseil\nTue 15 December 2026, 14:00\n" in part.text

    def test_reason_is_shown_where_one_is_given(self, cast: Cast):
        session = meeting(cast, "postponed")
        assert "The reason: Snow" in self.written(session, "informed", "session_postponed").text
        Session.objects.filter(pk=session.pk).update(reason="")
        assert "reason" not in self.written(session, "informed", "session_postponed").text

    def test_dates_are_in_the_language_of_the_email(self, cast: Cast):
        part = rendered(reminder(meeting(cast), "expected"), UserFactory(), "fr")
        assert "mar. 8 décembre 2026" in part.text

    def test_rendering_after_the_check_takes_no_further_query(self, cast: Cast, django_assert_num_queries: Any):
        row, person = reminder(meeting(cast), "expected"), member("coming").user
        with django_assert_num_queries(2):  # and the days
            reason, event = GROUP_SESSION.check(row, person, AT)
            GROUP_SESSION.render(row, event, person, "en")
        assert reason == ""

    def test_change_notice_shows_earlier_and_current_dates(self, cast: Cast):
        day = {"date": "2026-12-01", "starts_at": "14:00:00", "ends_at": None, "venue": "Mairie"}
        part = self.written(
            meeting(cast), "informed", previous_details={"days": [day, day | {"date": "2026-12-03", "venue": ""}]}
        )
        assert part.text.split("\n\n")[:2] == [
            "Before:\nTue 1 December 2026, 14:00, Mairie\nThu 3 December 2026, 14:00",
            "From now on:\nTue 8 December 2026, 9:00–17:00, Salle du conseil",
        ]

    def test_change_notice_without_known_difference_shows_only_current_dates(self, cast: Cast):
        same = {"date": "2026-12-08", "starts_at": "09:00:00", "ends_at": "17:00:00", "venue": "Salle du conseil"}
        session = meeting(cast)
        for step, was in (("a", {}), ("b", {"days": [same]})):
            assert self.written(session, "informed", step=step, previous_details=was).text.startswith(
                "From now on:\nTue 8 December 2026"
            )


class TestEntries:
    def entries(self, session: Session, name: str, email_type: str) -> list[tuple[str, Any, str]]:
        part = rendered(reminder(session, "informed", email_type, alone=True), member(name).user, "en")
        return [(entry.uid, entry.starts, entry.status) for entry in part.calendar_entries]

    def test_invitation_has_an_entry_in_the_authoritys_time_zone(self, cast: Cast):
        session = meeting(cast)
        Authority.objects.update(time_zone="Indian/Reunion")
        day, zone = session.days.get(), ZoneInfo("Indian/Reunion")
        part = rendered(
            reminder(session, "informed", "stakeholder_invitation", alone=True), member("silent").user, "en"
        )
        (entry,) = part.calendar_entries
        assert (entry.starts, entry.ends) == (
            datetime(2026, 12, 8, 9, tzinfo=zone),
            datetime(2026, 12, 8, 17, tzinfo=zone),
        )
        assert (entry.summary, entry.location, entry.status, entry.uid) == (
            "Guichet · Rivage",
            "Salle du conseil",
            "TENTATIVE",
            event_uid("session_day", day.pk),
        )

    def test_day_without_hours_is_an_all_day_entry(self, cast: Cast):
        session = meeting(cast)
        session.days.update(ends_at=None)
        assert [starts for _uid, starts, _status in self.entries(session, "silent", "group_dates")] == [SOON]

    def test_split_session_has_an_entry_for_each_expected_day(self, cast: Cast):
        session = meeting(cast)
        second = SessionDay.objects.create(session=session, date=date(2026, 12, 15))
        third = SessionDay.objects.create(session=session, date=date(2026, 12, 16))
        for day, status in ((second, "expected"), (third, "excused")):
            AttendanceFactory(member=member("silent"), day=day, status=status, half_days=0, recorded_on=TODAY)
        found = self.entries(session, "silent", "group_dates")
        assert [(uid, status) for uid, _starts, status in found] == [
            (event_uid("session_day", session.days.first().pk), "CONFIRMED"),
            (event_uid("session_day", second.pk), "CONFIRMED"),
        ]

    def test_change_removes_dropped_and_unlisted_days(self, cast: Cast):
        session = meeting(cast)
        dropped = SessionDay.objects.create(session=session, date=date(2026, 12, 15))
        without = SessionDay.objects.create(session=session, date=date(2026, 12, 16))
        gone = dropped.pk
        dropped.delete()
        assert self.entries(session, "silent", "session_changed")[1:] == [
            (event_uid("session_day", gone), date(2026, 12, 15), "CANCELLED"),
            (event_uid("session_day", without.pk), date(2026, 12, 16), "CANCELLED"),
        ]

    def test_people_who_declined_get_the_change_without_an_entry(self, cast: Cast):
        assert self.entries(meeting(cast), "declined", "session_changed") == []

    @pytest.mark.parametrize(
        ("state", "email_type"), [("postponed", "session_postponed"), ("cancelled", "session_cancelled")]
    )
    def test_called_off_session_is_removed_from_calendars(self, cast: Cast, state: str, email_type: str):
        session = meeting(cast, state)
        assert [status for _uid, _starts, status in self.entries(session, "declined", email_type)] == ["CANCELLED"]

    def test_combined_email_carries_no_entry(self, cast: Cast):
        row = reminder(meeting(cast), "informed", "group_dates", alone=False)
        assert rendered(row, member("silent").user, "en").calendar_entries == ()


class TestDescriptions:
    def test_description_names_audience_and_content(self, db: None):
        line = ReminderFactory.build(audience="unanswered", email_type="stakeholder_answer_awaited")
        assert TEXTS.describe(line) == "People who have not answered: answer still needed"

    def test_unknown_audience_and_email_are_shown_as_they_are(self, db: None):
        assert (
            TEXTS.describe(ReminderFactory.build(audience="owner", email_type="idea_follow_up"))
            == "owner: idea_follow_up"
        )

    def test_event_kind_gives_page_and_name(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, title="", number="4")
        assert href(reminder(session, "expected")) == f"/sessions/{session.pk}/"
        assert names([session.pk]) == {session.pk: "Group session 4 · Rivage"}

    def test_scope_by_edition_cohort_or_authority(self, cast: Cast):
        own, other = SessionFactory(cohort=cast.cohort).pk, SessionFactory(cohort=cast.other_cohort).pk
        SessionFactory(cohort=cast.cohort, retrospective=True)
        AuthorityFactory(slug="elsewhere")
        assert [
            in_scope(scope)
            for scope in (
                CommandScope(edition="transfo-2026"),
                CommandScope(cohort="rivage"),
                CommandScope(authority=cast.other_cohort.authority.slug),
                CommandScope(authority="elsewhere"),
            )
        ] == [{own, other}, {own}, {other}, set()]

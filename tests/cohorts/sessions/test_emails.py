"""Letters about sessions: to whom, when they are out of place, what they say, and what they put into calendars."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from cohorts.models import Attendance, Membership, Session, SessionDay
from cohorts.sessions.emails.audiences import AUDIENCES, LETTER_STATES
from cohorts.sessions.emails.event_kinds import GROUP_SESSION, STAKEHOLDER_SESSION, href, names, within
from cohorts.sessions.emails.texts import LETTERS, TEXTS, TO_WHOM
from notifications.models import Reminder
from notifications.registries import Asked, LetterPart, Scope, Size, event_kinds
from notifications.reminders.schedule import event_uid
from programmes.enums import Letter
from programmes.formats.reminder_schedules import DEFAULT_LADDERS
from programmes.models import Authority
from tests.factories.accounts import UserFactory
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory
from tests.factories.notifications import DeliveryFactory, ReminderFactory, recipients, refusal, rendered
from tests.factories.programmes import AuthorityFactory

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
SOON, PAST = date(2026, 12, 8), date(2026, 11, 17)
LADDERS = {kind: DEFAULT_LADDERS[kind] for kind in ("group_session", "stakeholder_session")}
NEWS = {"session_changed", "session_postponed", "session_cancelled"}
STAGE = {
    "elected_and_direction": "stakeholder_invitation",
    "not_yet_invited": "stakeholder_invitation",
    "untold": "group_dates",
    "unanswered": "stakeholder_answer_awaited",
    "expected": "stakeholder_details",
    "attendees": "stakeholder_summary",
    "facilitator": "group_attendance",
    "facilitator_without_report": "stakeholder_report_missing",
    "told": "session_changed",
}


def reminder(session: Session, audience: str, letter: str = "", **more: Any) -> Reminder:
    """A reminder of the session that is due now."""
    return ReminderFactory(
        **{
            "kind": "stakeholder_session",
            "object_id": session.pk,
            "version": session.version,
            "audience": audience,
            "letter": letter or STAGE[audience],
            "event_day": None,
            "due_at": AT,
        }
        | more
    )


def reached(session: Session, audience: str, letter: str = "") -> set[str]:
    return {person.full_name for person in recipients(reminder(session, audience, letter), AT)}


LISTED = {
    "silent": ("ambassador", "expected", None),
    "coming": ("ambassador", "expected", TODAY),
    "declined": ("ambassador", "excused", TODAY),
    "elected": ("elected", "expected", None),
    "direction": ("direction", "excused", TODAY),
    "relay": ("relay", "expected", None),
}


def meeting(cast: Cast, state: str = "scheduled", day: date = SOON, **more: Any) -> Session:
    """A session with everybody the audiences tell apart on its list, and a stakeholder."""
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
    def test_every_letter_of_the_default_ladders_has_words_and_states(self):
        wanted = {step.letter for ladder in LADDERS.values() for step in ladder} | NEWS
        assert (set(LETTERS), set(LETTER_STATES)) == (wanted, wanted)

    def test_every_audience_of_the_default_ladders_is_known(self):
        wanted = {step.audience for ladder in LADDERS.values() for step in ladder} | {"told", "untold"}
        assert (set(AUDIENCES), set(TO_WHOM)) == (wanted, wanted)

    def test_a_format_can_name_no_letter_that_has_no_words(self):
        of_sessions = {str(slug) for slug in Letter if slug.startswith(("group_", "stakeholder_"))}
        assert of_sessions | NEWS == set(LETTERS)

    def test_only_letters_of_their_own_carry_calendar_entries(self):
        alone = {step.letter for ladder in LADDERS.values() for step in ladder if step.alone}
        assert {slug for slug, words in LETTERS.items() if words.calendar} == alone | NEWS

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
            ("untold", {"silent", "elected", "relay"}),
            ("facilitator_without_report", {"Pilot Rivage", "Coordinator Rivage"}),
        ],
    )
    def test_before_it(self, cast: Cast, audience: str, people: set[str]):
        assert reached(meeting(cast), audience) == people

    def test_what_is_called_off_concerns_the_whole_list(self, cast: Cast):
        assert reached(meeting(cast, "postponed"), "told", "session_postponed") == set(LISTED)

    def test_what_changed_concerns_those_who_knew_the_dates_before(self, cast: Cast):
        session = meeting(cast)
        Attendance.objects.filter(day__session=session).update(status="expected", answered_on=None)
        for name, version in (("relay", 1), ("elected", 2)):
            went = reminder(session, "expected", step=f"to-{name}", state="expanded", version=version)
            DeliveryFactory(user=member(name).user, reminder=went, state="sent")
        news = reminder(session, "told", "session_changed", version=2)
        assert {person.full_name for person in recipients(news, AT)} == {
            "relay", "coming", "declined", "direction",
        }  # fmt: skip

    def test_whoever_had_any_letter_on_it_is_told(self, cast: Cast):
        session = meeting(cast)
        DeliveryFactory(
            user=member("relay").user, reminder=reminder(session, "expected", state="expanded"), state="sent"
        )
        assert reached(session, "untold") == {"silent", "elected"}
        assert refusal(reminder(session, "untold"), member("relay").user, AT) == "told"

    @pytest.mark.parametrize(("state", "attempts"), [("handing_over", 0), ("queued", 1)])
    def test_whoever_may_have_the_dates_before_hears_that_they_changed(self, cast: Cast, state: str, attempts: int):
        session = meeting(cast)
        Attendance.objects.filter(day__session=session).update(status="expected", answered_on=None)
        went = reminder(session, "expected", step="dates", state="expanded", version=1)
        DeliveryFactory(user=member("relay").user, reminder=went, state=state, attempts=attempts)
        news = reminder(session, "told", "session_changed", version=2)
        assert "relay" in {person.full_name for person in recipients(news, AT)}

    def test_whoever_knows_only_dates_that_do_not_hold_any_more_is_told_of_the_change_or_of_the_dates(self, cast: Cast):
        session = meeting(cast)
        went = reminder(session, "expected", step="dates", state="expanded", version=1)
        DeliveryFactory(user=member("relay").user, reminder=went, state="sent")
        late = reminder(session, "untold", version=2)
        change = reminder(session, "told", "session_changed", step="session_changed", version=2)
        before = {person.full_name for person in recipients(late, AT)}
        change.state = "expanded"
        change.save()
        passed_over = {person.full_name for person in recipients(late, AT)}
        DeliveryFactory(user=member("relay").user, reminder=change)
        assert (passed_over - before, "relay" in {person.full_name for person in recipients(late, AT)}) == (
            {"relay"},
            False,
        )

    def test_after_it_whoever_came_and_whoever_nobody_noted(self, cast: Cast):
        session = meeting(cast, "reported", PAST)
        Attendance.objects.filter(member=member("silent")).update(status="absent")
        Attendance.objects.filter(member=member("coming")).update(status="present", half_days=1)
        assert reached(session, "attendees") == {"coming", "elected", "relay"}

    def test_whoever_had_an_invitation_has_it_already(self, cast: Cast):
        session = meeting(cast)
        early = reminder(session, "elected_and_direction", step="early", state="expanded")
        DeliveryFactory(user=member("elected").user, reminder=early, state="sent")
        DeliveryFactory(user=member("relay").user, reminder=early, state="dead")
        assert reached(session, "not_yet_invited") == {"silent", "coming", "relay"}

    @pytest.mark.parametrize(
        ("audience", "letter"), [("not_yet_invited", "stakeholder_invitation"), ("untold", "group_dates")]
    )
    def test_nor_is_whoever_has_it_on_its_way_told_twice(self, cast: Cast, audience: str, letter: str):
        session = meeting(cast)
        first = reminder(session, audience, letter, step="first", state="expanded")
        second = reminder(session, audience, letter, step="second")
        before = {person.full_name for person in recipients(second, AT)}
        DeliveryFactory(user=member("relay").user, reminder=first)
        other = reminder(SessionFactory(cohort=cast.cohort), audience, letter, step="first", state="expanded")
        DeliveryFactory(user=member("elected").user, reminder=other)
        assert {person.full_name for person in recipients(second, AT)} == before - {"relay"}
        assert refusal(first, member("relay").user, AT) == ""

    @pytest.mark.parametrize(
        ("audience", "letter"), [("not_yet_invited", "stakeholder_invitation"), ("untold", "group_dates")]
    )
    def test_what_was_withdrawn_is_on_no_way(self, cast: Cast, audience: str, letter: str):
        session = meeting(cast)
        first = reminder(session, audience, letter, step="first", state="expanded", reason="moved")
        DeliveryFactory(user=member("relay").user, reminder=first)
        assert "relay" in reached(session, audience, letter)

    def test_whoever_left_gets_nothing(self, cast: Cast):
        session = meeting(cast, day=date(2026, 11, 20))
        Membership.objects.filter(pk=member("coming").pk).update(ends_on=date(2026, 11, 23))
        assert reached(session, "expected") == {"silent", "elected", "relay"}
        session.state = "postponed"
        session.save()
        assert reached(session, "told", "session_postponed") == set(LISTED) - {"coming"}

    def test_told_are_those_a_letter_went_to_though_they_are_not_on_the_list_any_more(self, cast: Cast):
        session = meeting(cast, "postponed")
        for name in ("relay", "coming"):
            went = reminder(session, "expected", step=f"to-{name}", state="expanded")
            DeliveryFactory(user=member(name).user, reminder=went, state="sent" if name == "relay" else "skipped")
            Attendance.objects.filter(member=member(name)).delete()
        assert reached(session, "told", "session_postponed") == set(LISTED) - {"coming"}

    def test_a_closed_account_gets_nothing(self, cast: Cast):
        session = meeting(cast)
        User.objects.filter(full_name="relay").update(is_active=False)
        assert reached(session, "expected") == {"silent", "coming", "elected"}

    def test_where_nobody_leads_the_cohort_the_lab_is_asked(self, cast: Cast):
        session = meeting(cast)
        Membership.objects.filter(role__in=["pilot", "coordinator"]).update(ends_on=PAST)
        assert reached(session, "facilitator_without_report") == {"Staff Lab"}

    def test_attendance_is_asked_for_while_it_is_missing(self, cast: Cast):
        session = meeting(cast, "held", PAST)
        assert reached(session, "facilitator") == {"Pilot Rivage", "Coordinator Rivage"}
        Attendance.objects.filter(day__session=session).update(status="unknown")
        assert reached(session, "facilitator") == set()

    @pytest.mark.parametrize("audience", ["owner", "lab", ""])
    def test_an_audience_nobody_knows_is_nobody(self, cast: Cast, audience: str):
        assert reached(meeting(cast), audience, "stakeholder_details") == set()

    def test_a_session_that_is_gone_concerns_nobody(self, db: None):
        gone = ReminderFactory(kind="group_session", object_id=999, audience="expected", letter="group_details")
        assert recipients(gone, AT) == []

    @pytest.mark.parametrize("audience", sorted(STAGE))
    def test_it_takes_two_statements_at_most(self, cast: Cast, audience: str, django_assert_max_num_queries: Any):
        session = meeting(cast, "held" if audience == "facilitator" else "scheduled", PAST)
        row = reminder(session, audience)
        with django_assert_max_num_queries(2):
            recipients(row, AT)


class TestOutOfPlace:
    @pytest.mark.parametrize(
        ("letter", "state", "reason"),
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
    def test_each_letter_has_its_states(self, cast: Cast, letter: str, state: str, reason: str):
        session = meeting(cast, state, PAST)
        row = reminder(session, "told", letter)
        assert refusal(row, member("coming").user, AT) == reason
        assert bool(recipients(row, AT)) is not bool(reason)

    def test_every_reason_has_its_words(self):
        assert set(GROUP_SESSION.reasons) == {
            "postponed", "settled", "unheld", "unreported", "invited", "told", "other_kind", "ahead",
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
            ("told", "declined", ""),
            ("elected_and_direction", "direction", "declined"),
        ],
    )
    def test_by_answer(self, cast: Cast, audience: str, name: str, reason: str):
        row = reminder(meeting(cast), audience)
        assert refusal(row, member(name).user, AT) == reason

    def test_whoever_was_invited_meanwhile_is_not_invited_again(self, cast: Cast):
        session = meeting(cast)
        went = reminder(session, "not_yet_invited", step="first", state="expanded")
        DeliveryFactory(user=member("relay").user, reminder=went, state="sent")
        again = reminder(session, "not_yet_invited", step="second")
        assert refusal(again, member("relay").user, AT) == "invited"

    def test_whoever_left_meanwhile_gets_nothing(self, cast: Cast):
        session = meeting(cast, day=date(2026, 11, 20))
        Membership.objects.filter(pk=member("coming").pk).update(ends_on=date(2026, 11, 23))
        assert refusal(reminder(session, "told"), member("coming").user, AT) == "left"

    @pytest.mark.parametrize(("zone", "people"), [("Indian/Reunion", 0), ("Europe/Paris", 1)])
    def test_the_day_is_that_of_the_authority(self, cast: Cast, zone: str, people: int):
        evening = datetime(2026, 11, 23, 21, tzinfo=UTC)  # the next day on Réunion, four hours ahead
        Authority.objects.filter(pk=cast.cohort.authority_id).update(time_zone=zone)
        session = meeting(cast, day=date(2026, 11, 20))
        Attendance.objects.exclude(member=member("coming")).delete()
        Membership.objects.filter(pk=member("coming").pk).update(ends_on=date(2026, 11, 23))
        row = reminder(session, "expected")
        assert len(recipients(row, evening)) == people
        assert refusal(row, member("coming").user, evening) == ("" if people else "left")
        asked = Asked(session.pk, "expected", "stakeholder_details")
        assert GROUP_SESSION.sizes([asked], evening) == {asked: Size(people)}

    def test_a_stranger_gets_nothing(self, cast: Cast):
        assert refusal(reminder(meeting(cast), "expected"), cast["N"], AT) == "left"

    def test_a_session_that_is_gone_is_said_to_be(self, db: None):
        gone = ReminderFactory(kind="group_session", object_id=999, audience="expected", letter="group_details")
        assert refusal(gone, UserFactory(), AT) == "removed"

    @pytest.mark.parametrize(
        ("audience", "state", "name"), [("expected", "scheduled", "coming"), ("facilitator", "held", "Pilot Rivage")]
    )
    def test_it_takes_one_statement_for_whoever_gets_it(
        self, cast: Cast, audience: str, state: str, name: str, django_assert_num_queries: Any
    ):
        row, person = reminder(meeting(cast, state, PAST), audience), User.objects.get(full_name=name)
        with django_assert_num_queries(1):
            assert refusal(row, person, AT) == ""


class TestSizes:
    def sizes(self, session: Session, *asked: tuple[str, str]) -> list[Size]:
        rows = [Asked(session.pk, audience, letter) for audience, letter in asked]
        found = GROUP_SESSION.sizes(rows, AT)
        return [found[row] for row in rows]

    def test_people_by_audience_today_in_one_statement(self, cast: Cast, django_assert_num_queries: Any):
        session, other = meeting(cast), SessionFactory(cohort=cast.other)
        asked = [Asked(session.pk, slug, STAGE[slug]) for slug in AUDIENCES]
        asked.append(Asked(other.pk, "expected", "group_details"))
        with django_assert_num_queries(1):
            found = GROUP_SESSION.sizes(asked, AT)
        assert {row: size for row, size in found.items() if size != Size()} == {
            Asked(session.pk, "elected_and_direction", "stakeholder_invitation"): Size(1),
            Asked(session.pk, "expected", "stakeholder_details"): Size(4),
            Asked(session.pk, "attendees", "stakeholder_summary"): Size(None, "unreported"),
            Asked(session.pk, "facilitator", "group_attendance"): Size(2, "ahead"),
            Asked(other.pk, "expected", "group_details"): Size(0),
        }

    @pytest.mark.parametrize(
        ("state", "day", "size"),
        [
            ("scheduled", SOON, Size(2, "ahead")),
            ("scheduled", PAST, Size(2)),
            ("held", PAST, Size(2)),
            ("postponed", SOON, Size(2, "postponed")),
        ],
    )
    def test_attendance_is_for_when_it_is_over(self, cast: Cast, state: str, day: date, size: Size):
        assert self.sizes(meeting(cast, state, day), ("facilitator", "group_attendance")) == [size]

    def test_and_settled_once_it_is_all_there(self, cast: Cast):
        session = meeting(cast, "held", PAST)
        Attendance.objects.filter(day__session=session).update(status="unknown")
        assert self.sizes(session, ("facilitator", "group_attendance")) == [Size(2, "settled")]

    def test_asked_nothing_it_asks_nothing(self, django_assert_num_queries: Any, db: None):
        with django_assert_num_queries(0):
            assert GROUP_SESSION.sizes([], AT) == {}

    def test_what_is_early_says_until_when(self):
        assert GROUP_SESSION.once.keys() == {"unheld", "unreported", "ahead"}
        assert GROUP_SESSION.once.keys() <= GROUP_SESSION.reasons.keys()

    @pytest.mark.parametrize(
        ("state", "day"), [("scheduled", SOON), ("postponed", SOON), ("held", PAST), ("reported", PAST)]
    )
    def test_ladder_preview_and_sender_say_the_same(self, cast: Cast, state: str, day: date):
        session = meeting(cast, state, day)
        for audience, letter in STAGE.items():
            row, [size] = reminder(session, audience, letter), self.sizes(session, (audience, letter))
            assert size.stopped == GROUP_SESSION.stops(row, AT)
            if size.stopped:
                assert (recipients(row, AT), refusal(row, member("coming").user, AT)) == ([], size.stopped)
            elif size.people is not None:
                assert len(recipients(row, AT)) == size.people


class TestWords:
    def written(self, session: Session, audience: str, letter: str = "", **more: Any) -> LetterPart:
        return rendered(reminder(session, audience, letter, **more), UserFactory(), "en")

    def test_an_invitation_says_when_and_where(self, cast: Cast):
        session = meeting(cast)
        part = self.written(session, "not_yet_invited")
        assert (part.subject, part.text, part.why, part.button) == (
            "Invitation: Guichet, Tue 8 December 2026",
            (
                "Rivage invites you:\n\nTue 8 December 2026, 9:00–17:00, Salle du conseil\n\nSay "
                "whether you are coming, even if the answer is no.\n\nThe calendar entry attached "
                "to this e-mail gives the day, time and venue."
            ),
            "You get this e-mail because you are expected at Guichet (Rivage).",
            ("Answer", f"/sessions/{session.pk}/"),
        )

    @pytest.mark.parametrize("slug", sorted(LETTERS))
    def test_every_letter_can_be_written(self, cast: Cast, slug: str):
        part = self.written(meeting(cast), "told", slug)
        assert "%" not in part.subject + part.text + part.why
        assert part.button is not None

    def test_attendance_leads_to_its_sheet(self, cast: Cast):
        session = meeting(cast)
        button = self.written(session, "facilitator").button
        assert button == ("Record attendance", f"/sessions/{session.pk}/attendance/")

    def test_scattered_days_are_all_named(self, cast: Cast):
        session = meeting(cast)
        SessionDay.objects.create(session=session, date=date(2026, 12, 15), starts_at=time(14))
        part = self.written(Session.objects.get(pk=session.pk), "expected", "group_dates")
        assert part.subject == "Guichet: Tue 8 December 2026, Tue 15 December 2026"
        assert "9:00–17:00, Salle du conseil\nTue 15 December 2026, 14:00\n" in part.text

    def test_the_reason_is_given_where_there_is_one(self, cast: Cast):
        session = meeting(cast, "postponed")
        assert "The reason: Snow" in self.written(session, "told", "session_postponed").text
        Session.objects.filter(pk=session.pk).update(reason="")
        assert "reason" not in self.written(session, "told", "session_postponed").text

    def test_dates_are_written_in_the_language_of_the_letter(self, cast: Cast):
        part = rendered(reminder(meeting(cast), "expected"), UserFactory(), "fr")
        assert "mar. 8 décembre 2026" in part.text

    def test_what_was_read_to_check_it_is_not_read_again_to_write_it(self, cast: Cast, django_assert_num_queries: Any):
        row, person = reminder(meeting(cast), "expected"), member("coming").user
        with django_assert_num_queries(2):  # and the days
            reason, event = GROUP_SESSION.check(row, person, AT)
            GROUP_SESSION.render(row, event, person, "en")
        assert reason == ""

    def test_a_change_says_what_was_and_what_holds(self, cast: Cast):
        day = {"date": "2026-12-01", "starts_at": "14:00:00", "ends_at": None, "place": "Mairie"}
        part = self.written(meeting(cast), "told", was={"days": [day, day | {"date": "2026-12-03", "place": ""}]})
        assert part.text.split("\n\n")[:2] == [
            "Before:\nTue 1 December 2026, 14:00, Mairie\nThu 3 December 2026, 14:00",
            "From now on:\nTue 8 December 2026, 9:00–17:00, Salle du conseil",
        ]

    def test_of_what_is_not_known_or_is_back_it_says_only_what_holds(self, cast: Cast):
        same = {"date": "2026-12-08", "starts_at": "09:00:00", "ends_at": "17:00:00", "place": "Salle du conseil"}
        session = meeting(cast)
        for step, was in (("a", {}), ("b", {"days": [same]})):
            assert self.written(session, "told", step=step, was=was).text.startswith(
                "From now on:\nTue 8 December 2026"
            )


class TestEntries:
    def entries(self, session: Session, name: str, letter: str) -> list[tuple[str, Any, str]]:
        part = rendered(reminder(session, "told", letter, alone=True), member(name).user, "en")
        return [(entry.uid, entry.starts, entry.status) for entry in part.entries]

    def test_an_invitation_holds_the_day_where_the_authority_is(self, cast: Cast):
        session = meeting(cast)
        Authority.objects.update(time_zone="Indian/Reunion")
        day, zone = session.days.get(), ZoneInfo("Indian/Reunion")
        part = rendered(reminder(session, "told", "stakeholder_invitation", alone=True), member("silent").user, "en")
        (entry,) = part.entries
        assert (entry.starts, entry.ends) == (
            datetime(2026, 12, 8, 9, tzinfo=zone),
            datetime(2026, 12, 8, 17, tzinfo=zone),
        )
        assert (entry.summary, entry.place, entry.status, entry.uid) == (
            "Guichet · Rivage",
            "Salle du conseil",
            "TENTATIVE",
            event_uid("session_day", day.pk),
        )

    def test_a_day_without_hours_is_whole(self, cast: Cast):
        session = meeting(cast)
        session.days.update(ends_at=None)
        assert [starts for _uid, starts, _status in self.entries(session, "silent", "group_dates")] == [SOON]

    def test_a_split_session_has_one_for_each_day_the_person_is_expected_on(self, cast: Cast):
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

    def test_a_change_takes_off_dropped_days_and_those_one_is_not_on_the_list_of(self, cast: Cast):
        session = meeting(cast)
        dropped = SessionDay.objects.create(session=session, date=date(2026, 12, 15))
        without = SessionDay.objects.create(session=session, date=date(2026, 12, 16))
        gone = dropped.pk
        dropped.delete()
        assert self.entries(session, "silent", "session_changed")[1:] == [
            (event_uid("session_day", gone), date(2026, 12, 15), "CANCELLED"),
            (event_uid("session_day", without.pk), date(2026, 12, 16), "CANCELLED"),
        ]

    def test_whoever_declined_hears_of_a_change_without_an_entry(self, cast: Cast):
        assert self.entries(meeting(cast), "declined", "session_changed") == []

    @pytest.mark.parametrize(
        ("state", "letter"), [("postponed", "session_postponed"), ("cancelled", "session_cancelled")]
    )
    def test_what_is_called_off_comes_off_the_calendar(self, cast: Cast, state: str, letter: str):
        session = meeting(cast, state)
        assert [status for _uid, _starts, status in self.entries(session, "declined", letter)] == ["CANCELLED"]

    def test_a_letter_that_shares_its_envelope_carries_none(self, cast: Cast):
        row = reminder(meeting(cast), "told", "group_dates", alone=False)
        assert rendered(row, member("silent").user, "en").entries == ()


class TestLines:
    def test_to_whom_and_what(self, db: None):
        line = ReminderFactory.build(audience="unanswered", letter="stakeholder_answer_awaited")
        assert TEXTS.describe(line) == "People who have not answered: answer still needed"

    def test_what_nobody_knows_is_shown_as_it_is(self, db: None):
        assert (
            TEXTS.describe(ReminderFactory.build(audience="owner", letter="idea_follow_up")) == "owner: idea_follow_up"
        )

    def test_the_page_and_the_name(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, title="", number="4")
        assert href(reminder(session, "expected")) == f"/sessions/{session.pk}/"
        assert names([session.pk]) == {session.pk: "Group session 4 · Rivage"}

    def test_within_an_edition_a_cohort_or_an_authority(self, cast: Cast):
        own, other = SessionFactory(cohort=cast.cohort).pk, SessionFactory(cohort=cast.other).pk
        SessionFactory(cohort=cast.cohort, retrospective=True)
        AuthorityFactory(slug="elsewhere")
        assert [
            within(scope)
            for scope in (
                Scope(edition="transfo-2026"),
                Scope(cohort="rivage"),
                Scope(authority=cast.other.authority.slug),
                Scope(authority="elsewhere"),
            )
        ] == [{own, other}, {own}, {other}, set()]

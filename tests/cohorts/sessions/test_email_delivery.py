"""From a session with confirmed dates to the e-mails that leave and their calendar entries."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from icalendar import Calendar

from accounts.models import User
from cohorts.attendance.actions import answer_for_oneself, invite_people
from cohorts.models import Session
from cohorts.people.actions import end_membership
from cohorts.sessions.actions.sessions import (
    DayPlan,
    cancel_session,
    move_session,
    plan_session,
    postpone_session,
    reschedule_session,
    schedule_session,
)
from notifications.actions import pause_all_emails, resume_all_emails
from notifications.models import Delivery, Reminder
from notifications.sending.cycle import send_round
from programmes.models import Authority
from tests.factories.cast import NOW, Cast, create_cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.programmes import format_with_schedules
from tests.factories.snapshots import built_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY, NEXT, LATER = date(2027, 3, 16), date(2027, 3, 23), date(2027, 4, 6)
CORE = {"C", "D", "P", "M"}


@pytest.fixture(autouse=True)
def _emails_in_english(settings: Any) -> None:
    """Use English for people who chose no language."""
    settings.LANGUAGE_CODE = "en"


@built_once
def cast_with_schedules() -> Cast:
    """Return the cast with addresses that begin with the letters of the roles."""
    cast = create_cast(format_with_schedules("group_session", "stakeholder_session", "idea"))
    for role, person in cast.people.items():
        User.objects.filter(pk=person.pk).update(email=f"{role}@people.example")
    return cast


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return cast_with_schedules()


def day_plans(*days: date, hours: tuple[int, int] = (9, 17)) -> list[DayPlan]:
    return [DayPlan(day, time(hours[0]), time(hours[1]), "Mairie") for day in days]


def confirmed_session(
    cast: Cast, *days: date, kind: str = "group", title: str = "Fabriquer", number: str = "4"
) -> Session:
    draft = plan_session(
        cohort=cast.cohort,
        number=number,
        kind=kind,
        title=title,
        days=day_plans(*days),
        accept_conflicts=True,
        by=cast["P"],
    )
    return schedule_session(session=draft, at=NOW, by=cast["P"])


def due(session: Session, step: str) -> datetime:
    return Reminder.objects.get(object_id=session.pk, version=session.version, step=step).due_at


def emails_sent_at(moment: datetime) -> list[tuple[str, str]]:
    """Send what is due at a moment; return subject and role of each recipient."""
    mail.outbox.clear()
    send_round(lambda: moment, seconds=60)
    return sorted((email.subject, email.to[0].partition("@")[0]) for email in mail.outbox)


def recipients_of(sent: list[tuple[str, str]]) -> set[str]:
    return {role for _subject, role in sent}


def calendar_entries_of(role: str) -> list[tuple[str, Any]]:
    """Return method and event of each calendar file in the e-mail to a role of the cast."""
    message = next(message for message in mail.outbox if message.to[0].startswith(f"{role}@"))
    files = [part for part in message.message().walk() if part.get_content_type() == "application/ics"]
    calendars = [Calendar.from_ical(part.get_payload(decode=True)) for part in files]
    return [(str(calendar["METHOD"]), calendar.walk("VEVENT")[0]) for calendar in calendars]


def test_members_get_the_dates_once_three_weeks_before(cast: Cast):
    session = confirmed_session(cast, DAY)
    moment = due(session, "dates")
    assert moment == datetime(2027, 2, 23, 8, tzinfo=UTC)
    assert emails_sent_at(moment - timedelta(minutes=1)) == []
    assert emails_sent_at(moment) == [("Fabriquer: Tue 16 March 2027", role) for role in sorted(CORE)]
    assert emails_sent_at(moment + timedelta(minutes=5)) == []


def test_moved_session_sends_nothing_for_the_old_date_and_updates_its_entry(cast: Cast):
    session = confirmed_session(cast, DAY)
    emails_sent_at(due(session, "dates"))
    ((method, before),) = calendar_entries_of("M")
    moment = due(session, "dates") + timedelta(days=1)
    old = due(session, "details")
    moved = move_session(session=session, days=day_plans(LATER), at=moment, accept_conflicts=True, by=cast["P"])
    assert recipients_of(emails_sent_at(moment)) == CORE
    assert (
        "Before:\nTue 16 March 2027, 9:00–17:00, Mairie\n\nFrom now on:\nTue 6 April 2027, 9:00" in mail.outbox[0].body
    )
    ((again, after),) = calendar_entries_of("M")
    assert (method, again) == ("REQUEST", "REQUEST")
    assert (before["UID"], int(before["SEQUENCE"]), int(after["SEQUENCE"])) == (after["UID"], 4, 7)
    assert (before.decoded("DTSTART").date(), after.decoded("DTSTART").date()) == (DAY, LATER)
    assert emails_sent_at(old) == []
    assert recipients_of(emails_sent_at(due(moved, "details"))) == CORE


def test_postponed_session_leaves_calendars_and_returns_with_its_new_date(cast: Cast):
    session = confirmed_session(cast, DAY)
    emails_sent_at(due(session, "dates"))
    moment = due(session, "dates") + timedelta(days=1)
    session = postpone_session(session=session, reason="Snow", at=moment, by=cast["P"])
    assert emails_sent_at(moment) == [("Fabriquer is postponed", role) for role in sorted(CORE)]
    called_off = [(method, str(event["STATUS"]), int(event["SEQUENCE"])) for method, event in calendar_entries_of("M")]
    assert called_off == [("CANCEL", "CANCELLED", 5)]
    assert emails_sent_at(datetime(2027, 3, 9, 8, tzinfo=UTC)) == []
    again = moment + timedelta(days=1)
    reschedule_session(session=session, days=day_plans(LATER), at=again, accept_conflicts=True, by=cast["P"])
    assert {subject for subject, _to in emails_sent_at(again)} == {"Fabriquer: the date or the venue changed"}
    assert [(method, int(event["SEQUENCE"])) for method, event in calendar_entries_of("M")] == [("REQUEST", 7)]


def test_cancelled_session_sends_only_the_notice(cast: Cast):
    session = confirmed_session(cast, DAY)
    emails_sent_at(due(session, "dates"))
    moment = due(session, "dates") + timedelta(days=1)
    cancel_session(session=session, reason="A strike", at=moment, by=cast["P"])
    assert emails_sent_at(moment) == [("Fabriquer is cancelled", role) for role in sorted(CORE)]
    assert [method for method, _event in calendar_entries_of("P")] == ["CANCEL"]
    assert [emails_sent_at(datetime(2027, month, 16, tzinfo=UTC)) for month in (3, 4, 5)] == [[], [], []]


def test_people_who_declined_get_only_changes(cast: Cast):
    session = confirmed_session(cast, DAY)
    answer_for_oneself(session=session, coming=False, today=NOW.date(), by=cast["M"])
    assert recipients_of(emails_sent_at(due(session, "dates"))) == CORE - {"M"}
    moment = due(session, "dates") + timedelta(days=1)
    cancel_session(session=session, reason="A strike", at=moment, by=cast["P"])
    assert recipients_of(emails_sent_at(moment)) == CORE


def test_former_members_get_nothing_not_even_waiting_emails(cast: Cast):
    session = confirmed_session(cast, DAY)
    moment = due(session, "dates")
    member = cast.cohort.memberships.get(user=cast["M"])
    send_round(lambda: moment, seconds=0)
    end_membership(
        membership=member, ends_on=date(2027, 2, 22), reason="", at=datetime(2027, 2, 22, 9, tzinfo=UTC), by=cast["P"]
    )
    assert recipients_of(emails_sent_at(moment)) == CORE - {"M"}
    cancel_session(session=session, reason="A strike", at=moment, by=cast["P"])
    assert recipients_of(emails_sent_at(moment)) == CORE - {"M"}


def test_elected_officials_are_invited_first_and_once(cast: Cast):
    session = confirmed_session(cast, DAY, kind="stakeholder_meeting", title="Guichet")
    elected = MembershipFactory(cohort=cast.cohort, role="elected", user__email="E@people.example")
    invite_people(days=list(session.days.all()), people=[elected], today=NOW.date(), at=NOW, by=cast["P"])
    assert emails_sent_at(due(session, "early_invitation")) == [("Invitation: Guichet, Tue 16 March 2027", "E")]
    assert recipients_of(emails_sent_at(due(session, "invitation"))) == CORE
    answer_for_oneself(session=session, coming=True, today=NOW.date(), by=cast["M"])
    assert recipients_of(emails_sent_at(due(session, "answer_awaited"))) == {"C", "D", "P", "E"}


def test_late_invitee_gets_the_invitation_at_once_and_the_others_no_second_one(cast: Cast):
    session = confirmed_session(cast, DAY, kind="steering", title="Comité")
    days = list(session.days.all())
    people = [
        MembershipFactory(cohort=cast.cohort, role="elected", user__email=f"{role}@people.example")
        for role in ("E", "F")
    ]
    moment = due(session, "invitation") + timedelta(days=3)
    assert recipients_of(emails_sent_at(moment - timedelta(days=1))) == CORE
    for person, at in zip(people, (moment, moment + timedelta(days=1)), strict=True):
        for _twice in range(2):
            invite_people(days=days, people=[person], today=at.date(), at=at, by=cast["P"])
        role = person.user.email[0]
        assert emails_sent_at(at) == [("Invitation: Comité, Tue 16 March 2027", role)]
        assert [method for method, _event in calendar_entries_of(role)] == ["REQUEST"]


@pytest.mark.parametrize(
    ("kind", "step", "subject"),
    [
        ("steering", "invitation", "Invitation: Fabriquer, Tue 16 March 2027"),
        ("group", "dates", "Fabriquer: Tue 16 March 2027"),
    ],
)
def test_held_email_is_not_written_a_second_time(cast: Cast, kind: str, step: str, subject: str):
    session = confirmed_session(cast, DAY, kind=kind)
    days = list(session.days.all())
    people = [
        MembershipFactory(cohort=cast.cohort, role="elected", user__email=f"{role}@people.example")
        for role in ("E", "F")
    ]
    moment = due(session, step)
    pause_all_emails(reason="Restored", at=moment, by=None)
    assert emails_sent_at(moment) == []
    for person in people:
        invite_people(days=days, people=[person], today=moment.date(), at=moment, by=cast["P"])
        assert emails_sent_at(moment) == []
    resume_all_emails(by=cast["S"])
    roles = sorted({*CORE, "E", "F"})
    assert emails_sent_at(moment) == [(subject, role) for role in roles]
    assert Delivery.objects.count() == len(roles)


def test_late_invitee_to_a_group_session_gets_the_dates_at_once_with_an_entry(cast: Cast):
    session = confirmed_session(cast, DAY)
    emails_sent_at(due(session, "dates"))
    moment = due(session, "dates") + timedelta(days=1)
    relay = cast.cohort.memberships.get(role="relay")
    for _twice in range(2):
        invite_people(days=list(session.days.all()), people=[relay], today=moment.date(), at=moment, by=cast["P"])
    assert emails_sent_at(moment) == [("Fabriquer: Tue 16 March 2027", "R")]
    assert [method for method, _event in calendar_entries_of("R")] == ["REQUEST"]


def test_session_moved_before_any_email_sends_only_the_dates(cast: Cast):
    moment = datetime(2027, 2, 1, 12, tzinfo=UTC)
    session = move_session(
        session=confirmed_session(cast, DAY), days=day_plans(date(2027, 2, 16)), at=moment, by=cast["P"]
    )
    assert emails_sent_at(moment) == [("Fabriquer: Tue 16 February 2027", role) for role in sorted(CORE)]
    assert emails_sent_at(moment + timedelta(minutes=5)) == []
    assert session.version == 2


def test_moved_session_sends_the_change_to_people_who_answered_and_the_dates_to_the_others(cast: Cast):
    session = confirmed_session(cast, DAY)
    answer_for_oneself(session=session, coming=False, today=NOW.date(), by=cast["M"])
    emails_sent_at(due(session, "dates"))
    moment = due(session, "dates") + timedelta(days=1)
    relay = cast.cohort.memberships.get(role="relay")
    invite_people(days=list(session.days.all()), people=[relay], today=moment.date(), at=moment, by=cast["P"])
    move_session(session=session, days=day_plans(LATER), at=moment, accept_conflicts=True, by=cast["P"])
    changed = {(subject, to) for subject, to in emails_sent_at(moment)}
    assert changed == {("Fabriquer: the date or the venue changed", role) for role in CORE} | {
        ("Fabriquer: Tue 6 April 2027", "R")
    }


@pytest.mark.parametrize("kind", ["group", "steering"])
def test_people_invited_in_time_get_no_separate_email(cast: Cast, kind: str):
    session = confirmed_session(cast, DAY, kind=kind)
    relay = cast.cohort.memberships.get(role="relay")
    invite_people(days=list(session.days.all()), people=[relay], today=NOW.date(), at=NOW, by=cast["P"])
    assert not Reminder.objects.filter(event_day=None).exists()


def test_split_session_has_an_entry_for_each_day_and_removes_dropped_days(cast: Cast):
    session = confirmed_session(cast, DAY, NEXT)
    emails_sent_at(due(session, "dates"))
    first = {event["UID"]: event.decoded("DTSTART").date() for _method, event in calendar_entries_of("M")}
    assert sorted(first.values()) == [DAY, NEXT]
    moment = due(session, "dates") + timedelta(days=1)
    move_session(session=session, days=day_plans(DAY), at=moment, by=cast["P"])
    emails_sent_at(moment)
    found = {event["UID"]: (method, event.decoded("DTSTART").date()) for method, event in calendar_entries_of("M")}
    assert found == {uid: ("REQUEST" if day == DAY else "CANCEL", day) for uid, day in first.items()}


@pytest.mark.parametrize(
    ("zone", "day", "offset"),
    [
        ("Europe/Paris", date(2027, 3, 29), 2),
        ("Europe/Paris", date(2027, 3, 26), 1),
        ("Europe/Paris", date(2027, 10, 29), 2),
        ("Europe/Paris", date(2027, 11, 2), 1),
        ("Indian/Reunion", date(2027, 10, 29), 4),
        ("America/Miquelon", date(2027, 11, 9), -3),
        ("America/Miquelon", date(2027, 10, 29), -2),
    ],
)
def test_entries_use_local_times_across_clock_changes(cast: Cast, zone: str, day: date, offset: int):
    Authority.objects.filter(pk=cast.cohort.authority_id).update(time_zone=zone)
    emails_sent_at(due(confirmed_session(cast, day), "dates"))
    message = next(message for message in mail.outbox if message.to[0].startswith("M@"))
    part = next(part for part in message.message().walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    event = calendar.walk("VEVENT")[0]
    starts, ends = event.decoded("DTSTART"), event.decoded("DTEND")
    assert [str(row["TZID"]) for row in calendar.walk("VTIMEZONE")] == [zone]
    assert (starts.replace(tzinfo=None), ends.replace(tzinfo=None)) == (
        datetime.combine(day, time(9)),
        datetime.combine(day, time(17)),
    )
    assert starts.utcoffset() == timedelta(hours=offset) == datetime.combine(day, time(9), ZoneInfo(zone)).utcoffset()
    assert event["DTSTART"].params["TZID"] == zone


def test_two_sessions_of_one_day_share_one_email(cast: Cast):
    sessions = [confirmed_session(cast, DAY, title=title, number=title[0]) for title in ("Fabriquer", "Observer")]
    alone = emails_sent_at(due(sessions[0], "dates"))
    assert len(alone) == 2 * len(CORE)
    sent = emails_sent_at(due(sessions[0], "details"))
    assert sent == [("Fabriquer: venue and times, and one more reminder", role) for role in sorted(CORE)]
    assert Delivery.objects.filter(alone=False).count() == len(CORE)

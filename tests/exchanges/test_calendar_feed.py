"""Exchanges in calendar feeds: whole days with the UID of their e-mails, confirmed for people who come."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from exchanges.calendar_feed import status_of
from exchanges.lifecycle.actions import cancel_exchange
from exchanges.models import Exchange
from exchanges.planning.actions import move_exchange
from notifications.actions import open_calendar
from notifications.emails.links import calendar_uid, calendar_url
from notifications.sending.cycle import send_round
from tests.calendar_readers import ParsedCalendar, both_readers, with_icalendar
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.notifications import NOW
from tests.factories.programmes import EditionFactory
from tests.sql import force, update

pytestmark = pytest.mark.django_db
CANARY = "CANARI"
AT = datetime(2027, 1, 5, 8, tzinfo=UTC)


def own(user: User) -> str:
    return address(user, "person", user.pk)


def of_cohort(user: User, cohort: Any) -> str:
    return address(user, "cohort", cohort.pk)


def address(user: User, about: str, object_id: int) -> str:
    return urlsplit(calendar_url(open_calendar(about=about, object_id=object_id, at=NOW, by=user))).path


def text(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content


def read(path: str) -> ParsedCalendar:
    return with_icalendar(text(path))


def statuses(path: str) -> list[str]:
    return [entry["status"] for entry in read(path).entries]


def exchange(cast: Cast, state: str = "announced", **more: Any) -> Exchange:
    given = {"edition": cast.edition, "host": cast.cohort, "venue": "Hôtel de ville", "number": 2} | more
    return ExchangeFactory(state=state, **given)


def test_entry_has_title_days_and_location_only(cast):
    row = exchange(cast, theme="Secret theme", outcome="Secret outcome")
    entries = read(own(cast["N"])).entries
    assert entries == [
        {
            "uid": calendar_uid("exchange", row.pk),
            "sequence": 3,
            "status": "TENTATIVE",
            "summary": "Intertransfo 2 · La Transfo 2026–2028",
            "place": "Hôtel de ville, Rivage",
            "zone": None,
            "starts": "2027-06-08",
            "ends": "2027-06-10",
            "starts_utc": None,
            "ends_utc": None,
            "changed": entries[0]["changed"],
        }
    ]
    assert b"Secret" not in text(own(cast["S"]))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("proposed", []),
        ("host_confirmed", ["TENTATIVE"]),
        ("announced", ["TENTATIVE"]),
        ("registration_open", ["TENTATIVE"]),
        ("registration_closed", ["TENTATIVE"]),
        ("held", ["CONFIRMED"]),
        ("followed_up", ["CONFIRMED"]),
        ("cancelled", ["CANCELLED"]),
    ],
)
def test_status_follows_the_state_and_proposals_are_left_out(cast, state, expected):
    exchange(cast, state)
    assert statuses(own(cast["M"])) == expected


@pytest.mark.parametrize(
    ("answer", "mine", "ours"),
    [
        ("invited", ["TENTATIVE"], ["TENTATIVE"]),
        ("registered", ["CONFIRMED"], ["CONFIRMED"]),
        ("waitlisted", ["TENTATIVE"], ["TENTATIVE"]),
        ("declined", [], ["TENTATIVE"]),
        ("cancelled", [], ["TENTATIVE"]),
    ],
)
def test_entry_is_confirmed_for_people_who_come_and_missing_for_people_who_declined(cast, answer, mine, ours):
    RegistrationFactory(exchange=exchange(cast, "registration_open"), user=cast["M"], state=answer)
    assert statuses(own(cast["M"])) == mine
    assert statuses(of_cohort(cast["M"], cast.cohort)) == ours
    assert statuses(own(cast["N"])) == ["TENTATIVE"]


def test_cancelled_exchange_is_cancelled_for_registered_people_too(cast):
    assert status_of(exchange(cast, "cancelled"), "registered") == "CANCELLED"


def test_exchange_is_in_the_calendars_of_everyone_who_can_read_it(cast):
    exchange(cast)
    assert {role: len(read(own(cast[role])).entries) for role in "SCDPMRANX"} == {
        **dict.fromkeys("SCDPMRAN", 1),
        "X": 0,
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(None, 0), ("invited", 0), ("declined", 0), ("registered", 1), ("attended", 1), ("no_show", 1)],
)
def test_exchange_after_the_last_day_is_only_in_the_feed_of_people_with_a_seat(cast, answer, expected):
    row = exchange(cast, "registration_open")
    if answer:
        RegistrationFactory(exchange=row, user=cast["M"], state=answer)
    cast["M"].memberships.update(ends_on=date(2027, 6, 8))
    assert len(read(own(cast["M"])).entries) == (answer != "declined")
    cast["M"].memberships.update(ends_on=date(2027, 6, 7))
    assert len(read(own(cast["M"])).entries) == expected


def test_exchange_after_the_end_of_a_mandate_is_not_in_the_feed(cast):
    exchange(cast)
    cast["A"].administered.update(until=date(2027, 6, 7))
    assert read(own(cast["A"])).entries == []


def test_exchange_is_not_in_the_feed_of_a_withdrawn_cohorts_members(cast):
    exchange(cast, host=cast.other_cohort)
    force(cast.cohort, state="withdrawn", reason="Elections")
    assert [len(read(own(cast[role])).entries) for role in "MNS"] == [0, 1, 1]


def test_exchanges_of_other_editions_are_never_in_the_feed(cast):
    exchange(cast)
    foreign = EditionFactory(name=CANARY)
    ExchangeFactory(edition=foreign, state="announced", theme=CANARY, venue=CANARY)
    there = foreign.cohorts.get()
    for role in "CDPMRANX":
        paths = (own(cast[role]), of_cohort(cast[role], cast.cohort), of_cohort(cast[role], there))
        assert (role, [CANARY.encode() in text(path) for path in paths]) == (role, [False] * 3)


def test_cohort_feed_is_closed_to_members_of_other_cohorts(cast):
    exchange(cast)
    assert read(of_cohort(cast["N"], cast.cohort)).entries == []


def test_published_exchanges_are_in_no_feed(cast):
    ExchangeFactory(edition=cast.edition, retrospective=True, state="held", theme=CANARY, number=None)
    assert CANARY.encode() not in text(own(cast["M"])) + text(of_cohort(cast["S"], cast.cohort))


def test_sessions_come_before_exchanges(cast):
    exchange(cast)
    SessionFactory(cohort=cast.cohort, title="Atelier", date=date(2027, 9, 7))
    feed = read(of_cohort(cast["M"], cast.cohort))
    assert [entry["starts"] for entry in feed.entries] == ["2027-09-07T09:00:00", "2027-06-08"]
    assert feed.name == "Rivage"


@pytest.mark.parametrize("many", [1, 3])
def test_statement_count_does_not_depend_on_the_number_of_exchanges(cast, many, django_assert_num_queries):
    for number in range(1, many + 1):
        exchange(cast, number=number, first_day=date(2027, number, 12), swap_reason="Plan test")
    for role, statements in {"M": 6, "S": 5}.items():
        path = own(cast[role])
        with django_assert_num_queries(statements):
            assert (role, len(read(path).entries)) == (role, many)


@pytest.mark.django_db(transaction=True)
def test_answer_changes_only_the_persons_own_entry(cast):
    row = exchange(cast, "registration_open")
    mine = RegistrationFactory(exchange=row, user=cast["M"])
    RegistrationFactory(exchange=row, user=cast["P"])
    update(mine, state="registered")

    def changed_at_for(role: str) -> Any:
        return Exchange.objects.as_calendar_entries(cast[role]).get().changed_at

    event = type(mine).pgh_event_model.objects.filter(pgh_obj_id=mine.pk).latest("pgh_id")
    assert changed_at_for("M") == event.pgh_created_at > changed_at_for("P") > changed_at_for("N")


@both_readers
def test_emails_and_feed_share_one_entry_when_moved_and_cancelled(cast, read):
    """A calendar fed by both has one correct entry, whichever source is first."""
    row, path, entries = exchange(cast, "registration_open"), own(cast["M"]), []
    RegistrationFactory(exchange=row, user=cast["M"], state="registered")
    for change in (
        lambda: move_exchange(exchange=row, first_day=date(2027, 6, 15), days=2, at=AT, by=cast["S"]),
        lambda: cancel_exchange(exchange=row, reason="Nobody is free", at=AT, by=cast["S"]),
    ):
        change()
        row.refresh_from_db()
        send_round(lambda: AT, seconds=60)
        by_email = read(last_calendar_email_to(cast["M"])).entries
        by_feed = read(text(path)).entries
        keys = ("uid", "sequence", "status", "starts", "ends", "summary", "place")
        entries.append([tuple(entry[key] for key in keys) for entry in (*by_email, *by_feed)])
    uid, details = calendar_uid("exchange", row.pk), ("Intertransfo 2 · La Transfo 2026–2028", "Hôtel de ville, Rivage")
    moved = (uid, 7, "CONFIRMED", "2027-06-15", "2027-06-17", *details)
    off = (uid, 8, "CANCELLED", "2027-06-15", "2027-06-17", *details)
    assert entries == [[moved, moved], [off, off]]


def last_calendar_email_to(user: User) -> bytes:
    """Return the calendar part of the last e-mail to the person."""
    message = [message for message in mail.outbox if message.to == [user.email]][-1]
    (part,) = [content for name, content, _kind in message.attachments if name == "invite.ics"]
    return part if isinstance(part, bytes) else part.encode()

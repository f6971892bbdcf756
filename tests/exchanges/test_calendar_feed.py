"""Exchanges in calendar feeds: whole days under the UID of their letters, firm for those who come."""

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
from notifications.emails.links import calendar_address, calendar_uid
from notifications.sending.cycle import send_round
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.notifications import NOW
from tests.factories.programmes import EditionFactory
from tests.readers import Read, both_readers, with_icalendar
from tests.sql import force, update

pytestmark = pytest.mark.django_db
CANARY = "CANARI"
AT = datetime(2027, 1, 5, 8, tzinfo=UTC)


def own(user: User) -> str:
    return address(user, "person", user.pk)


def of_cohort(user: User, cohort: Any) -> str:
    return address(user, "cohort", cohort.pk)


def address(user: User, about: str, object_id: int) -> str:
    return urlsplit(calendar_address(open_calendar(about=about, object_id=object_id, at=NOW, by=user))).path


def text(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content


def read(path: str) -> Read:
    return with_icalendar(text(path))


def statuses(path: str) -> list[str]:
    return [entry["status"] for entry in read(path).entries]


def exchange(cast: Cast, state: str = "announced", **more: Any) -> Exchange:
    given = {"edition": cast.edition, "host": cast.cohort, "venue": "Hôtel de ville", "number": 2} | more
    return ExchangeFactory(state=state, **given)


def test_it_has_title_days_and_place_and_nothing_else(cast):
    row = exchange(cast, theme="Secret theme", outcome="Secret outcome")
    found = read(own(cast["N"])).entries
    assert found == [
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
            "changed": found[0]["changed"],
        }
    ]
    assert b"Secret" not in text(own(cast["S"]))


@pytest.mark.parametrize(
    ("state", "seen"),
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
def test_its_status_follows_its_state_and_proposals_stay_with_the_lab(cast, state, seen):
    exchange(cast, state)
    assert statuses(own(cast["M"])) == seen


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
def test_it_is_firm_for_those_who_come_and_leaves_the_calendar_of_those_who_do_not(cast, answer, mine, ours):
    RegistrationFactory(exchange=exchange(cast, "registration_open"), user=cast["M"], state=answer)
    assert statuses(own(cast["M"])) == mine
    assert statuses(of_cohort(cast["M"], cast.cohort)) == ours
    assert statuses(own(cast["N"])) == ["TENTATIVE"]


def test_called_off_it_is_off_for_those_who_come_too(cast):
    assert status_of(exchange(cast, "cancelled"), "registered") == "CANCELLED"


def test_it_is_in_the_calendars_of_everyone_who_may_read_it(cast):
    exchange(cast)
    assert {letter: len(read(own(cast[letter])).entries) for letter in "SCDPMRANX"} == {
        **dict.fromkeys("SCDPMRAN", 1),
        "X": 0,
    }


@pytest.mark.parametrize(
    ("answer", "seen"), [(None, 0), ("invited", 0), ("declined", 0), ("registered", 1), ("attended", 1), ("no_show", 1)]
)
def test_what_comes_after_ones_last_day_is_not_in_ones_own_but_where_one_had_a_place(cast, answer, seen):
    row = exchange(cast, "registration_open")
    if answer:
        RegistrationFactory(exchange=row, user=cast["M"], state=answer)
    cast["M"].memberships.update(ends_on=date(2027, 6, 8))
    assert len(read(own(cast["M"])).entries) == (answer != "declined")
    cast["M"].memberships.update(ends_on=date(2027, 6, 7))
    assert len(read(own(cast["M"])).entries) == seen


def test_nor_what_comes_after_the_end_of_ones_mandate(cast):
    exchange(cast)
    cast["A"].administered.update(until=date(2027, 6, 7))
    assert read(own(cast["A"])).entries == []


def test_nor_for_those_whose_cohort_withdrew(cast):
    exchange(cast, host=cast.other)
    force(cast.cohort, state="withdrawn", reason="Elections")
    assert [len(read(own(cast[letter])).entries) for letter in "MNS"] == [0, 1, 1]


def test_nothing_of_another_edition_is_ever_in_it(cast):
    exchange(cast)
    foreign = EditionFactory(name=CANARY)
    ExchangeFactory(edition=foreign, state="announced", theme=CANARY, venue=CANARY)
    there = foreign.cohorts.get()
    for letter in "CDPMRANX":
        paths = (own(cast[letter]), of_cohort(cast[letter], cast.cohort), of_cohort(cast[letter], there))
        assert (letter, [CANARY.encode() in text(path) for path in paths]) == (letter, [False] * 3)


def test_a_cohorts_calendar_is_closed_to_members_of_others_though_they_share_the_exchange(cast):
    exchange(cast)
    assert read(of_cohort(cast["N"], cast.cohort)).entries == []


def test_published_exchanges_are_in_none(cast):
    ExchangeFactory(edition=cast.edition, retrospective=True, state="held", theme=CANARY, number=None)
    assert CANARY.encode() not in text(own(cast["M"])) + text(of_cohort(cast["S"], cast.cohort))


def test_sessions_come_first_then_exchanges(cast):
    exchange(cast)
    SessionFactory(cohort=cast.cohort, title="Atelier", date=date(2027, 9, 7))
    found = read(of_cohort(cast["M"], cast.cohort))
    assert [entry["starts"] for entry in found.entries] == ["2027-09-07T09:00:00", "2027-06-08"]
    assert found.name == "Rivage"


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_the_same_for_three_exchanges(cast, many, django_assert_num_queries):
    for number in range(1, many + 1):
        exchange(cast, number=number, first_day=date(2027, number, 12), swap_reason="Plan test")
    for letter in "MS":
        path = own(cast[letter])
        with django_assert_num_queries(4):
            assert (letter, len(read(path).entries)) == (letter, many)


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_a_change_of_ones_own_entry(cast):
    row = exchange(cast, "registration_open")
    mine = RegistrationFactory(exchange=row, user=cast["M"])
    RegistrationFactory(exchange=row, user=cast["P"])
    update(mine, state="registered")

    def changed(letter: str) -> Any:
        return Exchange.objects.as_entries(cast[letter]).get().changed_at

    kept = type(mine).pgh_event_model.objects.filter(pgh_obj_id=mine.pk).latest("pgh_id")
    assert changed("M") == kept.pgh_created_at > changed("P") > changed("N")


@both_readers
def test_letters_and_feed_speak_of_one_entry_moved_and_called_off(cast, read):
    """A member's calendar fed by both: whichever brings the news, there is one entry and it is right."""
    row, path, told = exchange(cast, "registration_open"), own(cast["M"]), []
    RegistrationFactory(exchange=row, user=cast["M"], state="registered")
    for act in (
        lambda: move_exchange(exchange=row, first_day=date(2027, 6, 15), days=2, at=AT, by=cast["S"]),
        lambda: cancel_exchange(exchange=row, reason="Nobody is free", at=AT, by=cast["S"]),
    ):
        act()
        row.refresh_from_db()
        send_round(lambda: AT, seconds=30)
        by_letter = read(letter_to(cast["M"])).entries
        by_feed = read(text(path)).entries
        keys = ("uid", "sequence", "status", "starts", "ends", "summary", "place")
        told.append([tuple(entry[key] for key in keys) for entry in (*by_letter, *by_feed)])
    uid, said = calendar_uid("exchange", row.pk), ("Intertransfo 2 · La Transfo 2026–2028", "Hôtel de ville, Rivage")
    moved = (uid, 7, "CONFIRMED", "2027-06-15", "2027-06-17", *said)
    off = (uid, 8, "CANCELLED", "2027-06-15", "2027-06-17", *said)
    assert told == [[moved, moved], [off, off]]


def letter_to(user: User) -> bytes:
    """The calendar part of the last letter that went to the person."""
    message = [message for message in mail.outbox if message.to == [user.email]][-1]
    (part,) = [content for name, content, _kind in message.attachments if name == "invite.ics"]
    return part if isinstance(part, bytes) else part.encode()

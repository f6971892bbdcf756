"""Letters to one person about their place: registered by another, put on the waiting list, moved up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from exchanges.emails.texts import TEXTS
from exchanges.lifecycle.actions import cancel_exchange
from exchanges.models import Exchange, Registration
from exchanges.planning.actions import move_exchange
from exchanges.registration.actions import decline, register, register_others
from exchanges.reminders import tell_one
from notifications.models import DeliveryItem, Reminder
from notifications.sending.cycle import send_round
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.notifications import ReminderFactory, recipients, refusal, rendered
from tests.pages import texts
from tests.readers import with_icalendar

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def exchange(db: None) -> Exchange:
    """The first one, of two places."""
    host = CohortFactory(name="Metz")
    return ExchangeFactory(
        edition=host.edition, host=host, number=1, state="registration_open", capacity=2, venue="La Halle"
    )


def member(exchange: Exchange, name: str) -> User:
    person = UserFactory(full_name=name, email=f"{name.lower()}@people.example", language="en")
    return MembershipFactory(cohort=exchange.host, user=person).user


def say(action: Any, exchange: Exchange, person: User, at: datetime = AT) -> Registration:
    return action(exchange=exchange, user=person, at=at, by=person)


def told(answer: Registration, letter: str) -> Reminder:
    """The letter about an answer, decided now."""
    tell_one(answer, letter, exchange=answer.exchange, at=AT, by=None)
    return Reminder.objects.get(letter=letter, audience=f"registration-{answer.pk}")


LETTERS = [
    ("exchange_moved_up", "registered"),
    ("exchange_place_kept", "registered"),
    ("exchange_waitlisted", "waitlisted"),
    ("exchange_not_coming", "declined"),
    ("exchange_not_coming", "cancelled"),
]


class TestAudience:
    @pytest.mark.parametrize(("letter", "state"), LETTERS)
    def test_it_is_that_person_only(self, exchange: Exchange, letter: str, state: str):
        answer, _other = RegistrationFactory.create_batch(2, exchange=exchange, state=state)
        found = recipients(told(answer, letter), AT)
        assert found == [answer.user]

    @pytest.mark.parametrize(
        ("letter", "before", "after", "reason"),
        [
            ("exchange_moved_up", "registered", "cancelled", "declined"),
            ("exchange_place_kept", "registered", "cancelled", "declined"),
            ("exchange_waitlisted", "waitlisted", "registered", "answered"),
            ("exchange_waitlisted", "waitlisted", "declined", "declined"),
            ("exchange_not_coming", "cancelled", "registered", "answered"),
            ("exchange_not_coming", "declined", "waitlisted", "waitlisted"),
        ],
    )
    def test_an_answer_that_changed_since_stops_it(
        self, exchange: Exchange, letter: str, before: str, after: str, reason: str
    ):
        answer = RegistrationFactory(exchange=exchange, state=before)
        row = told(answer, letter)
        answer.state = after
        answer.save()
        assert (recipients(row, AT), refusal(row, answer.user, AT)) == ([], reason)

    @pytest.mark.parametrize("audience", ["registration", "registration-", "registration-x", "registration-999999"])
    def test_an_audience_that_is_nobody_is_nobody(self, exchange: Exchange, audience: str):
        row = ReminderFactory(
            kind="exchange", object_id=exchange.pk, letter="exchange_moved_up", audience=audience, event_day=None
        )
        assert recipients(row, AT) == []

    def test_nor_a_registration_of_another_exchange(self, exchange: Exchange):
        elsewhere = RegistrationFactory(state="registered")
        row = ReminderFactory(
            kind="exchange",
            object_id=exchange.pk,
            letter="exchange_moved_up",
            audience=f"registration-{elsewhere.pk}",
            event_day=None,
        )
        assert recipients(row, AT) == []

    def test_moved_to_days_that_are_over_by_now_it_is_too_late(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        row = told(answer, "exchange_moved_up")
        for version, day, reason in ((2, date(2027, 1, 5), ""), (3, date(2027, 1, 4), "expired")):
            Exchange.objects.filter(pk=exchange.pk).update(first_day=day, version=version)
            assert refusal(row, answer.user, AT) == reason

    def test_nobody_moves_up_to_what_is_over(self, exchange: Exchange):
        row = told(RegistrationFactory(exchange=exchange, state="registered"), "exchange_moved_up")
        for state in ("registration_closed", "held"):
            exchange.state = state
            exchange.save()
        assert recipients(row, AT) == []

    @pytest.mark.parametrize("audience", ["registered", "attendees"])
    @pytest.mark.parametrize("letter", ["exchange_confirm", "exchange_programme", "exchange_last_note"])
    def test_whoever_waits_gets_no_letter_of_those_registered(self, exchange: Exchange, audience: str, letter: str):
        answer = RegistrationFactory(exchange=exchange, state="waitlisted")
        row = ReminderFactory(kind="exchange", object_id=exchange.pk, letter=letter, audience=audience)
        assert (recipients(row, AT), refusal(row, answer.user, AT)) == ([], "waitlisted")

    def test_whoever_moved_up_gets_them(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            say(register, exchange, person)
        say(decline, exchange, leaver)
        row = ReminderFactory(kind="exchange", object_id=exchange.pk, letter="exchange_confirm", audience="registered")
        assert recipients(row, AT) == [stays, waited]


class TestWords:
    def test_moved_up(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        part = rendered(told(answer, "exchange_moved_up"), answer.user, "en")
        assert (part.subject, part.text) == (
            "Intertransfo 1: there is a seat for you",
            (
                "Tue 8 – Wed 9 June 2027, La Halle.\n\nA seat became free: you are registered and "
                "no longer on the waiting list.\n\nIf you cannot come after all, release it now: "
                "the next person on the list takes it.\n\nThe page also asks how you travel and "
                "what you need there."
            ),
        )
        assert part.why == (
            "You are receiving this e-mail because you, or someone for you, answered the invitation to Intertransfo 1."
        )
        assert part.calendar.status == "CONFIRMED"

    def test_does_not_come(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="declined")
        part = rendered(told(answer, "exchange_not_coming"), answer.user, "en")
        assert (part.subject, part.text.split("\n\n")[:2]) == (
            "Intertransfo 1: you are not coming",
            [
                ("You, or someone for you, said that you are not coming: Tue 8 – Wed 9 June 2027, at Metz."),
                "The attachment to this e-mail removes the Intertransfo from your calendar.",
            ],
        )
        assert (part.calendar.status, part.calendar.raised) == ("CANCELLED", 0)

    @pytest.mark.parametrize(("letter", "status"), [("exchange_place_kept", "CONFIRMED"), ("exchange_waitlisted", "")])
    def test_only_a_place_that_is_kept_goes_into_calendars(self, exchange: Exchange, letter: str, status: str):
        state = "registered" if status else "waitlisted"
        answer = RegistrationFactory(exchange=exchange, state=state)
        part = rendered(told(answer, letter), answer.user, "en")
        assert (part.calendar.status if part.calendar else "") == status

    def test_its_line_in_the_ledger_names_nobody(self, exchange: Exchange):
        row = told(RegistrationFactory(exchange=exchange, state="registered"), "exchange_moved_up")
        assert TEXTS.describe(row) == "One person: moved up from the waiting list, with a calendar entry"

    def test_and_the_page_of_the_exchange_does_not_show_it(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered", user=member(exchange, "Ann"))
        told(answer, "exchange_moved_up")
        client = Client()
        client.force_login(answer.user, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(exchange.get_absolute_url())
        assert [text for text in texts(page, "li") if "moved up" in text] == []


class TestRegisteredLate:
    """After “confirm or cancel” only a letter of one's own brings the firm entry."""

    @pytest.fixture
    def told(self, exchange: Exchange) -> Any:
        def register_after(*states: str) -> list[tuple[str, str]]:
            for version, state in enumerate(states, 1):
                why = "" if state in {"planned", "expanded"} else "late"
                about = {"kind": "exchange", "object_id": exchange.pk, "letter": "exchange_confirm"}
                ReminderFactory(**about, state=state, reason=why, version=version)
            Exchange.objects.filter(pk=exchange.pk).update(version=max(len(states), 1))
            answer = say(register, exchange, member(exchange, "Ann"))
            rows = Reminder.objects.filter(audience=f"registration-{answer.pk}")
            return list(rows.values_list("letter", "audience"))

        return register_after

    @pytest.mark.parametrize("state", ["skipped", "expired", "expanded"])
    def test_the_entry_goes_at_once(self, told: Any, exchange: Exchange, state: str):
        letter = told(state)
        answer = Registration.objects.get(exchange=exchange)
        assert letter == [("exchange_place_kept", f"registration-{answer.pk}")]

    @pytest.mark.parametrize("states", [(), ("planned",), ("cancelled", "planned")])
    def test_not_while_it_is_still_to_come_nor_where_the_ladder_has_none(self, told: Any, states: tuple[str, ...]):
        assert told(*states) == []

    def test_whoever_waits_gets_none(self, told: Any, exchange: Exchange):
        RegistrationFactory.create_batch(2, exchange=exchange, state="registered")
        ReminderFactory(kind="exchange", object_id=exchange.pk, letter="exchange_confirm", state="expanded")
        answer = say(register, exchange, member(exchange, "Ann"))
        assert (answer.state, Reminder.objects.filter(audience=f"registration-{answer.pk}").count()) == (
            "waitlisted",
            0,
        )


def post_at(moment: datetime, exchange: Exchange) -> list[tuple[str, str]]:
    mail.outbox.clear()
    send_round(lambda: moment, seconds=20, within=Reminder.objects.filter(object_id=exchange.pk))
    return sorted((letter.to[0], letter.subject) for letter in mail.outbox)


@pytest.mark.django_db(transaction=True)
class TestPost:
    def test_moved_before_it_left_whoever_moved_up_hears_of_it_all_the_same(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            say(register, exchange, person)
        say(decline, exchange, leaver)
        staff = UserFactory(is_lab_staff=True)
        move_exchange(exchange=exchange, first_day=date(2027, 6, 15), days=2, at=AT, by=staff)
        gone = [subject for to, subject in post_at(AT, exchange) if to == "cy@people.example"]
        assert gone == [
            "Intertransfo 1: the date, the host or the venue changed",
            "Intertransfo 1: there is a seat for you",
        ]

    def test_called_off_before_it_left_nobody_moves_up(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            say(register, exchange, person)
        say(decline, exchange, leaver)
        cancel_exchange(exchange=exchange, reason="A strike", at=AT, by=UserFactory(is_lab_staff=True))
        gone = [subject for to, subject in post_at(AT, exchange) if to == "cy@people.example"]
        assert gone == ["Intertransfo 1 is cancelled"]

    def test_it_leaves_at_once_and_once(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            say(register, exchange, person)
        say(decline, exchange, leaver)
        assert post_at(AT, exchange) == [("cy@people.example", "Intertransfo 1: there is a seat for you")]
        assert post_at(AT + ONE_DAY, exchange) == []

    def test_not_to_someone_who_gave_it_back_before_it_left(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            say(register, exchange, person)
        say(decline, exchange, leaver)
        say(decline, exchange, waited)
        assert (post_at(AT, exchange), DeliveryItem.objects.count()) == ([], 0)

    def test_those_registered_by_another_hear_what_came_of_it(self, exchange: Exchange):
        people = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        register_others(exchange=exchange, people=people, at=AT, by=people[0])
        assert post_at(AT, exchange) == [
            ("bob@people.example", "Intertransfo 1: you are registered"),
            ("cy@people.example", "Intertransfo 1: you are on the waiting list"),
        ]

    def test_a_second_time_is_a_second_letter(self, exchange: Exchange):
        pilot, person = member(exchange, "Ann"), member(exchange, "Bob")
        for day in (AT, AT + ONE_DAY):
            register_others(exchange=exchange, people=[person], at=day, by=pilot)
            assert post_at(day, exchange) == [("bob@people.example", "Intertransfo 1: you are registered")]
            say(decline, exchange, person, day)


@pytest.mark.django_db(transaction=True)
class TestOffTheCalendar:
    @pytest.fixture
    def ann(self, exchange: Exchange) -> User:
        return member(exchange, "Ann")

    def test_who_declines_has_it_taken_off_once_and_brought_back_with_a_place(self, exchange: Exchange, ann: User):
        RegistrationFactory(exchange=exchange, user=ann, state="invited")
        about = {"kind": "exchange", "object_id": exchange.pk, "alone": True, "due_at": AT, "due_on": AT.date()}
        ReminderFactory(**about, letter="exchange_registration", audience="invited", expires_at=AT + ONE_DAY)
        heard = [entry_at(AT, exchange)]
        for number, action in enumerate((decline, decline, register, decline, register), 1):
            say(action, exchange, ann, moment := AT + number * ONE_DAY)
            heard.append(entry_at(moment, exchange))
        assert heard == [
            ("Intertransfo 1: will you come?", "REQUEST", 3),
            ("Intertransfo 1: you are not coming", "CANCEL", 5),
            None,
            ("Intertransfo 1: you are registered", "REQUEST", 7),
            ("Intertransfo 1: you are not coming", "CANCEL", 8),
            ("Intertransfo 1: you are registered", "REQUEST", 10),
        ]

    @pytest.mark.parametrize("letter", ["", "exchange_answer_awaited"])
    def test_who_had_no_entry_gets_no_letter(self, exchange: Exchange, ann: User, letter: str):
        RegistrationFactory(exchange=exchange, user=ann, state="invited")
        if letter:
            about = {"kind": "exchange", "object_id": exchange.pk, "due_at": AT, "due_on": AT.date()}
            ReminderFactory(**about, letter=letter, audience="invited", expires_at=AT + ONE_DAY)
        assert len(post_at(AT, exchange)) == bool(letter)
        say(decline, exchange, ann, AT + ONE_DAY)
        assert post_at(AT + ONE_DAY, exchange) == []


def entry_at(moment: datetime, exchange: Exchange) -> tuple[str, str, int] | None:
    """Subject, method and sequence of the one letter that leaves at a moment; None where none does."""
    if not post_at(moment, exchange):
        return None
    (letter,) = mail.outbox
    (part,) = [content for name, content, _kind in letter.attachments if name == "invite.ics"]
    (entry,) = (calendar := with_icalendar(part)).entries
    return letter.subject, calendar.method, entry["sequence"]

"""E-mails to one person about their seat: registered by someone else, waiting list, moved up."""

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
from exchanges.reminders import email_person
from notifications.models import DeliveryItem, Reminder
from notifications.sending.cycle import send_round
from tests.calendar_readers import with_icalendar
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.notifications import ReminderFactory, recipients, refusal, rendered
from tests.pages import texts

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def exchange(db: None) -> Exchange:
    """Return the first exchange, with two seats."""
    host = CohortFactory(name="Metz")
    return ExchangeFactory(
        edition=host.edition, host=host, number=1, state="registration_open", capacity=2, venue="La Halle"
    )


def member(exchange: Exchange, name: str) -> User:
    person = UserFactory(full_name=name, email=f"{name.lower()}@people.example", language="en")
    return MembershipFactory(cohort=exchange.host, user=person).user


def answer_with(action: Any, exchange: Exchange, person: User, at: datetime = AT) -> Registration:
    return action(exchange=exchange, user=person, at=at, by=person)


def email_about(answer: Registration, email_type: str) -> Reminder:
    """Return a reminder for the e-mail about an answer, due now."""
    email_person(answer, email_type, exchange=answer.exchange, at=AT, by=None)
    return Reminder.objects.get(email_type=email_type, audience=f"registration-{answer.pk}")


EMAILS = [
    ("exchange_moved_up", "registered"),
    ("exchange_place_kept", "registered"),
    ("exchange_waitlisted", "waitlisted"),
    ("exchange_not_coming", "declined"),
    ("exchange_not_coming", "cancelled"),
]


class TestAudience:
    @pytest.mark.parametrize(("email_type", "state"), EMAILS)
    def test_audience_is_one_person(self, exchange: Exchange, email_type: str, state: str):
        answer, _other = RegistrationFactory.create_batch(2, exchange=exchange, state=state)
        people = recipients(email_about(answer, email_type), AT)
        assert people == [answer.user]

    @pytest.mark.parametrize(
        ("email_type", "before", "after", "reason"),
        [
            ("exchange_moved_up", "registered", "cancelled", "declined"),
            ("exchange_place_kept", "registered", "cancelled", "declined"),
            ("exchange_waitlisted", "waitlisted", "registered", "answered"),
            ("exchange_waitlisted", "waitlisted", "declined", "declined"),
            ("exchange_not_coming", "cancelled", "registered", "answered"),
            ("exchange_not_coming", "declined", "waitlisted", "waitlisted"),
        ],
    )
    def test_changed_answer_stops_the_email(
        self, exchange: Exchange, email_type: str, before: str, after: str, reason: str
    ):
        answer = RegistrationFactory(exchange=exchange, state=before)
        row = email_about(answer, email_type)
        answer.state = after
        answer.save()
        assert (recipients(row, AT), refusal(row, answer.user, AT)) == ([], reason)

    @pytest.mark.parametrize("audience", ["registration", "registration-", "registration-x", "registration-999999"])
    def test_invalid_audience_is_empty(self, exchange: Exchange, audience: str):
        row = ReminderFactory(
            kind="exchange", object_id=exchange.pk, email_type="exchange_moved_up", audience=audience, event_day=None
        )
        assert recipients(row, AT) == []

    def test_registration_of_another_exchange_is_no_audience(self, exchange: Exchange):
        elsewhere = RegistrationFactory(state="registered")
        row = ReminderFactory(
            kind="exchange",
            object_id=exchange.pk,
            email_type="exchange_moved_up",
            audience=f"registration-{elsewhere.pk}",
            event_day=None,
        )
        assert recipients(row, AT) == []

    def test_email_about_an_exchange_that_is_over_expires(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        row = email_about(answer, "exchange_moved_up")
        for version, day, reason in ((2, date(2027, 1, 5), ""), (3, date(2027, 1, 4), "expired")):
            Exchange.objects.filter(pk=exchange.pk).update(first_day=day, version=version)
            assert refusal(row, answer.user, AT) == reason

    def test_nobody_moves_up_once_the_exchange_is_over(self, exchange: Exchange):
        row = email_about(RegistrationFactory(exchange=exchange, state="registered"), "exchange_moved_up")
        for state in ("registration_closed", "held"):
            exchange.state = state
            exchange.save()
        assert recipients(row, AT) == []

    @pytest.mark.parametrize("audience", ["registered", "attendees"])
    @pytest.mark.parametrize("email_type", ["exchange_confirm", "exchange_programme", "exchange_last_note"])
    def test_waiting_people_get_no_email_for_registered_people(
        self, exchange: Exchange, audience: str, email_type: str
    ):
        answer = RegistrationFactory(exchange=exchange, state="waitlisted")
        row = ReminderFactory(kind="exchange", object_id=exchange.pk, email_type=email_type, audience=audience)
        assert (recipients(row, AT), refusal(row, answer.user, AT)) == ([], "waitlisted")

    def test_people_who_moved_up_get_emails_for_registered_people(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            answer_with(register, exchange, person)
        answer_with(decline, exchange, leaver)
        row = ReminderFactory(
            kind="exchange", object_id=exchange.pk, email_type="exchange_confirm", audience="registered"
        )
        assert recipients(row, AT) == [stays, waited]


class TestWords:
    def test_text_for_people_who_moved_up(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        part = rendered(email_about(answer, "exchange_moved_up"), answer.user, "en")
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

    def test_text_for_people_who_do_not_come(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="declined")
        part = rendered(email_about(answer, "exchange_not_coming"), answer.user, "en")
        assert (part.subject, part.text.split("\n\n")[:2]) == (
            "Intertransfo 1: you are not coming",
            [
                ("You, or someone for you, said that you are not coming: Tue 8 – Wed 9 June 2027, at Metz."),
                "The attachment to this e-mail removes the Intertransfo from your calendar.",
            ],
        )
        assert (part.calendar.status, part.calendar.removal_count) == ("CANCELLED", 0)

    @pytest.mark.parametrize(
        ("email_type", "status"), [("exchange_place_kept", "CONFIRMED"), ("exchange_waitlisted", "")]
    )
    def test_only_reserved_seats_have_a_calendar_entry(self, exchange: Exchange, email_type: str, status: str):
        state = "registered" if status else "waitlisted"
        answer = RegistrationFactory(exchange=exchange, state=state)
        part = rendered(email_about(answer, email_type), answer.user, "en")
        assert (part.calendar.status if part.calendar else "") == status

    def test_reminder_line_names_nobody(self, exchange: Exchange):
        row = email_about(RegistrationFactory(exchange=exchange, state="registered"), "exchange_moved_up")
        assert TEXTS.describe(row) == "One person: moved up from the waiting list, with a calendar entry"

    def test_exchange_page_does_not_show_emails_to_one_person(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered", user=member(exchange, "Ann"))
        email_about(answer, "exchange_moved_up")
        client = Client()
        client.force_login(answer.user)
        page = client.get(exchange.get_absolute_url())
        assert [text for text in texts(page, "li") if "moved up" in text] == []


class TestRegisteredLate:
    """After “confirm or cancel” only an e-mail to the person has the confirmed calendar entry."""

    @pytest.fixture
    def late_emails(self, exchange: Exchange) -> Any:
        def register_after(*states: str) -> list[tuple[str, str]]:
            for version, state in enumerate(states, 1):
                why = "" if state in {"planned", "expanded"} else "late"
                about = {"kind": "exchange", "object_id": exchange.pk, "email_type": "exchange_confirm"}
                ReminderFactory(**about, state=state, reason=why, version=version)
            Exchange.objects.filter(pk=exchange.pk).update(version=max(len(states), 1))
            answer = answer_with(register, exchange, member(exchange, "Ann"))
            rows = Reminder.objects.filter(audience=f"registration-{answer.pk}")
            return list(rows.values_list("email_type", "audience"))

        return register_after

    @pytest.mark.parametrize("state", ["skipped", "expired", "expanded"])
    def test_calendar_entry_is_sent_at_once(self, late_emails: Any, exchange: Exchange, state: str):
        announced = late_emails(state)
        answer = Registration.objects.get(exchange=exchange)
        assert announced == [("exchange_place_kept", f"registration-{answer.pk}")]

    @pytest.mark.parametrize("states", [(), ("planned",), ("cancelled", "planned")])
    def test_no_extra_entry_while_the_email_is_planned_or_not_in_the_schedule(
        self, late_emails: Any, states: tuple[str, ...]
    ):
        assert late_emails(*states) == []

    def test_waiting_people_get_no_calendar_entry(self, late_emails: Any, exchange: Exchange):
        RegistrationFactory.create_batch(2, exchange=exchange, state="registered")
        ReminderFactory(kind="exchange", object_id=exchange.pk, email_type="exchange_confirm", state="expanded")
        answer = answer_with(register, exchange, member(exchange, "Ann"))
        assert (answer.state, Reminder.objects.filter(audience=f"registration-{answer.pk}").count()) == (
            "waitlisted",
            0,
        )


def emails_at(moment: datetime, exchange: Exchange) -> list[tuple[str, str]]:
    mail.outbox.clear()
    send_round(lambda: moment, seconds=20, reminders=Reminder.objects.filter(object_id=exchange.pk))
    return sorted((email.to[0], email.subject) for email in mail.outbox)


@pytest.mark.django_db(transaction=True)
class TestSending:
    def test_moved_up_email_is_sent_although_the_exchange_moved(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            answer_with(register, exchange, person)
        answer_with(decline, exchange, leaver)
        staff = UserFactory(is_lab_staff=True)
        move_exchange(exchange=exchange, first_day=date(2027, 6, 15), days=2, at=AT, by=staff)
        subjects = [subject for to, subject in emails_at(AT, exchange) if to == "cy@people.example"]
        assert subjects == [
            "Intertransfo 1: the date, the host or the venue changed",
            "Intertransfo 1: there is a seat for you",
        ]

    def test_moved_up_email_is_not_sent_after_a_cancellation(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            answer_with(register, exchange, person)
        answer_with(decline, exchange, leaver)
        cancel_exchange(exchange=exchange, reason="A strike", at=AT, by=UserFactory(is_lab_staff=True))
        subjects = [subject for to, subject in emails_at(AT, exchange) if to == "cy@people.example"]
        assert subjects == ["Intertransfo 1 is cancelled"]

    def test_email_is_sent_at_once_and_once(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            answer_with(register, exchange, person)
        answer_with(decline, exchange, leaver)
        assert emails_at(AT, exchange) == [("cy@people.example", "Intertransfo 1: there is a seat for you")]
        assert emails_at(AT + ONE_DAY, exchange) == []

    def test_email_is_not_sent_to_someone_who_released_the_seat(self, exchange: Exchange):
        leaver, stays, waited = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        for person in (leaver, stays, waited):
            answer_with(register, exchange, person)
        answer_with(decline, exchange, leaver)
        answer_with(decline, exchange, waited)
        assert (emails_at(AT, exchange), DeliveryItem.objects.count()) == ([], 0)

    def test_people_registered_by_someone_else_are_informed(self, exchange: Exchange):
        people = [member(exchange, name) for name in ("Ann", "Bob", "Cy")]
        register_others(exchange=exchange, people=people, at=AT, by=people[0])
        assert emails_at(AT, exchange) == [
            ("bob@people.example", "Intertransfo 1: you are registered"),
            ("cy@people.example", "Intertransfo 1: you are on the waiting list"),
        ]

    def test_second_change_sends_a_second_email(self, exchange: Exchange):
        pilot, person = member(exchange, "Ann"), member(exchange, "Bob")
        for day in (AT, AT + ONE_DAY):
            register_others(exchange=exchange, people=[person], at=day, by=pilot)
            assert emails_at(day, exchange) == [("bob@people.example", "Intertransfo 1: you are registered")]
            answer_with(decline, exchange, person, day)


@pytest.mark.django_db(transaction=True)
class TestCalendarRemoval:
    @pytest.fixture
    def ann(self, exchange: Exchange) -> User:
        return member(exchange, "Ann")

    def test_declining_removes_the_entry_once_and_a_new_seat_restores_it(self, exchange: Exchange, ann: User):
        RegistrationFactory(exchange=exchange, user=ann, state="invited")
        about = {"kind": "exchange", "object_id": exchange.pk, "alone": True, "due_at": AT, "due_on": AT.date()}
        ReminderFactory(**about, email_type="exchange_registration", audience="invited", expires_at=AT + ONE_DAY)
        entries = [entry_at(AT, exchange)]
        for number, action in enumerate((decline, decline, register, decline, register), 1):
            answer_with(action, exchange, ann, moment := AT + number * ONE_DAY)
            entries.append(entry_at(moment, exchange))
        assert entries == [
            ("Intertransfo 1: will you come?", "REQUEST", 3),
            ("Intertransfo 1: you are not coming", "CANCEL", 5),
            None,
            ("Intertransfo 1: you are registered", "REQUEST", 7),
            ("Intertransfo 1: you are not coming", "CANCEL", 8),
            ("Intertransfo 1: you are registered", "REQUEST", 10),
        ]

    @pytest.mark.parametrize("email_type", ["", "exchange_answer_awaited"])
    def test_declining_without_an_entry_sends_no_email(self, exchange: Exchange, ann: User, email_type: str):
        RegistrationFactory(exchange=exchange, user=ann, state="invited")
        if email_type:
            about = {"kind": "exchange", "object_id": exchange.pk, "due_at": AT, "due_on": AT.date()}
            ReminderFactory(**about, email_type=email_type, audience="invited", expires_at=AT + ONE_DAY)
        assert len(emails_at(AT, exchange)) == bool(email_type)
        answer_with(decline, exchange, ann, AT + ONE_DAY)
        assert emails_at(AT + ONE_DAY, exchange) == []


def entry_at(moment: datetime, exchange: Exchange) -> tuple[str, str, int] | None:
    """Return subject, method and sequence of the only e-mail sent at a moment; None if there is none."""
    if not emails_at(moment, exchange):
        return None
    (email,) = mail.outbox
    (part,) = [content for name, content, _kind in email.attachments if name == "invite.ics"]
    (entry,) = (calendar := with_icalendar(part)).entries
    return email.subject, calendar.method, entry["sequence"]

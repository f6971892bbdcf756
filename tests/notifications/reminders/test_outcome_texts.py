"""Sentences about the outcome of a reminder."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation

from notifications import actions
from notifications.enums import ItemState
from notifications.models import Reminder
from notifications.reminders.outcome_texts import STATE_SENTENCES, outcome_of
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory

pytestmark = pytest.mark.usefixtures("db", "workshop")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def sentences_of(reminder: Reminder) -> str:
    return " ".join(outcome_of(reminder, NOW).sentences)


def pause() -> None:
    actions.pause_all_emails(reason="Restored from a backup.", at=NOW, by=UserFactory())


def test_every_item_state_has_a_sentence():
    assert {str(state) for state in STATE_SENTENCES} == {str(state) for state in ItemState} | {"held"}


@pytest.mark.parametrize(
    ("days", "sentence", "is_open"),
    [
        (3, "The reminder is planned.", True),
        (0, "The reminder is due. The reminder will be sent within minutes.", True),
        (-1, "The reminder was useful until 24 Nov 2026 and will no longer be sent.", False),
    ],
)
def test_planned_reminder(days: int, sentence: str, is_open: bool):
    row = ReminderFactory(due_at=NOW + timedelta(days=days))
    assert (sentences_of(row), outcome_of(row, NOW).is_open) == (sentence, is_open)


def test_due_reminder_while_emails_are_paused():
    row = ReminderFactory()
    pause()
    assert sentences_of(row) == "The reminder is due. All e-mails are paused: Restored from a backup."


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("skipped", "late", "a later reminder is sent instead"),
        ("cancelled", "moved", "the date changed"),
        ("expired", "expired", "the e-mail was no longer useful"),
    ],
)
def test_reminder_that_was_not_sent(state: str, reason: str, words: str):
    row = ReminderFactory(state=state, reason=reason)
    assert (sentences_of(row), outcome_of(row, NOW).is_open) == (f"The reminder was not sent: {words}.", False)


def test_reminder_without_recipients():
    assert sentences_of(ReminderFactory(state="expanded")) == "The reminder concerned nobody when it was due."


def test_sent_reminder_states_number_of_people_and_day():
    row = ReminderFactory(state="expanded")
    DeliveryFactory(reminder=row, state="sent")
    assert sentences_of(row) == "Sent to 1 person on 24 Nov 2026."
    DeliveryFactory(reminder=row, state="sent")
    assert sentences_of(row) == "Sent to 2 people on 24 Nov 2026."


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("queued", "Waiting to be sent to 1 person."),
        ("handing_over", "Waiting to be sent to 1 person."),
        ("held", "Paused for 1 person: lab staff paused the e-mail."),
        ("dead", "Failed for 1 person: the mail server refused the e-mail."),
        ("expired", "Too late for 1 person: the e-mail was no longer useful."),
        ("cancelled", "Cancelled for 1 person: the date changed."),
        ("skipped", "Skipped for 1 person: the person left."),
    ],
)
def test_outcome_of_its_emails(state: str, sentence: str):
    row = ReminderFactory(state="expanded")
    DeliveryFactory(reminder=row, state=state)
    assert sentences_of(row) == sentence


def test_waiting_emails_while_all_are_paused():
    row = ReminderFactory(state="expanded")
    DeliveryFactory.create_batch(2, reminder=row)
    pause()
    assert sentences_of(row) == "Waiting to be sent to 2 people. All e-mails are paused: Restored from a backup."


def test_each_outcome_has_a_sentence_and_sent_comes_first():
    row = ReminderFactory(state="expanded")
    for state, reason in (("skipped", "left"), ("sent", ""), ("skipped", "declined"), ("skipped", "left")):
        DeliveryFactory(reminder=row, state=state, reason=reason)
    assert sentences_of(row) == (
        "Sent to 1 person on 24 Nov 2026. Skipped for 2 people: the person left. Skipped"
        " for 1 person: the person declined."
    )


@pytest.mark.parametrize("count", [1, 3])
def test_an_outcome_takes_two_statements(count: int, django_assert_num_queries):
    row = ReminderFactory(state="expanded")
    DeliveryFactory.create_batch(count, reminder=row)
    with django_assert_num_queries(2):
        outcome_of(row, NOW)

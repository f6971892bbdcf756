"""What became of a reminder, in sentences."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation

from notifications import actions
from notifications.enums import ItemState
from notifications.models import Reminder
from notifications.reminders.outcome_texts import SAID, outcome_of
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory

pytestmark = pytest.mark.usefixtures("db", "workshop")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def said(reminder: Reminder) -> str:
    return " ".join(outcome_of(reminder, NOW).sentences)


def hold() -> None:
    actions.hold_mail(reason="Restored from a backup.", at=NOW, by=UserFactory())


def test_every_state_of_an_item_has_its_sentence():
    assert {str(state) for state in SAID} == {str(state) for state in ItemState} | {"held"}


@pytest.mark.parametrize(
    ("days", "sentence", "still_open"),
    [
        (3, "The reminder is planned.", True),
        (0, "The reminder is due. The reminder will be sent within minutes.", True),
        (-1, "The reminder was useful until 24 Nov 2026 and will no longer be sent.", False),
    ],
)
def test_one_that_is_planned(days: int, sentence: str, still_open: bool):
    row = ReminderFactory(due_at=NOW + timedelta(days=days))
    assert (said(row), outcome_of(row, NOW).still_open) == (sentence, still_open)


def test_one_that_is_due_while_letters_are_held():
    row = ReminderFactory()
    hold()
    assert said(row) == "The reminder is due. All e-mails are paused: Restored from a backup."


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("skipped", "late", "a later reminder is sent instead"),
        ("cancelled", "moved", "the date changed"),
        ("expired", "expired", "the e-mail was no longer useful"),
    ],
)
def test_one_that_did_not_go(state: str, reason: str, words: str):
    row = ReminderFactory(state=state, reason=reason)
    assert (said(row), outcome_of(row, NOW).still_open) == (f"The reminder was not sent: {words}.", False)


def test_one_that_concerned_nobody():
    assert said(ReminderFactory(state="expanded")) == "The reminder concerned nobody when it was due."


def test_one_that_was_sent_says_to_how_many_and_when():
    row = ReminderFactory(state="expanded")
    DeliveryFactory(reminder=row, state="sent")
    assert said(row) == "Sent to 1 person on 24 Nov 2026."
    DeliveryFactory(reminder=row, state="sent")
    assert said(row) == "Sent to 2 people on 24 Nov 2026."


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
def test_what_became_of_its_letters(state: str, sentence: str):
    row = ReminderFactory(state="expanded")
    DeliveryFactory(reminder=row, state=state)
    assert said(row) == sentence


def test_letters_that_wait_while_all_are_held():
    row = ReminderFactory(state="expanded")
    DeliveryFactory.create_batch(2, reminder=row)
    hold()
    assert said(row) == "Waiting to be sent to 2 people. All e-mails are paused: Restored from a backup."


def test_different_fates_each_have_a_sentence_what_went_first():
    row = ReminderFactory(state="expanded")
    for state, reason in (("skipped", "left"), ("sent", ""), ("skipped", "declined"), ("skipped", "left")):
        DeliveryFactory(reminder=row, state=state, reason=reason)
    assert said(row) == (
        "Sent to 1 person on 24 Nov 2026. Skipped for 2 people: the person left. Skipped"
        " for 1 person: the person declined."
    )


@pytest.mark.parametrize("count", [1, 3])
def test_in_two_statements(count: int, django_assert_num_queries):
    row = ReminderFactory(state="expanded")
    DeliveryFactory.create_batch(count, reminder=row)
    with django_assert_num_queries(2):
        outcome_of(row, NOW)

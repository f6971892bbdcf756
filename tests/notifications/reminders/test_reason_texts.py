"""Reasons and reminders in words."""

import pytest
from django.utils import translation
from django.utils.translation import gettext

from notifications.registries import EventKind
from notifications.reminders.reason_texts import (
    describe_reminder,
    event_href,
    item_outcome_text,
    join_with_colon,
    kind_label,
    reason_in_words,
)
from notifications.templatetags import emails as tags
from tests.factories.notifications import DeliveryFactory, ReminderFactory, registered
from tests.factories.notifications import workshop as made_up


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_reasons_have_words():
    assert reason_in_words("moved") == "the date changed"


def test_a_kind_has_its_own_reasons_and_may_override_the_common_ones():
    with registered(made_up(reasons={"waitlisted": "the person waits", "left": "the guest went home"})):
        assert reason_in_words("waitlisted", "workshop") == "the person waits"
        assert reason_in_words("left", "workshop") == "the guest went home"
        assert reason_in_words("moved", "workshop") == "the date changed"
    assert reason_in_words("left", "workshop") == "the person left"


def test_an_unknown_reason_is_shown_as_its_slug():
    assert reason_in_words("strange") == "strange"


def test_the_colon_follows_the_rules_of_the_language():
    assert join_with_colon("Registered", "confirm or cancel") == "Registered: confirm or cancel"
    with translation.override("fr"):
        written = gettext("%(who)s: %(what)s") % {"who": "Inscrits", "what": "confirmer ou annuler"}
        assert join_with_colon("Inscrits", "confirmer ou annuler") == written


def test_outcome_of_an_item_is_described(db: None, workshop: EventKind):
    assert item_outcome_text(DeliveryFactory(state="sent").items.get()) == "sent"
    assert item_outcome_text(DeliveryFactory(state="skipped").items.get()) == "skipped: the person left"


def test_a_reminder_is_described_by_recipients_and_topic(workshop: EventKind):
    row = ReminderFactory.build()
    assert (describe_reminder(row), kind_label(row), event_href(row)) == (
        "Guests: workshop_details",
        "Workshops",
        "/workshops/7/",
    )


def test_a_reminder_of_an_unknown_kind_has_a_description():
    row = ReminderFactory.build(kind="picnic")
    assert (describe_reminder(row), kind_label(row), event_href(row)) == (
        "A reminder of an event that no longer exists",
        "picnic",
        "",
    )


def test_template_filters_give_the_same_texts(db: None, workshop: EventKind):
    delivery = DeliveryFactory(state="skipped", reason="declined")
    item = delivery.items.get()
    assert (tags.reason_text(delivery), tags.reason_text(item)) == ("the person declined", "the person declined")
    assert (tags.reason_text(item.reminder), tags.reason_text(DeliveryFactory())) == ("", "")
    assert tags.reason_text(ReminderFactory(state="skipped", reason="late")) == "a later reminder is sent instead"
    assert (tags.describe_reminder(item.reminder), tags.kind_label(item.reminder), tags.event_href(item.reminder)) == (
        "Guests: workshop_details",
        "Workshops",
        "/workshops/7/",
    )

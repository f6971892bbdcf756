"""Reasons and reminders in words."""

import pytest
from django.utils import translation
from django.utils.translation import gettext

from notifications.registries import EventKind
from notifications.reminders.reason_texts import became_of, described, event_href, kind_label, labelled, reason_in_words
from notifications.templatetags import emails as tags
from tests.factories.notifications import DeliveryFactory, ReminderFactory, registered
from tests.factories.notifications import workshop as made_up


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_reasons_have_words():
    assert reason_in_words("moved") == "the date changed"


def test_a_kind_has_its_own_words_and_may_change_ours():
    with registered(made_up(reasons={"waitlisted": "the person waits", "left": "the guest went home"})):
        assert reason_in_words("waitlisted", "workshop") == "the person waits"
        assert reason_in_words("left", "workshop") == "the guest went home"
        assert reason_in_words("moved", "workshop") == "the date changed"
    assert reason_in_words("left", "workshop") == "the person left"


def test_a_reason_nobody_knows_is_shown_as_it_is():
    assert reason_in_words("strange") == "strange"


def test_a_label_and_its_text_are_put_together_as_the_language_does():
    assert labelled("Registered", "confirm or cancel") == "Registered: confirm or cancel"
    with translation.override("fr"):
        written = gettext("%(who)s: %(what)s") % {"who": "Inscrits", "what": "confirmer ou annuler"}
        assert labelled("Inscrits", "confirmer ou annuler") == written


def test_what_became_of_a_part_of_a_letter(db: None, workshop: EventKind):
    assert became_of(DeliveryFactory(state="sent").items.get()) == "sent"
    assert became_of(DeliveryFactory(state="skipped").items.get()) == "skipped: the person left"


def test_a_reminder_says_to_whom_and_what(workshop: EventKind):
    row = ReminderFactory.build()
    assert (described(row), kind_label(row), event_href(row)) == (
        "Guests: workshop_details",
        "Workshops",
        "/workshops/7/",
    )


def test_a_reminder_of_a_kind_nobody_knows_still_has_words():
    row = ReminderFactory.build(kind="picnic")
    assert (described(row), kind_label(row), event_href(row)) == (
        "A reminder of an event that no longer exists",
        "picnic",
        "",
    )


def test_templates_say_the_same(db: None, workshop: EventKind):
    letter = DeliveryFactory(state="skipped", reason="declined")
    item = letter.items.get()
    assert (tags.why_not(letter), tags.why_not(item)) == ("the person declined", "the person declined")
    assert (tags.why_not(item.reminder), tags.why_not(DeliveryFactory())) == ("", "")
    assert tags.why_not(ReminderFactory(state="skipped", reason="late")) == "a later reminder is sent instead"
    assert (tags.described(item.reminder), tags.kind_label(item.reminder), tags.event_href(item.reminder)) == (
        "Guests: workshop_details",
        "Workshops",
        "/workshops/7/",
    )

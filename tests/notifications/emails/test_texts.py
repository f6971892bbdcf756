"""E-mail templates: filled with the values of an event, without paragraphs about empty values."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from notifications.emails.texts import EmailTemplate, EmailTemplates, placeholders_in
from tests.factories.notifications import NOW, ReminderFactory
from web.calendars.ics import CalendarEntry

THANKS = EmailTemplate(
    about="thanks",
    subject="%(name)s: thank you",
    paragraphs=("Thank you for %(name)s.", "%(what)s", "It rained: %(rain)s, %(what)s."),
    button="See it",
    url_name="notifications:email",
)
TEXTS = EmailTemplates(
    {"thanks": THANKS},
    {"guests": ("Guests", "You are a guest of %(name)s."), "informed": ("Everyone", "You were told of %(name)s.")},
)
VALUES = {"name": "Fair", "what": "Stalls", "rain": ""}


def row(audience: str = "guests", email_type: str = "thanks"):
    return ReminderFactory.build(audience=audience, email_type=email_type, object_id=12)


def test_an_email_is_filled_with_the_values_of_its_event():
    entry = CalendarEntry(NOW.date(), NOW.date(), "Fair")
    part = TEXTS.part(row(), VALUES, entry)
    assert (part.subject, part.why, part.button, part.calendar) == (
        "Fair: thank you",
        "You are a guest of Fair.",
        ("See it", "/e-mails/12/"),
        entry,
    )


def test_a_paragraph_with_an_empty_value_is_left_out():
    assert TEXTS.part(row(), VALUES).text == "Thank you for Fair.\n\nStalls"
    assert TEXTS.part(row(), VALUES | {"rain": "a lot"}).text.endswith("It rained: a lot, Stalls.")


def test_a_part_without_entries_has_no_calendar():
    assert TEXTS.part(row(), VALUES, []).calendar is None


@pytest.mark.parametrize(
    ("audience", "line", "why"),
    [
        ("guests", "Guests: thanks", "You are a guest of Fair."),
        ("guests-12", "Guests: thanks", "You are a guest of Fair."),
        ("owner", "owner: thanks", "You were told of Fair."),
    ],
)
def test_recipients_and_reason_are_described(audience: str, line: str, why: str):
    with translation.override("en"):
        assert TEXTS.describe(row(audience)) == line
    assert TEXTS.part(row(audience), VALUES).why == why


def test_an_email_may_have_its_own_reason():
    assert TEXTS.part(row(), VALUES, why="The owner of %(name)s left.").why == "The owner of Fair left."


def test_an_email_without_template_is_named_by_its_slug_and_cannot_be_rendered():
    with translation.override("en"):
        assert TEXTS.describe(row(email_type="picnic")) == "Guests: picnic"
    with pytest.raises(LookupError):
        TEXTS.part(row(email_type="picnic"), VALUES)


def test_placeholders_of_a_text_are_found():
    assert (placeholders_in("%(a)s and %(b)s, 100%"), placeholders_in(gettext_lazy("%(who)s: %(what)s"))) == (
        ["a", "b"],
        ["who", "what"],
    )
    assert THANKS.placeholders == {"name", "what", "rain"}

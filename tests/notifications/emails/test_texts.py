"""Letters as data: written with the values of an event, without paragraphs about nothing."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from notifications.calendars.ics import Entry
from notifications.emails.texts import Texts, Words, named
from tests.factories.notifications import NOW, ReminderFactory

THANKS = Words(
    about="thanks",
    subject="%(name)s: thank you",
    paragraphs=("Thank you for %(name)s.", "%(what)s", "It rained: %(rain)s, %(what)s."),
    button="See it",
    leads="notifications:letter",
)
TEXTS = Texts(
    {"thanks": THANKS},
    {"guests": ("Guests", "You are a guest of %(name)s."), "told": ("Everyone", "You were told of %(name)s.")},
)
VALUES = {"name": "Fair", "what": "Stalls", "rain": ""}


def row(audience: str = "guests", letter: str = "thanks"):
    return ReminderFactory.build(audience=audience, letter=letter, object_id=12)


def test_a_letter_is_made_of_the_values_of_its_event():
    entry = Entry(NOW.date(), NOW.date(), "Fair")
    part = TEXTS.part(row(), VALUES, entry)
    assert (part.subject, part.why, part.button, part.calendar) == (
        "Fair: thank you",
        "You are a guest of Fair.",
        ("See it", "/letters/12/"),
        entry,
    )


def test_a_paragraph_that_names_something_empty_is_left_out():
    assert TEXTS.part(row(), VALUES).text == "Thank you for Fair.\n\nStalls"
    assert TEXTS.part(row(), VALUES | {"rain": "a lot"}).text.endswith("It rained: a lot, Stalls.")


def test_without_entries_there_is_no_calendar():
    assert TEXTS.part(row(), VALUES, []).calendar is None


@pytest.mark.parametrize(
    ("audience", "line", "why"),
    [
        ("guests", "Guests: thanks", "You are a guest of Fair."),
        ("guests-12", "Guests: thanks", "You are a guest of Fair."),
        ("owner", "owner: thanks", "You were told of Fair."),
    ],
)
def test_to_whom_and_why(audience: str, line: str, why: str):
    with translation.override("en"):
        assert TEXTS.describe(row(audience)) == line
    assert TEXTS.part(row(audience), VALUES).why == why


def test_one_letter_may_have_a_reason_of_its_own():
    assert TEXTS.part(row(), VALUES, why="The owner of %(name)s left.").why == "The owner of Fair left."


def test_a_letter_nobody_wrote_is_named_by_its_slug_and_cannot_be_written():
    with translation.override("en"):
        assert TEXTS.describe(row(letter="picnic")) == "Guests: picnic"
    with pytest.raises(LookupError):
        TEXTS.part(row(letter="picnic"), VALUES)


def test_what_a_text_names():
    assert (named("%(a)s and %(b)s, 100%"), named(gettext_lazy("%(who)s: %(what)s"))) == (["a", "b"], ["who", "what"])
    assert THANKS.names == {"name", "what", "rain"}

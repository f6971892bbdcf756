"""Texts that depend on a value."""

import pytest

from notifications.reminders.schedule import parse_offset
from programmes.actions import STATE_ACTIONS
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.wording import TRANSITION_TEXTS, offset_in_words


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        ("-26w", "26 weeks before"),
        ("-1w", "1 week before"),
        ("-2wd", "2 working days before"),
        ("-1wd", "1 working day before"),
        ("-45d", "45 days before"),
        ("-1d", "1 day before"),
        ("-3m", "3 months before"),
        ("-1m", "1 month before"),
        ("+8w", "8 weeks after"),
        ("+1w", "1 week after"),
        ("+10wd", "10 working days after"),
        ("+1wd", "1 working day after"),
        ("+30d", "30 days after"),
        ("+1d", "1 day after"),
        ("+24m", "24 months after"),
        ("+1m", "1 month after"),
    ],
)
def test_offsets_are_shown_in_words(offset: str, words: str):
    assert offset_in_words(parse_offset(offset)) == words


def test_every_default_offset_has_a_text():
    texts = {offset_in_words(step.offset) for schedule in DEFAULT_REMINDER_SCHEDULES.values() for step in schedule}
    assert "" not in texts
    assert len(texts) == 31


def test_every_transition_of_an_edition_has_its_texts():
    assert list(TRANSITION_TEXTS) == list(STATE_ACTIONS)
    assert all(texts.action and texts.success_message and texts.consequences for texts in TRANSITION_TEXTS.values())

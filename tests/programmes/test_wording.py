"""The words that hang on a value."""

import pytest

from notifications.reminders.schedule import parse_offset
from programmes.actions import STEPS
from programmes.formats.reminder_schedules import DEFAULT_LADDERS
from programmes.wording import MOVES, offset_in_words


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
def test_when_a_letter_leaves(offset: str, words: str):
    assert offset_in_words(parse_offset(offset)) == words


def test_every_default_step_can_be_said():
    said = {offset_in_words(step.offset) for ladder in DEFAULT_LADDERS.values() for step in ladder}
    assert "" not in said
    assert len(said) == 31


def test_every_step_of_an_edition_has_its_words():
    assert list(MOVES) == list(STEPS)
    assert all(move.action and move.done and move.consequences for move in MOVES.values())

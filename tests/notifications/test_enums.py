"""States and reasons hang together."""

import pytest

from notifications.enums import (
    DELIVERY_TONES,
    DELIVERY_TRANSITIONS,
    DUE,
    ENDS,
    ITEM_TRANSITIONS,
    REASONS,
    REMINDER_TRANSITIONS,
    WAITING,
    DeliveryState,
    ItemState,
    ReminderState,
)
from web.templatetags.web import TONES


@pytest.mark.parametrize(
    ("states", "transitions"),
    [
        (ReminderState, REMINDER_TRANSITIONS),
        (DeliveryState, DELIVERY_TRANSITIONS),
        (ItemState, ITEM_TRANSITIONS),
    ],
)
def test_transitions_lead_from_states_to_other_states(states, transitions):
    for before, targets in transitions.items():
        assert before in states
        assert [target for target in targets if target not in states or target == before] == []


def test_what_went_is_final():
    assert DeliveryState.SENT not in DELIVERY_TRANSITIONS
    assert ItemState.SENT not in ITEM_TRANSITIONS


def test_a_letter_goes_only_through_the_hand_over():
    assert [before for before, targets in DELIVERY_TRANSITIONS.items() if DeliveryState.SENT in targets] == [
        DeliveryState.HANDING_OVER
    ]


def test_only_failed_and_held_letters_come_back_and_those_in_doubt():
    assert [before for before, targets in DELIVERY_TRANSITIONS.items() if DeliveryState.QUEUED in targets] == [
        DeliveryState.HANDING_OVER,
        DeliveryState.HELD,
        DeliveryState.DEAD,
    ]


def test_every_letter_has_a_tone_pages_know():
    assert {state: state.tone for state in DeliveryState} == DELIVERY_TONES
    assert set(DELIVERY_TONES.values()) <= set(TONES)


def test_every_reason_that_ends_an_item_has_words():
    assert set(ENDS) <= set(REASONS)


def test_every_end_of_an_item_is_an_end_of_its_letter_too():
    assert {state.value for state in ENDS.values()} <= set(DeliveryState.values)


def test_letters_that_may_be_claimed_or_withdrawn():
    assert (set(DUE), set(WAITING)) == (
        {DeliveryState.QUEUED, DeliveryState.HANDING_OVER},
        {DeliveryState.QUEUED, DeliveryState.HELD},
    )

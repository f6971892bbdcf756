"""Consistency of states and reasons."""

import pytest

from notifications.enums import (
    CLAIMABLE_STATES,
    DELIVERY_TONES,
    DELIVERY_TRANSITIONS,
    FINAL_ITEM_STATES,
    ITEM_TRANSITIONS,
    REASONS,
    REMINDER_TRANSITIONS,
    WAITING_STATES,
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


def test_sent_is_final():
    assert DeliveryState.SENT not in DELIVERY_TRANSITIONS
    assert ItemState.SENT not in ITEM_TRANSITIONS


def test_an_email_is_sent_only_after_the_hand_over():
    assert [before for before, targets in DELIVERY_TRANSITIONS.items() if DeliveryState.SENT in targets] == [
        DeliveryState.HANDING_OVER
    ]


def test_only_failed_paused_and_in_doubt_emails_return_to_the_queue():
    assert [before for before, targets in DELIVERY_TRANSITIONS.items() if DeliveryState.QUEUED in targets] == [
        DeliveryState.HANDING_OVER,
        DeliveryState.PAUSED,
        DeliveryState.DEAD,
    ]


def test_every_delivery_state_has_a_known_tone():
    assert {state: state.tone for state in DeliveryState} == DELIVERY_TONES
    assert set(DELIVERY_TONES.values()) <= set(TONES)


def test_every_ending_reason_has_a_text():
    assert set(FINAL_ITEM_STATES) <= set(REASONS)


def test_every_final_item_state_is_a_final_email_state():
    assert {state.value for state in FINAL_ITEM_STATES.values()} <= set(DeliveryState.values)


def test_states_that_allow_claiming_or_withdrawing():
    assert (set(CLAIMABLE_STATES), set(WAITING_STATES)) == (
        {DeliveryState.QUEUED, DeliveryState.HANDING_OVER},
        {DeliveryState.QUEUED, DeliveryState.PAUSED},
    )

"""Tests of states: each has a known tone, and the yellow of notes is reserved for notes."""

import pytest

from cohorts.cohort.enums import CohortState
from cohorts.sessions.enums import SessionState
from web.templatetags.web import TONES


@pytest.mark.parametrize("states", [CohortState, SessionState])
def test_every_state_has_a_known_tone_other_than_that_of_notes(states: type[CohortState | SessionState]):
    tones = {state.tone for state in states}
    assert tones <= set(TONES) - {"attention", "risk"}


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        ("draft", "waiting"),
        ("scheduled", "open"),
        ("postponed", "paused"),
        ("held", "neutral"),
        ("reported", "done"),
        ("cancelled", "stopped"),
    ],
)
def test_the_states_of_a_session_differ_in_shape(state: str, tone: str):
    assert SessionState(state).tone == tone

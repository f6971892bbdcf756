"""States, kinds and transitions, read as tables."""

import pytest
from django.db.models import Choices

from prototypes import enums
from prototypes.enums import IdeaState
from web.templatetags.web import TONES

MACHINES = {
    "challenge": (enums.ChallengeState, enums.CHALLENGE_TRANSITIONS, {"closed", "dropped"}),
    "idea": (enums.IdeaState, enums.IDEA_TRANSITIONS, {"implemented", "merged", "split"}),
    "prototype": (enums.PrototypeState, enums.PROTOTYPE_TRANSITIONS, {"retired"}),
    "test": (enums.TrialState, enums.TRIAL_TRANSITIONS, {"concluded", "cancelled"}),
    "implementation": (
        enums.ImplementationState,
        enums.IMPLEMENTATION_TRANSITIONS,
        {"failed", "withdrawn"},
    ),
}


@pytest.mark.parametrize("name", MACHINES)
def test_transitions_use_their_own_states_and_end_in_the_final_states(name: str):
    states, table, ends = MACHINES[name]
    named = set(table) | {state for targets in table.values() for state in targets}
    assert named == set(states)
    assert {str(state) for state in states if not table.get(state)} == ends


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_but_the_first_can_be_reached(name: str):
    states, table, _ends = MACHINES[name]
    first = next(iter(states))
    reached = {state for targets in table.values() for state in targets}
    assert set(states) - reached <= {first}


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_has_a_shape_and_a_colour(name: str):
    states, _table, _ends = MACHINES[name]
    assert {state.tone for state in states} <= set(TONES) - {"attention"}  # yellow is left to what needs the reader


@pytest.mark.parametrize("result", enums.Result)
def test_every_result_has_a_shape_and_a_colour(result: enums.Result):
    assert result.tone in TONES


@pytest.mark.parametrize(
    "choices",
    [
        enums.ChallengeKind,
        enums.IdeaDecision,
        enums.Comparator,
        enums.TrialDecision,
        enums.Strength,
        enums.ImplementationScope,
        enums.Fidelity,
        enums.ImplementationKind,
    ],
)
def test_labels_of_choices_are_unique(choices: type[Choices]):
    labels = [str(label) for label in choices.labels]
    assert (len(set(labels)), all(labels)) == (len(choices), True)


def test_main_path_of_an_idea():
    road = [IdeaState.CAPTURED]
    while onward := [state for state in enums.IDEA_PATH.get(road[-1], []) if state not in road]:
        road.append(onward[-1])
    assert road == [
        "captured",
        "accepted",
        "prototyping",
        "testing",
        "decided",
        "handed_over",
        "implementing",
        "implemented",
    ]


def test_idea_in_test_may_return_to_prototyping():
    assert IdeaState.PROTOTYPING in enums.IDEA_TRANSITIONS[IdeaState.TESTING]


@pytest.mark.parametrize("state", enums.IDEA_PATH)
def test_every_open_state_can_be_parked_abandoned_or_merged(state: IdeaState):
    assert set(enums.IDEA_EXITS) <= set(enums.IDEA_TRANSITIONS[state])


def test_open_states_are_those_of_the_main_path_and_parked():
    assert set(enums.IDEA_OPEN) == set(IdeaState) - {"implemented", "abandoned", "merged", "split"}


def test_only_full_and_adapted_implementations_count():
    assert set(enums.ImplementationScope) - set(enums.COUNTED_SCOPES) == {"partial"}


def test_ever_live_includes_discontinued_and_not_failed():
    assert set(enums.EVER_LIVE) == {"live", "sustained", "discontinued"}

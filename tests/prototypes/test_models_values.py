"""Columns with a list accept no other values, and figures need a locked test: in raw SQL."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.factories.prototypes import (
    ChallengeFactory,
    ConfirmationFactory,
    FollowUpFactory,
    IdeaFactory,
    ImplementationFactory,
    LineageFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.prototypes.raw import insert_event
from tests.sql import force, insert_like, refused_by, update

pytestmark = pytest.mark.django_db

OBSERVED = {"concluded_on": date(2026, 5, 12), "observed_value": 90}


def changed(row: Callable[..., Any], state: str, /, **columns: Any) -> Callable[[], None]:
    return lambda: update(row(state=state), **columns)


def with_unknown_state(row: Callable[..., Any]) -> Callable[[], None]:
    """Published rows have no state machine, so the list of states is what refuses the value."""
    return lambda: row(state="flying", retrospective=True) and None


def event_with(after: str, state: str, /, **columns: Any) -> Callable[[], None]:
    return lambda: insert_event(IdeaFactory(state=after), state, date(2026, 11, 2), **columns) and None


# What is written, by the rule that refuses it.
UNKNOWN: dict[str, Callable[[], None]] = {
    "challenge_kind_known": changed(ChallengeFactory, "active", kind="whim"),
    "challenge_state_known": with_unknown_state(ChallengeFactory),
    "challenge_precisions_known": changed(ChallengeFactory, "active", ended_precision="week"),
    "idea_event_state_known": event_with("accepted", "flying"),
    "idea_event_precision_known": event_with("captured", "accepted", precision="week"),
    "idea_event_decision_known": event_with("testing", "decided", decision="maybe", reason="Said so"),
    "idea_event_abandoned_for_known": event_with("accepted", "abandoned", abandoned_for="whim", reason="Said so"),
    "prototype_state_known": with_unknown_state(PrototypeFactory),
    "trial_state_known": with_unknown_state(TrialFactory),
    "trial_comparator_known": changed(TrialFactory, "planned", comparator="x"),
    "trial_result_known": changed(TrialFactory, "held", state="concluded", result="maybe", **OBSERVED),
    "trial_decision_known": changed(TrialFactory, "concluded", decision="maybe"),
    "trial_strength_known": changed(TrialFactory, "concluded", strength="felt"),
    "trial_people_after_lock": changed(TrialFactory, "planned", participants=12, successes=9),
    "implementation_scope_known": changed(ImplementationFactory, "planned", scope="whole"),
    "implementation_kind_known": changed(ImplementationFactory, "planned", kind="copy"),
    "implementation_state_known": with_unknown_state(ImplementationFactory),
    "implementation_precisions_known": changed(ImplementationFactory, "planned", live_precision="week"),
    "lineage_kind_known": lambda: insert_like(LineageFactory(), kind="whim") and None,
    "confirmation_state_known": lambda: force(ConfirmationFactory(), state="flying"),
    "follow_up_answer_known": lambda: insert_like(FollowUpFactory(), answer="maybe") and None,
}


@pytest.mark.parametrize("rule", UNKNOWN)
def test_values_outside_the_list_or_too_early_are_refused(rule: str):
    with refused_by(rule):
        UNKNOWN[rule]()

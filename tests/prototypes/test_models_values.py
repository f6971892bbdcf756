"""Columns with a list of values hold nothing else, and what is observed waits for the lock: in raw SQL."""

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


def born_flying(row: Callable[..., Any]) -> Callable[[], None]:
    """No state machine says where published facts begin: the list of states does."""
    return lambda: row(state="flying", retrospective=True) and None


def told(after: str, state: str, /, **columns: Any) -> Callable[[], None]:
    return lambda: insert_event(IdeaFactory(state=after), state, date(2026, 11, 2), **columns) and None


# What is written, by the rule that refuses it.
UNKNOWN: dict[str, Callable[[], None]] = {
    "challenge_kind_known": changed(ChallengeFactory, "active", kind="whim"),
    "challenge_state_known": born_flying(ChallengeFactory),
    "challenge_precisions_known": changed(ChallengeFactory, "active", ended_precision="week"),
    "idea_event_state_known": told("accepted", "flying"),
    "idea_event_precision_known": told("captured", "accepted", precision="week"),
    "idea_event_decision_known": told("testing", "decided", decision="maybe", reason="Said so"),
    "idea_event_abandoned_for_known": told("accepted", "abandoned", abandoned_for="whim", reason="Said so"),
    "prototype_state_known": born_flying(PrototypeFactory),
    "trial_state_known": born_flying(TrialFactory),
    "trial_comparator_known": changed(TrialFactory, "planned", comparator="x"),
    "trial_result_known": changed(TrialFactory, "held", state="concluded", result="maybe", **OBSERVED),
    "trial_decision_known": changed(TrialFactory, "concluded", decision="maybe"),
    "trial_strength_known": changed(TrialFactory, "concluded", strength="felt"),
    "trial_people_after_lock": changed(TrialFactory, "planned", participants=12, successes=9),
    "implementation_scope_known": changed(ImplementationFactory, "planned", scope="whole"),
    "implementation_kind_known": changed(ImplementationFactory, "planned", kind="copy"),
    "implementation_state_known": born_flying(ImplementationFactory),
    "implementation_precisions_known": changed(ImplementationFactory, "planned", live_precision="week"),
    "lineage_kind_known": lambda: insert_like(LineageFactory(), kind="whim") and None,
    "confirmation_state_known": lambda: force(ConfirmationFactory(), state="flying"),
    "follow_up_answer_known": lambda: insert_like(FollowUpFactory(), answer="maybe") and None,
}


@pytest.mark.parametrize("rule", UNKNOWN)
def test_a_value_out_of_the_list_or_before_its_time_is_refused(rule: str):
    with refused_by(rule):
        UNKNOWN[rule]()

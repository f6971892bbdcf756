"""Each database rule of the app has a message, and each message a rule."""

import pytest

from prototypes.ideas import triggers
from prototypes.refusals import SENTENCES
from prototypes.trials import triggers as correction_triggers
from tests.database_rules import incomplete_refusals, rule_names, unnamed_unique_columns
from web.database import refusals

# Triggers that refuse under several names at once.
STORY = {
    triggers.EventPosition: {"idea_event_reported_state", "idea_event_correction"},
    triggers.EventEvidence: {"idea_event_decided_on_what", "idea_event_implemented_evidence"},
    triggers.EventMerge: {"idea_merge_same_edition", "idea_merge_no_cycle"},
    triggers.EventSequence: {
        "idea_event_after_start",
        "idea_event_in_order",
        "idea_event_transition",
        "idea_event_story_consistent",
        "idea_split_stays",
    },
    triggers.ImplementationReplaced: {"implementation_correction", "implementation_correction_reason"},
    correction_triggers.CorrectionRecorded: {
        "trial_correction_concluded",
        "trial_correction_complete",
        "trial_correction_changes",
    },
    correction_triggers.CorrectionApplied: {"participant_groups_fit"},
    triggers.LineageRules: {
        "lineage_no_cycle",
        "lineage_split_at_home",
        "lineage_split_ended",
        "lineage_reuse_elsewhere",
        "lineage_reuse_shared",
        "lineage_reuse_once",
    },
}
# What a person's form may call otherwise than the column.
FORM_FIELDS = {"on", "into", "named", "tests", "co_authors", "stakeholders", "sessions"}


def test_every_rule_has_a_message_and_every_message_a_rule():
    assert rule_names("prototypes", STORY) == set(SENTENCES)


@pytest.mark.parametrize("trigger", STORY, ids=lambda trigger: trigger.__name__)
def test_rule_names_of_a_trigger_match_its_sql(trigger: type[triggers.OnInsert]):
    names = {name for name in SENTENCES if f"CONSTRAINT = '{name}'" in trigger.sql}
    assert names - {"idea_event_reported_state"} == STORY[trigger] - {"idea_event_reported_state"}


def test_every_unique_column_has_a_named_rule():
    assert unnamed_unique_columns("prototypes") == ["AcceptanceRequest.idea"]  # asked again, the first one is returned


def test_messages_are_registered_for_every_action():
    assert set(SENTENCES) <= refusals.rule_names()


def test_every_message_is_a_full_sentence_and_its_field_is_a_form_field():
    assert incomplete_refusals(SENTENCES, "prototypes", FORM_FIELDS) == []

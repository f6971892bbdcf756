"""Each rule of the app has a sentence, and each sentence a rule."""

import pytest
from django.utils import translation

from prototypes.ideas import triggers
from prototypes.refusals import SENTENCES
from prototypes.trials import triggers as correction_triggers
from tests.rules import domain_models, rules, unnamed
from web.database import refusals

OURS = domain_models("prototypes")
# Triggers that refuse under several names at once.
STORY = {
    triggers.EventPlace: {"idea_event_known_as", "idea_event_correction"},
    triggers.EventEvidence: {"idea_event_decided_on_what", "idea_event_implemented_shown"},
    triggers.EventMerge: {"idea_merge_same_edition", "idea_merge_no_cycle"},
    triggers.EventSequence: {
        "idea_event_after_start",
        "idea_event_in_order",
        "idea_event_transition",
        "idea_event_story_holds",
        "idea_split_stays",
    },
    triggers.ImplementationReplaced: {"implementation_correction", "implementation_correction_reason"},
    correction_triggers.CorrectionRecorded: {
        "trial_correction_concluded",
        "trial_correction_whole",
        "trial_correction_changes",
    },
    correction_triggers.CorrectionApplied: {"participant_groups_fit"},
    triggers.LineageOrigin: {
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


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rules("prototypes", STORY) == set(SENTENCES)


@pytest.mark.parametrize("trigger", STORY, ids=lambda trigger: trigger.__name__)
def test_the_names_a_trigger_refuses_under_are_those_in_its_sql(trigger: type[triggers.OnInsert]):
    said = {name for name in SENTENCES if f"CONSTRAINT = '{name}'" in trigger.sql}
    assert said - {"idea_event_known_as"} == STORY[trigger] - {"idea_event_known_as"}


def test_no_column_brings_a_rule_without_a_name():
    assert unnamed("prototypes") == []


def test_they_are_known_to_every_action():
    assert set(SENTENCES) <= refusals.names()


@pytest.mark.parametrize("rule", sorted(SENTENCES))
def test_a_sentence_is_whole_and_its_field_is_one_people_fill_in(rule: str):
    said = SENTENCES[rule]
    sentence, field = said if isinstance(said, tuple) else (said, "")
    with translation.override("en"):
        written = str(sentence)
    assert (written[0].isupper(), written[-1]) == (True, ".")
    assert field in {field.name for model in OURS for field in model._meta.fields} | FORM_FIELDS | {""}

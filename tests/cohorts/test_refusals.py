"""Each rule of the app has a sentence, and each sentence a rule."""

from cohorts.refusals import SENTENCES
from tests.rules import rules, unnamed
from web.database import refusals


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rules("cohorts") == set(SENTENCES)


def test_no_column_brings_a_rule_without_a_name():
    assert unnamed("cohorts") == []


def test_they_are_known_to_every_action():
    assert set(SENTENCES) <= refusals.names()

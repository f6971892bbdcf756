"""Tests that each database rule of the app has a sentence, and each sentence a rule."""

from cohorts.refusals import SENTENCES
from tests.database_rules import rule_names, unnamed_unique_columns
from web.database import refusals


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rule_names("cohorts") == set(SENTENCES)


def test_no_column_adds_a_constraint_without_a_name():
    # Asked for again, the funder of an authority is the one there is; rows are locked before they are replaced.
    assert unnamed_unique_columns("cohorts") == ["BudgetLine.corrects", "Funder.authority", "Statement.replaces"]


def test_sentences_are_registered_for_every_action():
    assert set(SENTENCES) <= refusals.rule_names()

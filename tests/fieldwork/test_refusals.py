"""Every rule of the app has a sentence, and every sentence a rule."""

from fieldwork.refusals import SENTENCES
from tests.database_rules import rule_names, unnamed_unique_columns
from web.database import refusals


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rule_names("fieldwork", {}) == set(SENTENCES)
    assert (unnamed_unique_columns("fieldwork"), set(SENTENCES) <= refusals.rule_names()) == ([], True)

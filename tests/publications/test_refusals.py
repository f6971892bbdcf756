"""Every rule of the app has a sentence, and every sentence a rule."""

from publications.refusals import SENTENCES
from tests.database_rules import rule_names, unnamed_unique_columns


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rule_names("publications") == set(SENTENCES)
    assert unnamed_unique_columns("publications") == []

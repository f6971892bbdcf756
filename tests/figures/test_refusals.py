"""Every rule of the app has a sentence, and every sentence a rule."""

from figures.sharing import refusals as sharing
from figures.visits import refusals as visits
from tests.database_rules import incomplete_refusals, rule_names, unnamed_unique_columns
from web.database import refusals

SENTENCES = sharing.SENTENCES | visits.SENTENCES
# What a person's form may call otherwise than the column.
FORM_FIELDS = {"audience"}


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rule_names("figures", {}) == set(SENTENCES)


def test_every_rule_has_a_name():
    assert unnamed_unique_columns("figures") == []


def test_sentences_are_registered():
    assert set(SENTENCES) <= refusals.rule_names()


def test_sentences_end_with_a_full_stop_and_fields_are_form_fields():
    assert incomplete_refusals(SENTENCES, "figures", FORM_FIELDS) == []

"""Every rule of the app has a sentence, and every sentence a rule."""

import pytest
from django.utils import translation

from figures.sharing import refusals as sharing
from figures.visits import refusals as visits
from tests.database_rules import domain_models, rule_names, unnamed_unique_columns
from web.database import refusals

OURS = domain_models("figures")
SENTENCES = sharing.SENTENCES | visits.SENTENCES
# What a person's form may call otherwise than the column.
FORM_FIELDS = {"audience"}


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rule_names("figures", {}) == set(SENTENCES)


def test_every_rule_has_a_name():
    assert unnamed_unique_columns("figures") == []


def test_sentences_are_registered():
    assert set(SENTENCES) <= refusals.rule_names()


@pytest.mark.parametrize("rule", sorted(SENTENCES))
def test_sentences_end_with_a_full_stop_and_fields_are_form_fields(rule: str):
    entry = SENTENCES[rule]
    sentence, field = entry if isinstance(entry, tuple) else (entry, "")
    with translation.override("en"):
        written = str(sentence)
    assert (written[0].isupper(), written[-1]) == (True, ".")
    assert field in {field.name for model in OURS for field in model._meta.fields} | FORM_FIELDS | {""}

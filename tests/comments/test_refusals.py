"""Each rule of the app has a sentence, and each sentence a rule."""

import pytest
from django.utils import translation

from comments.refusals import SENTENCES
from tests.rules import domain_models, rules, unnamed
from web.database import refusals

OURS = domain_models("comments")
# What a person's form may call otherwise than the column.
FORM_FIELDS = {"named", "reason"}


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rules("comments", {}) == set(SENTENCES)


def test_no_column_brings_a_rule_without_a_name():
    assert unnamed("comments") == []


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

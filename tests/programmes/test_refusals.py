"""Each rule of the app has a sentence, and each sentence a rule."""

import pytest
from django.db import models
from django.utils import translation

from programmes.refusals import SENTENCES
from tests.rules import domain_models, rules, unnamed
from web.database import refusals

OURS = domain_models("programmes")


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rules("programmes") == set(SENTENCES)


def test_no_column_brings_a_rule_without_a_name():
    assert unnamed("programmes") == []


def test_they_are_known_to_every_action():
    assert set(SENTENCES) <= refusals.names()


def fields_of_models() -> set[str]:
    return {field.name for model in OURS for field in model._meta.fields}


@pytest.mark.parametrize("rule", sorted(SENTENCES))
def test_a_sentence_is_whole_and_its_field_is_one_people_fill_in(rule: str):
    said = SENTENCES[rule]
    sentence, field = said if isinstance(said, tuple) else (said, "")
    with translation.override("en"):
        written = str(sentence)
    assert (written[0].isupper(), written[-1]) == (True, ".")
    assert field in fields_of_models() | {"", "email"}


def test_constraints_are_of_kinds_that_name_themselves_when_they_refuse():
    kinds = {type(constraint) for model in OURS for constraint in model._meta.constraints}
    assert kinds == {models.UniqueConstraint, models.CheckConstraint}

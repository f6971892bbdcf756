"""Each constraint of the app has a sentence, and each sentence a constraint."""

from django.db import models

from programmes.refusals import SENTENCES
from tests.database_rules import domain_models, incomplete_refusals, rule_names, unnamed_unique_columns
from web.database import refusals

OURS = domain_models("programmes")


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rule_names("programmes") == set(SENTENCES)


def test_no_column_has_an_unnamed_constraint():
    assert unnamed_unique_columns("programmes") == []


def test_sentences_are_registered_for_every_action():
    assert set(SENTENCES) <= refusals.rule_names()


def test_sentences_are_complete_and_fields_exist_in_forms():
    assert incomplete_refusals(SENTENCES, "programmes", {"email"}) == []


def test_constraints_are_of_kinds_that_name_themselves_when_they_refuse():
    kinds = {type(constraint) for model in OURS for constraint in model._meta.constraints}
    assert kinds == {models.UniqueConstraint, models.CheckConstraint}

"""Every rule of this app that the database may refuse a row by has its sentence."""

from exchanges.refusals import SENTENCES
from tests.rules import rules
from web.database import refusals


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert rules("exchanges") == set(SENTENCES)


def test_they_are_registered():
    assert set(SENTENCES) <= refusals.names()

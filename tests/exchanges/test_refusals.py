"""Every database rule of this app has its error message."""

from exchanges.refusals import SENTENCES
from tests.database_rules import rule_names
from web.database import refusals


def test_every_rule_has_a_message_and_every_message_a_rule():
    assert rule_names("exchanges") == set(SENTENCES)


def test_messages_are_registered():
    assert set(SENTENCES) <= refusals.rule_names()

"""Each rule of the app has a sentence, and each sentence a rule."""

from collections.abc import Iterator

import pgtrigger
from django.apps import apps

from cohorts.refusals import SENTENCES
from web import refusals
from web.triggers import Frozen, NoTruncate, Rule, StateMachine

OURS = [model for model in apps.get_app_config("cohorts").get_models() if not model.__name__.endswith("Event")]


def rule_of(trigger: pgtrigger.Trigger) -> str:
    """The name a trigger refuses under; empty for those that write history or another column."""
    if isinstance(trigger, Rule | Frozen):
        return trigger.rule
    return str(trigger.name) if isinstance(trigger, StateMachine | NoTruncate) else ""


def rules() -> Iterator[str]:
    for model in OURS:
        yield from (str(constraint.name) for constraint in model._meta.constraints)
        yield from filter(None, map(rule_of, model._meta.triggers))


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert set(rules()) == set(SENTENCES)


def test_they_are_known_to_every_verb():
    assert set(SENTENCES) <= refusals.names()

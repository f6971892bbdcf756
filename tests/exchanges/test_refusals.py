"""Every rule of this app that the database may refuse a row by has its sentence."""

import pgtrigger
import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.models import CheckConstraint, UniqueConstraint

from exchanges.models import Exchange, HostTurn, Registration
from exchanges.refusals import SENTENCES
from web import refusals
from web.triggers import Frozen, Rule, StateMachine

MODELS = [Exchange, HostTurn, Registration]


def rules() -> set[str]:
    """Names under which the constraints and triggers of this app refuse."""
    constraints = {
        rule.name
        for model in MODELS
        for rule in model._meta.constraints
        if isinstance(rule, CheckConstraint | UniqueConstraint | ExclusionConstraint)
    }
    triggers = {
        getattr(trigger, "rule", "") or trigger.name
        for model in MODELS
        for trigger in model._meta.triggers
        if isinstance(trigger, Rule | Frozen | StateMachine)
    }
    return constraints | triggers


def test_the_models_are_all_of_them():
    own = {model for model in apps.get_app_config("exchanges").get_models() if "Event" not in model.__name__}
    assert own == set(MODELS)


def test_every_rule_has_a_sentence_and_every_sentence_a_rule():
    assert set(SENTENCES) == rules()


def test_they_are_registered():
    assert set(SENTENCES) <= refusals.names()


@pytest.mark.parametrize("model", MODELS)
def test_every_change_is_kept_in_the_history(model: type):
    kept = {trigger.name for _model, trigger in pgtrigger.registered() if _model is model}
    assert {"insert_insert", "update_update"} <= kept

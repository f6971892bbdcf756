"""The names of all database rules of an app, for tests that every rule has a message."""

from collections.abc import Iterator, Mapping
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import models
from django.utils import translation
from pghistory.models import Event

from prototypes.trials.triggers import GroupsFrozen
from web.database.triggers import Frozen, NoTruncate, Rule, StateMachine

Several = Mapping[type[pgtrigger.Trigger], set[str]]


def domain_models(app: str) -> list[type[models.Model]]:
    """Return the models of an app, without history models and proxies."""
    found = apps.get_app_config(app).get_models()
    return [model for model in found if not issubclass(model, Event) and not model._meta.proxy]


def guarding_proxies(app: str) -> list[type[models.Model]]:
    """Return the proxies of an app that add triggers to a table of another app."""
    found = apps.get_app_config(app).get_models()
    return [model for model in found if model._meta.proxy and getattr(model._meta, "triggers", ())]


def trigger_rule_names(trigger: pgtrigger.Trigger, several: Several) -> set[str]:
    """Return the names that a trigger raises; none for triggers that only write."""
    if isinstance(trigger, Rule | Frozen):
        return {trigger.rule}
    if isinstance(trigger, StateMachine | NoTruncate | GroupsFrozen):
        return {str(trigger.name)}
    return several.get(type(trigger), set())


def rule_names(app: str, several: Several | None = None) -> set[str]:
    """Return the names of constraints and triggers; `several` lists triggers that raise more than one name."""

    def found() -> Iterator[str]:
        for model in [*domain_models(app), *guarding_proxies(app)]:
            yield from (str(constraint.name) for constraint in model._meta.constraints)
            for trigger in getattr(model._meta, "triggers", ()):
                yield from trigger_rule_names(trigger, several or {})

    return set(found())


def unnamed_unique_columns(app: str) -> list[str]:
    """Return columns whose unique rule has no name of ours."""
    return [
        f"{model.__name__}.{field.name}"
        for model in domain_models(app)
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    ]


def incomplete_refusals(refusals: Mapping[str, Any], app: str, form_fields: set[str]) -> list[str]:
    """Return the rules whose text is no full sentence, or whose field neither a model nor a form of the app has."""
    fields = {field.name for model in domain_models(app) for field in model._meta.fields} | form_fields | {""}
    incomplete = []
    with translation.override("en"):
        for rule, refusal in refusals.items():
            sentence, field = refusal if isinstance(refusal, tuple) else (refusal, "")
            text = str(sentence)
            if not (text[0].isupper() and text.endswith(".") and field in fields):
                incomplete.append(rule)
    return incomplete

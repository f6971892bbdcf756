"""The names under which an app's database may refuse a row, for the tests that every one has its sentence."""

from collections.abc import Iterator, Mapping

import pgtrigger
from django.apps import apps
from django.db import models
from pghistory.models import Event

from prototypes.trials.triggers import GroupsFrozen
from web.database.triggers import Frozen, NoTruncate, Rule, StateMachine

Several = Mapping[type[pgtrigger.Trigger], set[str]]


def domain_models(app: str) -> list[type[models.Model]]:
    """The app's models but those of the history, and those that stand for rows of another."""
    found = apps.get_app_config(app).get_models()
    return [model for model in found if not issubclass(model, Event) and not model._meta.proxy]


def guarding_proxies(app: str) -> list[type[models.Model]]:
    """Return the app's proxies that bring triggers to a table of another app."""
    found = apps.get_app_config(app).get_models()
    return [model for model in found if model._meta.proxy and getattr(model._meta, "triggers", ())]


def rules_of(trigger: pgtrigger.Trigger, several: Several) -> set[str]:
    """The names a trigger refuses under; none for those that only write."""
    if isinstance(trigger, Rule | Frozen):
        return {trigger.rule}
    if isinstance(trigger, StateMachine | NoTruncate | GroupsFrozen):
        return {str(trigger.name)}
    return several.get(type(trigger), set())


def rules(app: str, several: Several | None = None) -> set[str]:
    """Of constraints and triggers; `several` names the triggers that refuse under several names at once."""

    def found() -> Iterator[str]:
        for model in [*domain_models(app), *guarding_proxies(app)]:
            yield from (str(constraint.name) for constraint in model._meta.constraints)
            for trigger in getattr(model._meta, "triggers", ()):
                yield from rules_of(trigger, several or {})

    return set(found())


def unnamed(app: str) -> list[str]:
    """Columns that bring a rule without a name of ours."""
    return [
        f"{model.__name__}.{field.name}"
        for model in domain_models(app)
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    ]

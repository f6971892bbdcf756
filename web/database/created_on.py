"""The day from which a row is there, for those who read no further than a day of their own: past members, above all."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Final

from django.db import models
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from web.database.triggers import Rule
from web.dates.clock import platform_today
from web.dates.plausible import FIRST_DAY

RULE: Final = "born_on_fixed"
STAYS: Final = _("The date on which this was added never changes.")

_told: ContextVar[date | None] = ContextVar("born_on", default=None)


@contextmanager
def born_on(day: date) -> Iterator[None]:
    """What is made inside is there since that day: for what is told afterwards, as the demonstration is."""
    before = _told.set(day)
    try:
        yield
    finally:
        _told.reset(before)


def day_of_birth() -> date:
    return _told.get() or platform_today()


def born_field() -> "models.DateField[Any, Any]":
    """Empty of what was there before this was kept, which is as if it had always been there."""
    return models.DateField(_("added on"), null=True, editable=False, default=day_of_birth)


def born_fixed(name: str) -> Rule:
    """The day never changes: nobody moves a row to where more people read it, or fewer. `name` is the trigger's."""
    return Rule(name=name, rule=RULE, broken="TG_OP = 'UPDATE' AND NEW.born_on IS DISTINCT FROM OLD.born_on")


def latest(*days: Any) -> Greatest:
    """The last of several such days, empty ones left out: that of a row and of what it belongs to."""
    return Greatest(models.Value(FIRST_DAY, output_field=models.DateField()), *days)

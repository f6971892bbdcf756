"""The date on which a row was added: past members read only rows that existed on the last day of their membership."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Final

from django.db import models
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from web.database.triggers import FixedColumns
from web.dates.clock import platform_today
from web.dates.plausible import FIRST_DAY

RULE_NAME: Final = "created_on_fixed"
NEVER_CHANGES: Final = _("The date on which this was added never changes.")

_default_day: ContextVar[date | None] = ContextVar("created_on", default=None)


@contextmanager
def created_on(day: date) -> Iterator[None]:
    """Give rows that are created inside the block the creation date `day` in place of today's.

    The demonstration uses it for its invented past.
    """
    token = _default_day.set(day)
    try:
        yield
    finally:
        _default_day.reset(token)


def default_created_on() -> date:
    """Return the creation date of a new row: the one set by the context manager `created_on`, else today in
    the platform's time zone.
    """
    return _default_day.get() or platform_today()


def created_on_field() -> "models.DateField[Any, Any]":
    """Return the model field for the date on which a row was added, with today as its default; no form shows it.

    It is empty in rows older than the column; past members may read those.
    """
    return models.DateField(_("added on"), null=True, editable=False, default=default_created_on)


def created_on_is_fixed(name: str) -> FixedColumns:
    """Return the trigger called `name` that refuses any change of a row's `created_on`, which decides who may read the
    row.
    """
    return FixedColumns("created_on", name=name, rule=RULE_NAME)


def latest_day(*days: Any) -> Greatest:
    """Return an expression for the latest of several dates, in which empty ones do not count; 1 January 1990 if all are
    empty.

    `days` are columns or expressions, such as the creation dates of a row and of what it belongs to.
    """
    return Greatest(models.Value(FIRST_DAY, output_field=models.DateField()), *days)

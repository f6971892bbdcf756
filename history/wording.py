"""Values of the history in words: what a column says, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.db.models import BooleanField, DateField, DateTimeField, DecimalField, Field, FloatField, TimeField
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import get_language, gettext, pgettext

from web.dates.precision import Precision
from web.history_pages import WORDED
from web.text import formats

NAME_SHOWN: Final = 60  # letters of what names a row, where that is a whole sentence


def label(field: Field[Any, Any]) -> str:
    """What a column is called. One that says how precisely a day is known stands behind that day, and names it."""
    name = capfirst(str(field.verbose_name))
    if {value for value, _ in field.flatchoices} != set(Precision.values):
        return name
    columns = field.model._meta.concrete_fields
    day = columns[columns.index(field) - 1]
    return gettext("%(day)s: precision") % {"day": capfirst(str(day.verbose_name))}


def is_blank(value: object) -> bool:
    """Whether a column says nothing: empty words, no row, an empty list."""
    return value is None or value in ("", [], {})


def nothing() -> str:
    """What stands where a column says nothing; a word that needs no gender."""
    return pgettext("in a history, of a field", "none")


def worded(field: Field[Any, Any], value: object, row: Mapping[str, Any] | None = None) -> str:
    """A value as people say it; `row` is the whole row as it was. Foreign keys are named elsewhere."""
    if is_blank(value):
        return nothing()
    own = WORDED.get(field.model, {}).get(field.name)
    if own:
        return str(own(value, row or {})) or nothing()
    if choices := dict(field.flatchoices):
        return str(choices.get(value, value))
    if isinstance(field, BooleanField):
        return gettext("yes") if value else gettext("no")
    return _plain(field, value)


def _plain(field: Field[Any, Any], value: object) -> str:
    locale = (get_language() or "fr")[:2]
    if isinstance(field, DateTimeField):
        moment = timezone.localtime(datetime.fromisoformat(str(value)))
        return f"{formats.short_day(moment.date(), locale)} {formats.clock(moment.time(), locale)}"
    if isinstance(field, DateField):
        return formats.short_day(date.fromisoformat(str(value)), locale)
    if isinstance(field, TimeField):
        return formats.clock(time.fromisoformat(str(value)), locale)
    if isinstance(field, DecimalField | FloatField):
        return formats.number(float(Decimal(str(value))), locale, decimals=2)
    return listed(value)


def listed(value: object) -> str:
    """Lists and what has parts, without brackets: “a, b”, “place: the hall; days: 2”."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Mapping):
        parts = (f"{str(name).replace('_', ' ')}: {listed(part)}" for name, part in value.items())
        return "; ".join(parts) or nothing()
    if isinstance(value, list | tuple):
        return ", ".join(map(listed, value)) or nothing()
    return nothing() if is_blank(value) else str(value)


def short(words: str) -> str:
    """What names a row, on one line."""
    return Truncator(" ".join(words.split())).chars(NAME_SHOWN)

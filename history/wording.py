"""The texts of columns and their values in the history, in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.db.models import BooleanField, DateField, DateTimeField, DecimalField, Field, FloatField, TimeField
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext, pgettext

from web.dates.precision import Precision
from web.history_pages import VALUE_TEXTS
from web.text import formats
from web.text.language import active_language

MAX_NAME_CHARACTERS: Final = 60  # of the text that names a row, which may be a whole sentence


def column_label(field: Field[Any, Any]) -> str:
    """Return the label of a field, with a capital letter.

    A field for the precision of a date is labelled after the date, the field before it in the model: “Live since:
    precision”.
    """
    name = capfirst(str(field.verbose_name))
    if {value for value, _ in field.flatchoices} != set(Precision.values):
        return name
    columns = field.model._meta.concrete_fields
    day = columns[columns.index(field) - 1]
    return gettext("%(day)s: precision") % {"day": capfirst(str(day.verbose_name))}


def is_blank(value: object) -> bool:
    """Return whether a value is empty: None, "", [] or {}. False and 0 are not."""
    return value is None or value in ("", [], {})


def none_text() -> str:
    """Return the word “none” in the reader's language for an empty value; the French word has no gender."""
    return pgettext("in a history, of a field", "none")


def value_text(field: Field[Any, Any], value: object, row: Mapping[str, Any] | None = None) -> str:
    """Return a stored value of a field as text for people: “none” when empty, the label of a choice, “yes” or “no”.

    `row` holds the recorded columns of the row by name, which some values need. A foreign key gives only its number.
    """
    if is_blank(value):
        return none_text()
    own_text = VALUE_TEXTS.get(field.model, {}).get(field.name)
    if own_text:
        return str(own_text(value, row or {})) or none_text()
    if choices := dict(field.flatchoices):
        return str(choices.get(value, value))
    if isinstance(field, BooleanField):
        return gettext("yes") if value else gettext("no")
    return _text_by_type(field, value)


def _text_by_type(field: Field[Any, Any], value: object) -> str:
    """Return a value as text by the type of its field: dates, times and decimal numbers as the reader's language writes
    them.

    Values of other types are read by `parts_text`: lists and objects without brackets.
    """
    locale = active_language()
    if isinstance(field, DateTimeField):
        moment = timezone.localtime(datetime.fromisoformat(str(value)))
        return f"{formats.short_day(moment.date(), locale)} {formats.clock(moment.time(), locale)}"
    if isinstance(field, DateField):
        return formats.short_day(date.fromisoformat(str(value)), locale)
    if isinstance(field, TimeField):
        return formats.clock(time.fromisoformat(str(value)), locale)
    if isinstance(field, DecimalField | FloatField):
        return formats.number(float(Decimal(str(value))), locale, decimals=2)
    return parts_text(value)


def parts_text(value: object) -> str:
    """Return a list or an object as text without brackets: “a, b”, “place: the hall; days: 2”.

    True and False give “yes” and “no”, an empty value “none”, any other value its text.
    """
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Mapping):
        parts = (f"{str(name).replace('_', ' ')}: {parts_text(part)}" for name, part in value.items())
        return "; ".join(parts) or none_text()
    if isinstance(value, list | tuple):
        return ", ".join(map(parts_text, value)) or none_text()
    return none_text() if is_blank(value) else str(value)


def one_line_name(text: str) -> str:
    """Return the text that names a row on one line, cut after 60 characters with an ellipsis."""
    return Truncator(" ".join(text.split())).chars(MAX_NAME_CHARACTERS)

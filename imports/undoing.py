"""What an undo needs: the values a row had before, whether they changed since, and what refers to new rows."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db.models import ForeignObjectRel, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise
from pghistory.models import Event

from imports.kinds import ImportedThing

MAX_NAMED: Final = 5  # things that a sentence names
CHANGED_SINCE: Final = gettext_lazy("These were changed after the import: %(names)s. Change them by hand.")


def values_before(row: Model, values: Mapping[str, Any]) -> dict[str, list[str | None]]:
    """Return, by name of the column, the value of the row and the one it will get, as texts that JSON can hold."""
    return {name: [_as_text(getattr(row, name)), _as_text(value)] for name, value in values.items()}


def restored_values(row: Model, thing: ImportedThing) -> dict[str, Any]:
    """Return the values that the row had before the import, by name of the column."""
    return {name: _field(row, name).to_python(before) for name, (before, _after) in thing.previous.items()}


def changed_since(rows: Collection[Model], things: Sequence[ImportedThing]) -> list[str]:
    """Return the sentence that names the rows of which an imported value is no longer the same; [] for none."""
    by_key = {thing.object_id: thing for thing in things if not thing.is_new}
    return named(
        CHANGED_SINCE,
        [str(row) for row in rows if row.pk in by_key and _is_changed(row, by_key[row.pk])],
    )


def in_use(rows: Sequence[Model], *, except_for: Collection[str] = ()) -> list[str]:
    """Return the sentence that names the rows to which others refer; [] for none.

    Rows under the names `except_for`, which are parts of these rows, do not count.
    The statements are one per table that can refer to them, however many rows there are.
    """
    keys = {row.pk for row in rows}
    used: set[int] = set()
    for relation in rows[0]._meta.related_objects if rows else ():
        if relation.get_accessor_name() not in except_for:
            used |= _keys_used(relation, keys)
    return named(
        _("These are used elsewhere now: %(names)s. Remove them by hand."), [str(row) for row in rows if row.pk in used]
    )


def named(sentence: StrOrPromise, names: Sequence[str]) -> list[str]:
    """Return the sentence with the first of these names, in a list; [] when there are none."""
    return [str(sentence) % {"names": first_names(names)}] if names else []


def first_names(names: Sequence[str], limit: int = MAX_NAMED) -> str:
    """Return the first of these names, separated by commas, with an ellipsis if there are more than `limit`."""
    return ", ".join([*names[:limit], "…"] if len(names) > limit else names)


def _keys_used(relation: ForeignObjectRel, keys: Collection[int]) -> set[int]:
    """Return those of the keys to which rows of a related table refer; histories do not count."""
    model = relation.related_model
    if issubclass(model, Event) or not hasattr(relation.field, "attname"):
        return set()
    column = relation.field.attname
    return set(model._base_manager.filter(**{f"{relation.field.name}__in": keys}).values_list(column, flat=True))


def _field(row: Model, name: str) -> Any:
    """Return the field of a column, also one that holds a key such as “owner_id”."""
    return next(field for field in row._meta.concrete_fields if name in (field.name, field.attname))


def _is_changed(row: Model, thing: ImportedThing) -> bool:
    """Return whether a value of the row is no longer the one that the import gave it."""
    return any(_as_text(getattr(row, name)) != after for name, (_before, after) in thing.previous.items())


def _as_text(value: object) -> str | None:
    """Return a value as the text that its field reads back; None for none."""
    return None if value is None else str(value)

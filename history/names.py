"""The names of the people and rows that the lines of a history refer to by key."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, ForeignKey, Model, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from accounts.models import User
from history.changes import ChangedRow, HistoryObject, columns_of
from history.wording import is_blank, one_line_name, value_text
from web.history_pages import NAME_PATHS, HistoryKind
from web.text.names import PersonName, display_name

KeysByModel = Mapping[type[Model], set[int]]


@dataclass(slots=True)
class RowNames:
    """Names of rows by model and key."""

    by_key: dict[tuple[type[Model], int], str] = field(default_factory=dict)

    def of(self, model: type[Model], key: object) -> str:
        """Return the name of the row of a model with this primary key; "" when none was read."""
        return self.by_key.get((model, int(str(key))), "")

    def of_row(self, model: type[Model], state: Mapping[str, Any], key: int) -> str:
        """Return the name of a row as its recorded columns (`state`) give it, else its present name, else ""."""
        return own_name(model, state) or self.of(model, key)


def own_name(model: type[Model], state: Mapping[str, Any]) -> str:
    """Return the name of a row from its own recorded columns (`state`), such as its title; "" when they hold none."""
    for path in NAME_PATHS.get(model, ()):
        if "__" not in path and not is_blank(state.get(path)):
            return one_line_name(value_text(_last_column(model, path), state[path], state))
    return ""


def names_in(rows: Sequence[ChangedRow]) -> RowNames:
    """Return the present names of all people and rows that the changed rows refer to: actors and foreign keys (one
    statement).
    """
    return look_up(_keys_in(rows))


def object_title(history: HistoryKind, obj: HistoryObject) -> str:
    """Return the title of the object of a history: its last recorded one, else its present one; "" when it has none."""
    own = own_name(history.model, obj.state)
    if own or history.model not in NAME_PATHS:
        return own
    return look_up({history.model: {obj.key}}).of(history.model, obj.key)


def look_up(keys: KeysByModel) -> RowNames:
    """Return the present names of the rows with these primary keys, which are given by model (one statement)."""
    models = list(keys)
    arms = [_names_of_model(number, model, keys[model]) for number, model in enumerate(models)]
    rows: Iterable[Any] = arms[0].union(*arms[1:], all=True) if arms else []
    return RowNames({(models[arm], key): _display_name(models[arm], name) for arm, key, name in rows})


def _names_of_model(number: int, model: type[Model], keys: set[int]) -> Any:
    """Return a query for triples of `number`, key and name (as text, or None) of the rows of one model with these keys.

    `number` says from which model a row comes when queries are joined.
    """
    texts = [NullIf(Cast(path, TextField()), Value("", output_field=TextField())) for path in NAME_PATHS[model]]
    name = Coalesce(*texts) if len(texts) > 1 else texts[0]
    rows = model._base_manager.order_by().filter(pk__in=sorted(keys))
    return rows.annotate(arm_=Value(number), name_=name).values_list("arm_", "pk", "name_")


def _display_name(model: type[Model], name: str | None) -> str:
    """Return the name of a row as people read it, on one line; for None or "", the kind of object, such as “idea”."""
    if not name:
        return str(model._meta.verbose_name)
    column = _last_column(model, NAME_PATHS[model][0])
    return display_name(name) if isinstance(column, PersonName) else one_line_name(value_text(column, name))


def _last_column(model: type[Model], path: str) -> Field[Any, Any]:
    """Return the field at the end of a lookup path that starts from the model, like `title` for
    "prototype__idea__title".
    """
    at: Any = model
    *through, name = path.split("__")
    for step in through:
        at = at._meta.get_field(step).related_model
    column: Field[Any, Any] = at._meta.get_field(name)
    return column


def _keys_in(rows: Sequence[ChangedRow]) -> KeysByModel:
    """Return the primary keys of the rows whose names a history page needs, by model.

    These are the actors, the rows that foreign keys lead to, and the changed rows whose own columns give no name.
    """
    keys = defaultdict[type[Model], set[int]](set)
    for row in rows:
        context, model = row.line.context, row.line.part.model
        keys[User] |= {int(context[role]) for role in ("by", "user", "acting") if context.get(role)}
        for column in columns_of(model):
            if isinstance(column, ForeignKey) and column.related_model in NAME_PATHS:
                states = (row.after, row.before or {})
                keys[column.related_model] |= {state[column.column] for state in states if state.get(column.column)}
        if model in NAME_PATHS and not own_name(model, row.after):
            keys[model].add(row.after["id"])
    return {model: of_model for model, of_model in keys.items() if of_model}

"""What the numbers in a history stand for: everybody and everything its lines speak of, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, ForeignKey, Model, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from accounts.models import User
from history.changes import Found, Row, columns_of
from history.wording import is_blank, short, worded
from web.history_pages import NAMED, Kept
from web.text.names import PersonName, shown_name

Wanted = Mapping[type[Model], set[int]]


@dataclass(slots=True)
class Names:
    """What the numbers in the rows stand for, by model."""

    known: dict[tuple[type[Model], int], str] = field(default_factory=dict)

    def of(self, model: type[Model], key: object) -> str:
        return self.known.get((model, int(str(key))), "")

    def of_row(self, model: type[Model], state: Mapping[str, Any], key: int) -> str:
        """What a row was called when it was so, or is called now; nothing where it has no name."""
        return said_of_itself(model, state) or self.of(model, key)


def said_of_itself(model: type[Model], state: Mapping[str, Any]) -> str:
    """The name a row bears itself, as it was."""
    for path in NAMED.get(model, ()):
        if "__" not in path and not is_blank(state.get(path)):
            return short(worded(_last(model, path), state[path], state))
    return ""


def names(told: Sequence[Row]) -> Names:
    """Everybody and everything the lines speak of, in one statement."""
    return looked_up(_wanted(told))


def title(kept: Kept, found: Found) -> str:
    """What the object is called, or was when it was removed; names the history does not keep are those of now."""
    own = said_of_itself(kept.model, found.state)
    if own or kept.model not in NAMED:
        return own
    return looked_up({kept.model: {found.key}}).of(kept.model, found.key)


def looked_up(wanted: Wanted) -> Names:
    """Names as they are now, by number."""
    models = list(wanted)
    arms = [_arm(number, model, wanted[model]) for number, model in enumerate(models)]
    read: Iterable[Any] = arms[0].union(*arms[1:], all=True) if arms else []
    return Names({(models[arm], key): _shown(models[arm], name) for arm, key, name in read})


def _arm(number: int, model: type[Model], keys: set[int]) -> Any:
    """The rows of one table, each with its name as a text."""
    said = [NullIf(Cast(path, TextField()), Value("", output_field=TextField())) for path in NAMED[model]]
    name = Coalesce(*said) if len(said) > 1 else said[0]
    rows = model._base_manager.order_by().filter(pk__in=sorted(keys))
    return rows.annotate(arm_=Value(number), name_=name).values_list("arm_", "pk", "name_")


def _shown(model: type[Model], name: str | None) -> str:
    """Where nobody named it, what kind of thing it is."""
    if not name:
        return str(model._meta.verbose_name)
    last = _last(model, NAMED[model][0])
    return shown_name(name) if isinstance(last, PersonName) else short(worded(last, name))


def _last(model: type[Model], path: str) -> Field[Any, Any]:
    """The column a way ends at."""
    at: Any = model
    *through, name = path.split("__")
    for step in through:
        at = at._meta.get_field(step).related_model
    found: Field[Any, Any] = at._meta.get_field(name)
    return found


def _wanted(told: Sequence[Row]) -> Wanted:
    """The numbers that need a name: who acted, and what rows lead to."""
    wanted = defaultdict[type[Model], set[int]](set)
    for row in told:
        said, model = row.line.said, row.line.part.model
        wanted[User] |= {int(said[role]) for role in ("by", "user", "acting") if said.get(role)}
        for one in columns_of(model):
            if isinstance(one, ForeignKey) and one.related_model in NAMED:
                states = (row.after, row.before or {})
                wanted[one.related_model] |= {state[one.column] for state in states if state.get(one.column)}
        if model in NAMED and not said_of_itself(model, row.after):
            wanted[model].add(row.after["id"])
    return {model: keys for model, keys in wanted.items() if keys}

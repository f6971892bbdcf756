"""Rows of one model by natural key, made when missing and corrected only where they differ."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)


class Shelf(Generic[M]):
    """Reads the rows once (one statement); `put` then writes only what is new or differs.

    `lasting` rows are shared with people's own work: an existing one stays as people left it.
    `written` counts the rows made and corrected.
    """

    def __init__(self, model: type[M], *key: str, lasting: bool = False, **within: Any) -> None:
        """`key`: the fields of the natural key. `within`: what all its rows share."""
        self.model, self.key, self.lasting = model, key, lasting
        self.shared = {name: value for name, value in within.items() if "__" not in name}
        self.written: Counter[str] = Counter()
        rows = model._default_manager.filter(**within)
        self.rows = {tuple(getattr(row, self._column(name)) for name in key): row for row in rows}

    def put(self, **values: Any) -> M:
        """The row with these values; another row is given as itself or by its key."""
        columns = {self._column(name): self._stored(value) for name, value in {**self.shared, **values}.items()}
        key = tuple(columns[self._column(name)] for name in self.key)
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = self.model._default_manager.create(**columns)
            self.written["made"] += 1
        elif not self.lasting:
            self._correct(row, columns)
        return row

    def _correct(self, row: M, columns: Mapping[str, Any]) -> None:
        differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
        if not differing:
            return
        for name, value in differing.items():
            setattr(row, name, value)
        row.save(update_fields=differing)
        self.written["corrected"] += 1

    def _column(self, name: str) -> str:
        return str(getattr(self.model._meta.get_field(name), "attname", name))

    @staticmethod
    def _stored(value: Any) -> Any:
        return value.pk if isinstance(value, Model) else value

"""The rows of a model by natural key, created when missing and corrected only where they differ."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)


class RecordTable(Generic[M]):
    """The rows of a model, read once (one statement); `put` writes only rows that are new or differ.

    `lasting` rows, which people may have changed, are never corrected. `written` counts the rows that were created and
    corrected.
    """

    def __init__(self, model: type[M], *key: str, lasting: bool = False, **shared_filter: Any) -> None:
        """Read the rows of the model in one statement; `key` names the fields of the natural key.

        With `lasting`, existing rows are never corrected. `shared_filter` selects the rows; those of its values that
        are no lookups are also given to new rows.
        """
        self.model, self.key, self.lasting = model, key, lasting
        self.shared = {name: value for name, value in shared_filter.items() if "__" not in name}
        self.written: Counter[str] = Counter()
        rows = model._default_manager.filter(**shared_filter)
        self.rows = {tuple(getattr(row, self._column(name)) for name in key): row for row in rows}

    def put(self, **values: Any) -> M:
        """Return the row with this natural key, created if it is missing, corrected where it differs from `values`.

        `values` are all values by field; a related row is given as itself or by its primary key. A `lasting` table
        corrects nothing.
        """
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
        """Save those values of `columns`, by attribute, in which the row differs; do nothing when it is equal."""
        differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
        if not differing:
            return
        for name, value in differing.items():
            setattr(row, name, value)
        row.save(update_fields=differing)
        self.written["corrected"] += 1

    def _column(self, name: str) -> str:
        """Return the attribute of a row that stores a field: “cohort_id” for the foreign key “cohort”."""
        return str(getattr(self.model._meta.get_field(name), "attname", name))

    @staticmethod
    def _stored(value: Any) -> Any:
        """Return the value as the database stores it: of a row, its primary key; any other value itself."""
        return value.pk if isinstance(value, Model) else value

"""Bulk actions: one action for several rows of a list, each checked on its own, with one undo."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from web.decisions import Decision
from web.lists.columns import Reader

MAX_SELECTED: Final = 1000  # rows of one bulk action

NOTHING_SELECTED: Final = gettext_lazy("Nothing is selected. Select rows first, then choose the action.")

Decide = Callable[[Any], Decision]


class BulkForm(forms.Form):
    """What a bulk action asks for: nothing, unless a subclass adds fields; their values are the same for all rows."""

    def __init__(self, data: Any = None, *, reader: Reader, rows: Sequence[Any]) -> None:
        """Create the form for these `rows`; `reader` is the person who acts."""
        super().__init__(data)
        self.reader, self.selected_rows = reader, rows


def no_lock(_row: Any) -> None:
    """Lock nothing: for actions that read the row again themselves and refuse what its state does not allow."""


def no_consequences(_reader: Reader, _rows: Sequence[Any]) -> Sequence[str]:
    """Return no sentence: for actions that concern their rows alone."""
    return ()


def as_listed(rows: Sequence[Any], _values: Mapping[str, Any]) -> Sequence[Any]:
    """Return the rows as they are: for actions whose rows do not depend on each other."""
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """An action that people take on several rows of a list at once.

    - `label`: its button; `description`: what it does to each row, above the preview.
    - `permission(reader, rows)`: called once with all rows, returns the function that decides whether the reader may
      act on one, by the permission of the single action. The relations `related` are read with the rows, the rows
      that `prefetched` names by one more statement each.
    - `state_decision`: decides by the state of a row alone whether the action is possible now.
    - `run(row, values, by, at)`: runs the single action on a row, with the values of the `form`. It returns what the
      undo needs, ready for JSON, and raises DomainError when the row refuses.
    - `undo(row, details, by, at)`: brings back what was, from what `run` returned. It raises DomainError when the row
      has changed since. None where nothing can bring it back; the preview then says so.
    - `consequences(reader, rows)`: sentences on what happens beyond the affected rows, such as e-mails, with a fixed
      number of statements.
    - `row_effects(rows, values)`: sentences on what the values of the form change in each row, by its key; the preview
      shows them before anything is done. None where the values change all rows alike.
    - `compared`: the fields that the action changes; when one has changed since, the preview is shown again, and a row
      whose turn comes later is refused.
    - `lock(row)`: called first when the row is done or undone. It locks what the single action locks, and reads the
      fields that the action changes again, so that nobody changes them before the row is done.
    - `in_order(rows, values)`: the rows in the order in which they are worked on; the undo goes the other way round.
    """

    label: StrOrPromise
    description: StrOrPromise
    permission: Callable[[Reader, Sequence[Any]], Decide]
    state_decision: Decide
    run: Callable[[Any, Mapping[str, Any], Any, datetime], Mapping[str, Any]]
    undo: Callable[[Any, Mapping[str, Any], Any, datetime], object] | None = None
    consequences: Callable[[Reader, Sequence[Any]], Sequence[str]] = no_consequences
    row_effects: Callable[[Sequence[Any], Mapping[str, Any]], Mapping[int, Sequence[str]]] | None = None
    in_order: Callable[[Sequence[Any], Mapping[str, Any]], Sequence[Any]] = as_listed
    form: type[BulkForm] = BulkForm
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    lock: Callable[[Any], None] = no_lock
    is_destructive: bool = False

    @property
    def can_be_undone(self) -> bool:
        """Whether something can bring back what was. For templates, which would call `undo`."""
        return self.undo is not None

    def compared_values(self, row: Any) -> list[str]:
        """Return the values of the compared fields of a row, as texts; empty without such fields."""
        return [str(getattr(row, name)) for name in self.compared]

    def with_related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with the related objects that the action reads."""
        return rows.select_related(*self.related).prefetch_related(*self.prefetched)

    def decider(self, reader: Reader, rows: Sequence[Any]) -> Decide:
        """Return the function that decides on one of the rows: by the permission of the reader first, then by its
        state.
        """
        return partial(self.decide, self.permission(reader, rows))

    def decide(self, permission: Decide, row: Any) -> Decision:
        """Return the refusal of the permission, else the decision by the state of the row."""
        allowed = permission(row)
        return self.state_decision(row) if allowed else allowed

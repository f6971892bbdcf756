"""What an app declares so that a table of its things can be imported: an `ImportKind`, registered in `import_kinds`.

This app reads the table, guesses and corrects columns, shows the preview, and runs and undoes the batch. A kind knows
its columns, which row is which thing, and which actions of its app create, change and undo.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, TypeAlias

from django.db.models import Model
from django_stubs_ext import StrOrPromise

from accounts.models import User
from imports.columns import ImportColumn
from imports.enums import RowOutcome, TargetType
from web.dates.clock import day_in
from web.decisions import Decision
from web.errors import DomainError
from web.registries import Registry

Values: TypeAlias = Mapping[str, Any]  # the parsed cells of a row, by name of the column; all columns are there


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """Where a table is imported: `item` is the cohort or edition, None for the platform.

    `zone` is its time zone, `language` the one in which people there read.
    """

    slug: str
    name: StrOrPromise
    href: str
    zone: str
    language: str = "fr"
    item: Any = None


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What a kind needs to plan, import and undo rows: the target, who imports (None: the command), and the moment.

    E-mails that an import causes leave at `emails_at`, so that an undo can come before them. Rows are planned some at
    a time: `planned` is for what a kind counts across them, such as the seats that are left.
    """

    target: ImportTarget
    by: User | None
    at: datetime
    emails_at: datetime
    planned: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the date of the moment in the time zone of the target."""
        return day_in(self.target.zone, self.at)


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value that a row changes: the name of its column, and the value before and after.

    Both are texts that do not depend on the language: the slug of a choice, an ISO date. No value is "".
    """

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What importing a row will do; `object_id` is the thing that it changes, or that is there unchanged.

    A refusal has a reason, the name of the column it is about ("": the row), and what to write instead, if anything.
    `related` are rows of other tables that the kind read to plan the row, for its own use when it saves the row.
    `new_key` tells a thing to create from others, where two rows can name it in different words.
    """

    outcome: RowOutcome
    object_id: int | None = None
    changes: tuple[ValueChange, ...] = ()
    column: str = ""
    reason: str = ""
    suggestion: str = ""
    related: Any = None
    new_key: Hashable = None

    @classmethod
    def create(cls, related: Any = None, new_key: Hashable = None) -> RowPlan:
        """Return the plan to create a thing."""
        return cls(RowOutcome.CREATE, related=related, new_key=new_key)

    @classmethod
    def of_changes(cls, object_id: int, changes: Sequence[ValueChange], related: Any = None) -> RowPlan:
        """Return the plan for a thing that exists: to change these values of it, or none."""
        outcome = RowOutcome.UPDATE if changes else RowOutcome.UNCHANGED
        return cls(outcome, object_id, tuple(changes), related=related)

    @classmethod
    def refuse(cls, reason: StrOrPromise, *, column: str = "", suggestion: str = "") -> RowPlan:
        """Return the plan to refuse a row."""
        return cls(RowOutcome.REFUSED, column=column, reason=str(reason), suggestion=str(suggestion))


@dataclass(frozen=True, slots=True)
class ImportedThing:
    """A thing that a row created or changed; `previous` holds, as JSON, the values to go back to."""

    object_id: int
    is_new: bool = True
    previous: Mapping[str, Any] = field(default_factory=dict)


class ImportKind(ABC):
    """A kind of table that can be imported: rows of a `model`, for the most part.

    `note` is a sentence on the consequences, shown before the import.
    """

    label: ClassVar[StrOrPromise]
    model: ClassVar[type[Model]]
    target_type: ClassVar[TargetType]
    columns: ClassVar[Sequence[ImportColumn]]
    note: ClassVar[StrOrPromise] = ""

    @abstractmethod
    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the target with this slug; None when there is none, or the user may not see it. None sees all."""

    @abstractmethod
    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user may import this kind into the target today."""

    @abstractmethod
    def key(self, values: Values) -> Hashable:
        """Return what tells the thing of a row from others; of two rows with one key the second is refused."""

    @abstractmethod
    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return the plan of each row, in their order; statements do not grow with the rows. Nothing is saved."""

    @abstractmethod
    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Create or change the thing of a row through the actions of the app; raise DomainError when they refuse."""

    def lock(self, keys: Collection[int]) -> None:
        """Lock the things with these keys until the transaction ends, so that nobody changes them since."""
        list(self.model._base_manager.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values("pk"))

    def save_rows(
        self, rows: Sequence[tuple[Values, RowPlan]], context: ImportContext
    ) -> list[ImportedThing | DomainError]:
        """Save the rows of one part of a batch, and return for each its thing, or the error with which it is refused.

        By default one after the other; a kind whose action takes many rows at once saves them together.
        """
        return [self.save_or_refuse(values, plan, context) for values, plan in rows]

    def save_or_refuse(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing | DomainError:
        """Save a row and return its thing, or the error with which it is refused."""
        try:
            return self.save(values, plan, context)
        except DomainError as error:
            return error

    @abstractmethod
    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """End what a row created, or give a changed thing its previous values; raise DomainError when refused."""

    def undo_all(self, things: Sequence[ImportedThing], context: ImportContext) -> None:
        """Undo all things of a batch, in this order; raise DomainError when one is refused."""
        for thing in things:
            self.undo(thing, context)

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return sentences that name what was changed or used since and prevents the undo; each names five at most."""
        return []

    def emails_sent(self, things: Sequence[ImportedThing]) -> list[str]:
        """Return the names of people who already received an e-mail because of these things."""
        return []

    def correct_emails(self, things: Sequence[ImportedThing], context: ImportContext) -> None:  # noqa: B027
        """E-mail the people who received an e-mail because of these things, now undone, that it no longer counts."""


import_kinds: Registry[ImportKind] = Registry("kinds of imports")


def value_changes(columns: Sequence[ImportColumn], before: Values, values: Values) -> list[ValueChange]:
    """Return the changes of a row against the values `before`; an empty cell changes nothing.

    Only columns that `before` names count.
    """
    return [
        ValueChange(column.name, _stored_value(before[column.name]), _stored_value(values[column.name]))
        for column in columns
        if column.name in before
        and values.get(column.name) not in (None, "")
        and values[column.name] != before[column.name]
    ]


def _stored_value(value: object) -> str:
    """Return a value as a plan stores it."""
    return "" if value is None else str(value)

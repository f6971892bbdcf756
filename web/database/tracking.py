"""What the history of a domain row keeps: its birth, every change, and its removal where rows may go; and when."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time
from typing import Any, Final, TypeVar

import pghistory
from django.db.models import DateTimeField, Max, Model, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest

from web.dates.plausible import FIRST_DAY

M = TypeVar("M", bound=type[Model])

NEVER_CHANGES: Final = "born_on"  # see `web.database.created_on`: the history of a row begins that day


def tracked(*, exclude: Iterable[str] = (), **options: Any) -> Callable[[M], M]:
    """Decorate a model; the options are those of `pghistory.track`, which alone would forget deletions."""

    def decorate(model: M) -> M:
        fixed = [field.name for field in model._meta.local_fields if field.name == NEVER_CHANGES]
        if left_out := [*exclude, *fixed]:
            options["exclude"] = left_out
        kept: Callable[[M], M] = pghistory.track(
            pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), **options
        )
        return kept(model)

    return decorate


def last_change(model: type[Model], row: str) -> Subquery:
    """When a tracked row last came to what it is; `row` leads to its id from the rows asked for."""
    kept: Any = model.pgh_event_model  # type: ignore[attr-defined] # given by `tracked`
    lines = kept.objects.filter(pgh_obj=OuterRef(row)).order_by().values("pgh_obj")
    return Subquery(lines.annotate(last=Max("pgh_created_at")).values("last"))


def changed_at(*changes: Subquery, created_on: str) -> Coalesce:
    """Return the latest of the changes, else the day the row was created, else FIRST_DAY; never NULL.

    Rows have no history when they were loaded in bulk, and no day of creation when they are older than that column.
    """
    first = datetime.combine(FIRST_DAY, time(), UTC)
    created = Cast(created_on, DateTimeField())
    return Coalesce(Greatest(*changes), created, Value(first), output_field=DateTimeField())

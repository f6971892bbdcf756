"""Track models in history tables: their creation, every change, and their deletion."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time
from typing import Any, Final, TypeVar

import pghistory
from django.db.models import DateTimeField, Max, Model, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest

from web.dates.plausible import FIRST_DAY

M = TypeVar("M", bound=type[Model])

UNTRACKED_COLUMN: Final = "created_on"  # see `web.database.created_on`


def tracked(*, exclude: Iterable[str] = (), **options: Any) -> Callable[[M], M]:
    """Decorate a model, so that database triggers write its creations, changes and deletions to a history table.

    `exclude` names fields that the history leaves out; the creation date and generated columns are always left out.
    `options` are those of `pghistory.track`.
    """

    def decorate(model: M) -> M:
        """Add the history table and its triggers to the model, without the excluded fields, its creation date
        and generated columns; return it.
        """
        fields = model._meta.local_fields
        untracked = [field.name for field in fields if field.name == UNTRACKED_COLUMN or field.generated]
        if left_out := [*exclude, *untracked]:
            options["exclude"] = left_out
        track: Callable[[M], M] = pghistory.track(
            pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), **options
        )
        return track(model)

    return decorate


def last_change(model: type[Model], row: str) -> Subquery:
    """Return a subquery for the moment of the last change of a row of the tracked `model`; NULL without history.

    `row` is the lookup path to that row's key from the rows of the outer query.
    """
    event_model: Any = model.pgh_event_model  # type: ignore[attr-defined] # given by `tracked`
    lines = event_model.objects.filter(pgh_obj=OuterRef(row)).order_by().values("pgh_obj")
    return Subquery(lines.annotate(last=Max("pgh_created_at")).values("last"))


def changed_at(*changes: Subquery, created_on: str) -> Coalesce:
    """Return an expression for the latest of several moments of change (as `last_change` gives them); never NULL.

    Without any, it is the day at the lookup path `created_on`, else 1 January 1990: rows loaded in bulk have no
    history, old rows no day of creation.
    """
    first = datetime.combine(FIRST_DAY, time(), UTC)
    created = Cast(created_on, DateTimeField())
    return Coalesce(Greatest(*changes), created, Value(first), output_field=DateTimeField())

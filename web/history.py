"""What the history of a domain row keeps: its birth, every change, and its removal where rows may go; and when."""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import pghistory
from django.db.models import Max, Model, OuterRef, Subquery

M = TypeVar("M", bound=type[Model])

NEVER_CHANGES: Final = "born_on"  # see `web.born`: the history of a row begins that day


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

"""Routes of imports: each is visible only to the person who imports; a kind into a cohort to those who may."""

from typing import Any

from tests.factories.cast import Cast
from tests.factories.imports import ImportBatchFactory, ImportRowFactory
from tests.matrix import RouteRow

WITHIN = "SCDPMRA"


def members(cast: Cast) -> list[Any]:
    return ["members", cast.cohort.slug]


def checked(cast: Cast) -> list[Any]:
    """Return a checked table of the pilot."""
    batch = ImportBatchFactory(person=cast["P"], target_slug=cast.cohort.slug)
    ImportRowFactory(batch=batch)
    ImportRowFactory(batch=batch, line=3, outcome="refused", reason="This cell is empty.", column="email")
    return [batch.pk]


def refused(cast: Cast) -> list[Any]:
    return [*checked(cast), "csv"]


def done(cast: Cast) -> list[Any]:
    """Return a table that the pilot imported."""
    return [ImportBatchFactory(person=cast["P"], target_slug=cast.cohort.slug, state="done").pk]


ROUTES = {
    "imports:batches": RouteRow(),
    "imports:add": RouteRow(usable_by="S", post=True, args=lambda _cast: ["authorities"]),
    "imports:add_to": RouteRow(visible_to=WITHIN, usable_by="SCP", post=True, args=members),
    "imports:batch": RouteRow(visible_to="P", args=checked),
    "imports:choose_columns": RouteRow(visible_to="P", get=False, post=True, args=checked),
    "imports:correct_rows": RouteRow(visible_to="P", get=False, post=True, args=checked),
    "imports:refused_rows": RouteRow(visible_to="P", args=refused),
    "imports:confirm": RouteRow(visible_to="P", get=False, post=True, args=checked),
    "imports:discard": RouteRow(visible_to="P", get=False, post=True, args=checked),
    "imports:undo": RouteRow(visible_to="P", post=True, args=done),
}

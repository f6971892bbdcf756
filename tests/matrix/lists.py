"""Routes of lists: each shows its rows to whoever may see them; views and bulk actions belong to their person."""

from typing import Any

from tests.factories.cast import Cast
from tests.factories.lists import BulkRowFactory, SavedViewFactory
from tests.factories.prototypes import IdeaFactory
from tests.matrix import RouteRow


def a_view(cast: Cast) -> list[Any]:
    return [SavedViewFactory(person=cast["M"], name="Of the ambassador").pk]


def a_run(cast: Cast) -> list[Any]:
    row = BulkRowFactory(run__person=cast["P"], key=IdeaFactory(cohort=cast.cohort).pk)
    return [row.run.pk]


def ideas(_cast: Cast) -> list[Any]:
    return ["ideas"]


def parking(_cast: Cast) -> list[Any]:
    return ["ideas", "park"]


ROUTES = {
    "lists:add_view": RouteRow(post=True, args=ideas),
    "lists:view_counts": RouteRow(args=ideas),
    "lists:bulk_action": RouteRow(post=True, args=parking, form={"all": "1"}),
    "lists:view": RouteRow(visible_to="M", args=a_view, codes={"get": 302}),
    "lists:edit_view": RouteRow(visible_to="M", post=True, args=a_view),
    "lists:delete_view": RouteRow(visible_to="M", post=True, args=a_view),
    "lists:run": RouteRow(visible_to="P", args=a_run),
    "lists:undo": RouteRow(visible_to="P", get=False, post=True, args=a_run),
}

"""Routes of canvases: visible like other work of a cohort; anyone who sees one in a cohort may duplicate it into their
own.
"""

from typing import Any

from canvases.models import Canvas, CanvasCell, CanvasStep
from tests.factories.canvases import drawn
from tests.factories.cast import Cast
from tests.matrix import RouteRow
from tests.matrix.prototypes import READERS, SPEAKERS, WORKERS, cohort


def a_canvas(cast: Cast) -> Canvas:
    """Return a canvas of the pilot, which an ambassador may not edit."""
    return drawn(2, cohort=cast.cohort, made_by=cast["P"])


def canvas(cast: Cast) -> list[Any]:
    return [a_canvas(cast).pk]


def step(cast: Cast) -> list[Any]:
    row = a_canvas(cast)
    return [row.pk, row.steps.get(position=1).pk]


def move(cast: Cast) -> list[Any]:
    return [*step(cast), "later"]


def cell_args(cast: Cast) -> list[Any]:
    return [*step(cast), "frontstage"]


def removed_step(cast: Cast) -> list[Any]:
    args = step(cast)
    CanvasStep.objects.get(pk=args[1]).delete()
    CanvasStep.objects.filter(canvas=args[0]).update(position=1)
    return args


def emptied(cast: Cast) -> list[Any]:
    args = cell_args(cast)
    CanvasCell.objects.filter(step=args[1], lane=args[2]).update(text="", assumption=False, version=2)
    return [*args, 2]


ROUTES: dict[str, RouteRow] = {
    "canvases:canvas_list": RouteRow(visible_to=READERS, args=cohort),
    "canvases:add_canvas": RouteRow(visible_to=READERS, usable_by=WORKERS, post=True, args=cohort),
    "canvases:import_canvas": RouteRow(visible_to=READERS, usable_by=WORKERS, post=True, args=cohort),
    "canvases:canvas_schema": RouteRow(),
    "canvases:canvas": RouteRow(visible_to=READERS, args=canvas),
    "canvases:edit_canvas": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=canvas),
    "canvases:share_canvas": RouteRow(visible_to=READERS, usable_by="SCP", post=True, args=canvas),
    "canvases:copy_canvas": RouteRow(visible_to=READERS, usable_by=WORKERS, post=True, args=canvas),
    "canvases:export_canvas": RouteRow(visible_to=READERS, args=canvas),
    "canvases:canvas_history": RouteRow(visible_to=READERS, args=canvas),
    "comments:canvas_comments": RouteRow(visible_to=READERS, args=canvas),
    "comments:comment_on_canvas": RouteRow(visible_to=READERS, usable_by=SPEAKERS, post=True, args=canvas),
    "canvases:write_cell": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=cell_args),
    "canvases:add_step": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=canvas),
    "canvases:rename_step": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=step),
    "canvases:move_step": RouteRow(visible_to=READERS, usable_by="SCDP", get=False, post=True, args=move),
    "canvases:remove_step": RouteRow(visible_to=READERS, usable_by="SCDP", post=True, args=step),
    "canvases:restore_step": RouteRow(visible_to=READERS, usable_by="SCDP", get=False, post=True, args=removed_step),
    "canvases:restore_text": RouteRow(visible_to=READERS, usable_by="SCDP", get=False, post=True, args=emptied),
}

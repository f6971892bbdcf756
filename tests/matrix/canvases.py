"""Routes of canvases: as the other work of a cohort; whoever reads one in a cohort may duplicate it into one's own."""

from typing import Any

from canvases.models import Canvas, CanvasCell, CanvasStep
from tests.factories.canvases import drawn
from tests.factories.cast import Cast
from tests.matrix import Row
from tests.matrix.prototypes import READERS, SPEAKERS, WORKERS, cohort


def a_canvas(cast: Cast) -> Canvas:
    """Made by the pilot: an ambassador may not edit it."""
    return drawn(2, cohort=cast.cohort, made_by=cast["P"])


def canvas(cast: Cast) -> list[Any]:
    return [a_canvas(cast).pk]


def step(cast: Cast) -> list[Any]:
    row = a_canvas(cast)
    return [row.pk, row.steps.get(position=1).pk]


def move(cast: Cast) -> list[Any]:
    return [*step(cast), "later"]


def place(cast: Cast) -> list[Any]:
    return [*step(cast), "frontstage"]


def removed_step(cast: Cast) -> list[Any]:
    args = step(cast)
    CanvasStep.objects.get(pk=args[1]).delete()
    CanvasStep.objects.filter(canvas=args[0]).update(position=1)
    return args


def emptied(cast: Cast) -> list[Any]:
    args = place(cast)
    CanvasCell.objects.filter(step=args[1], lane=args[2]).update(text="", assumption=False, version=2)
    return [*args, 2]


ROUTES: dict[str, Row] = {
    "canvases:canvas_list": Row(see=READERS, args=cohort),
    "canvases:add_canvas": Row(see=READERS, act=WORKERS, post=True, args=cohort),
    "canvases:import_canvas": Row(see=READERS, act=WORKERS, post=True, args=cohort),
    "canvases:canvas_schema": Row(),
    "canvases:canvas": Row(see=READERS, args=canvas),
    "canvases:edit_canvas": Row(see=READERS, act="SCDP", post=True, args=canvas),
    "canvases:share_canvas": Row(see=READERS, act="SCP", post=True, args=canvas),
    "canvases:copy_canvas": Row(see=READERS, act=WORKERS, post=True, args=canvas),
    "canvases:export_canvas": Row(see=READERS, args=canvas),
    "canvases:canvas_history": Row(see=READERS, args=canvas),
    "comments:canvas_comments": Row(see=READERS, args=canvas),
    "comments:comment_on_canvas": Row(see=READERS, act=SPEAKERS, post=True, args=canvas),
    "canvases:write_cell": Row(see=READERS, act="SCDP", post=True, args=place),
    "canvases:add_step": Row(see=READERS, act="SCDP", post=True, args=canvas),
    "canvases:name_step": Row(see=READERS, act="SCDP", post=True, args=step),
    "canvases:move_step": Row(see=READERS, act="SCDP", get=False, post=True, args=move),
    "canvases:remove_step": Row(see=READERS, act="SCDP", post=True, args=step),
    "canvases:restore_step": Row(see=READERS, act="SCDP", get=False, post=True, args=removed_step),
    "canvases:restore_text": Row(see=READERS, act="SCDP", get=False, post=True, args=emptied),
}

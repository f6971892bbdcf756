"""Routes of canvases: as the other work of a cohort; whoever reads one in a cohort may duplicate it into one's own."""

from typing import Any

from prototypes.models import Canvas, CanvasCell, CanvasStep
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
    "prototypes:canvas_list": Row(see=READERS, args=cohort),
    "prototypes:add_canvas": Row(see=READERS, act=WORKERS, post=True, args=cohort),
    "prototypes:import_canvas": Row(see=READERS, act=WORKERS, post=True, args=cohort),
    "prototypes:canvas_schema": Row(),
    "prototypes:canvas": Row(see=READERS, args=canvas),
    "prototypes:edit_canvas": Row(see=READERS, act="SCDP", post=True, args=canvas),
    "prototypes:share_canvas": Row(see=READERS, act="SCP", post=True, args=canvas),
    "prototypes:copy_canvas": Row(see=READERS, act=WORKERS, post=True, args=canvas),
    "prototypes:export_canvas": Row(see=READERS, args=canvas),
    "prototypes:canvas_history": Row(see=READERS, args=canvas),
    "prototypes:canvas_comments": Row(see=READERS, args=canvas),
    "prototypes:comment_on_canvas": Row(see=READERS, act=SPEAKERS, post=True, args=canvas),
    "prototypes:write_cell": Row(see=READERS, act="SCDP", post=True, args=place),
    "prototypes:add_step": Row(see=READERS, act="SCDP", post=True, args=canvas),
    "prototypes:name_step": Row(see=READERS, act="SCDP", post=True, args=step),
    "prototypes:move_step": Row(see=READERS, act="SCDP", get=False, post=True, args=move),
    "prototypes:remove_step": Row(see=READERS, act="SCDP", post=True, args=step),
    "prototypes:restore_step": Row(see=READERS, act="SCDP", get=False, post=True, args=removed_step),
    "prototypes:restore_text": Row(see=READERS, act="SCDP", get=False, post=True, args=emptied),
}

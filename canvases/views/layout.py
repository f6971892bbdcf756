"""How a canvas is laid out: sections, and bands of lanes by steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from canvases.canvas_schema import CellState, Lane, lane_of
from canvases.models import Canvas, CanvasCell, CanvasStep

ABREAST = 10  # steps side by side, on the screen and on A3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands or could stand."""

    canvas: Canvas
    lane: Lane
    step: CanvasStep | None
    cell: CanvasCell | None

    @property
    def key(self) -> str:
        return f"text-{self.step.pk if self.step else 0}-{self.lane.slug}"

    @property
    def href(self) -> str:
        return reverse("canvases:write_cell", args=[self.canvas.pk, self.step.pk if self.step else 0, self.lane.slug])

    @property
    def back(self) -> str:
        return f"{self.canvas.get_absolute_url()}#{self.key}"

    @property
    def standing(self) -> CellState | None:
        found = getattr(self.cell, "standing", "")
        return CellState(found) if found else None

    @property
    def word(self) -> StrOrPromise:
        """The level in words."""
        return self.lane.word(self.cell.level) if self.cell else ""


@dataclass(frozen=True, slots=True)
class Row:
    lane: Lane
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Band:
    """Steps that stand side by side, and what is said at each, lane by lane."""

    steps: Sequence[CanvasStep]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Layout:
    """`first` and `last` step cannot move further that way."""

    sections: Sequence[Place]
    bands: Sequence[Band]
    first: CanvasStep | None
    last: CanvasStep | None


Cells = Mapping[tuple[int | None, str], CanvasCell]


def layout(canvas: Canvas) -> Layout:
    """Everything the page shows, in two statements however long the canvas is."""
    steps = list(canvas.steps.order_by("position"))
    cells = {(cell.step_id, cell.lane): cell for cell in canvas.cells.with_standing()}
    sections = [Place(canvas, lane, None, cells.get((None, lane.slug))) for lane in canvas.pattern.sections]
    bands = [_band(canvas, steps[at : at + ABREAST], cells) for at in range(0, len(steps), ABREAST)]
    return Layout(sections, bands, steps[0] if steps else None, steps[-1] if steps else None)


def _band(canvas: Canvas, steps: Sequence[CanvasStep], cells: Cells) -> Band:
    rows = [
        Row(lane, [Place(canvas, lane, step, cells.get((step.pk, lane.slug))) for step in steps])
        for lane in canvas.pattern.lanes
    ]
    return Band(steps, rows)


def place_at(canvas: Canvas, step: int, slug: str) -> Place:
    """Raises Http404 for a place that the canvas does not have; `step` is 0 for a section."""
    lane = lane_of(canvas.kind, slug, at_step=bool(step))
    if lane is None:
        raise Http404
    row = get_object_or_404(canvas.steps, pk=step) if step else None
    return Place(canvas, lane, row, canvas.cells.with_standing().filter(step=row, lane=slug).first())

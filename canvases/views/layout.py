"""The layout of a canvas page: sections, and bands of steps with a row for each lane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from accounts.models import User
from canvases.canvas_schema import CellState, Lane, lane_of
from canvases.models import Canvas, CanvasCell, CanvasStep

STEPS_PER_BAND = 10  # side by side, on the screen and on A3


@dataclass(frozen=True, slots=True)
class CellSlot:
    """A cell of the page: a section, or a lane at a step; `cell` is None while nothing is written there."""

    canvas: Canvas
    lane: Lane
    step: CanvasStep | None
    cell: CanvasCell | None

    @property
    def key(self) -> str:
        """Return the HTML id of the cell on the page of its canvas, like "text-12-doing"; the number is the step's key
        or 0.
        """
        return f"text-{self.step.pk if self.step else 0}-{self.lane.slug}"

    @property
    def href(self) -> str:
        """Return the URL of the form to write in the cell."""
        return reverse("canvases:write_cell", args=[self.canvas.pk, self.step.pk if self.step else 0, self.lane.slug])

    @property
    def page_url(self) -> str:
        """Return the URL of the cell on the page of its canvas."""
        return f"{self.canvas.get_absolute_url()}#{self.key}"

    @property
    def state(self) -> CellState | None:
        """Return the state of the text from its evidence, such as an assumption; None while the cell is empty."""
        state = getattr(self.cell, "cell_state", "")
        return CellState(state) if state else None

    @property
    def level_label(self) -> StrOrPromise:
        """Return the label of the level chosen for the cell; empty without a level."""
        return self.lane.level_label(self.cell.level) if self.cell else ""


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One lane across the steps of a band, with a cell for each step."""

    lane: Lane
    slots: Sequence[CellSlot]


@dataclass(frozen=True, slots=True)
class StepBand:
    """Steps that stand side by side on the page, at most ten, with a row of cells for each lane."""

    steps: Sequence[CanvasStep]
    rows: Sequence[LaneRow]


@dataclass(frozen=True, slots=True)
class CanvasLayout:
    """The sections and bands of steps on the page of a canvas.

    The `first` step cannot move further left, the `last` one not further right; both are None without steps.
    """

    sections: Sequence[CellSlot]
    bands: Sequence[StepBand]
    first: CanvasStep | None
    last: CanvasStep | None


Cells = Mapping[tuple[int | None, str], CanvasCell]


def layout(canvas: Canvas, reader: User | None = None) -> CanvasLayout:
    """Return the sections and steps of a canvas with their cells, as its page shows them (two statements).

    With a `reader`, the cells have what this person may read of the notes and insights that they cite.

    Steps are in bands of at most ten, side by side.
    """
    steps = list(canvas.steps.order_by("position"))
    rows = canvas.cells.with_state()
    cells = {(cell.step_id, cell.lane): cell for cell in (rows.with_field_evidence(reader) if reader else rows)}
    sections = [CellSlot(canvas, lane, None, cells.get((None, lane.slug))) for lane in canvas.pattern.sections]
    starts = range(0, len(steps), STEPS_PER_BAND)
    bands = [_band(canvas, steps[start : start + STEPS_PER_BAND], cells) for start in starts]
    return CanvasLayout(sections, bands, steps[0] if steps else None, steps[-1] if steps else None)


def _band(canvas: Canvas, steps: Sequence[CanvasStep], cells: Cells) -> StepBand:
    """Return these steps as one band of the page: side by side, with a row of cells for each lane.

    `cells` holds the written cells of the canvas by key of the step and slug of the lane.
    """
    rows = [
        LaneRow(lane, [CellSlot(canvas, lane, step, cells.get((step.pk, lane.slug))) for step in steps])
        for lane in canvas.pattern.lanes
    ]
    return StepBand(steps, rows)


def slot_at(canvas: Canvas, step: int, slug: str, reader: User) -> CellSlot:
    """Return the cell of a canvas for a page that the `reader` sees: in the lane `slug`, at a step given by its key (0
    for a section).

    Nobody has to have written in it. Raises Http404 when this kind of canvas has no such cell, or when the step was
    removed.
    """
    lane = lane_of(canvas.kind, slug, at_step=bool(step))
    if lane is None:
        raise Http404
    row = get_object_or_404(canvas.steps, pk=step) if step else None
    cells = canvas.cells.with_state().with_field_evidence(reader)
    return CellSlot(canvas, lane, row, cells.filter(step=row, lane=slug).first())

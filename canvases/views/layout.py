"""The layout of a canvas page: sections, and bands of steps with a row for each lane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from canvases.canvas_schema import CellState, Lane, lane_of
from canvases.models import Canvas, CanvasCell, CanvasStep
from web.database.prepared import TextArgument, prepared
from web.site_addresses import cached_reverse

STEPS_PER_BAND = 10  # side by side, on the screen and on A3
MAX_TEST_CHARACTERS = 60  # of the hypothesis of a test that a cell cites
CELL_COLUMNS = ("step", "lane", "text", "level", "note", "insight")
EVIDENCE_COLUMNS = ("session__title", "session__kind", "session__number", "trial__hypothesis", "trial__measure")


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """A link to what a text cites: a session, a test, a field note or an insight."""

    href: str
    text: str


@dataclass(frozen=True)
class CellSlot:
    """A cell of the page: a section, or a lane at a step; `cell` is None while nothing is written there."""

    canvas: Canvas
    lane: Lane
    step: CanvasStep | None
    cell: CanvasCell | None

    @property
    def step_key(self) -> int:
        """Return the key of the step, 0 for a section."""
        return self.step.pk if self.step else 0

    @cached_property
    def key(self) -> str:
        """Return the HTML id of the cell on the page of its canvas, like "text-12-doing"; the number is the step's key
        or 0.
        """
        return f"text-{self.step_key}-{self.lane.slug}"

    @cached_property
    def href(self) -> str:
        """Return the URL of the form to write in the cell."""
        return cached_reverse("canvases:write_cell", self.canvas.pk, self.step_key, self.lane.slug)

    @property
    def page_url(self) -> str:
        """Return the URL of the cell on the page of its canvas."""
        return f"{self.canvas.get_absolute_url()}#{self.key}"

    @cached_property
    def state(self) -> CellState | None:
        """Return the state of the text from its evidence, such as an assumption; None while the cell is empty."""
        state = getattr(self.cell, "cell_state", "")
        return CellState(state) if state else None

    @cached_property
    def level_label(self) -> StrOrPromise:
        """Return the label of the level chosen for the cell; empty without a level."""
        return self.lane.level_label(self.cell.level) if self.cell else ""

    @cached_property
    def evidence(self) -> EvidenceLink | None:
        """Return the link to what the text cites; None for an assumption, and for what the reader may not open.

        The cell has the columns of `with_field_evidence`, the canvas has `cohort_opens`.
        """
        canvas: Any = self.canvas
        cell: Any = self.cell
        if cell is None:
            return None
        if cell.field_title is not None:
            return EvidenceLink(_field_url(canvas, cell), cell.field_title or _("note without text"))
        if not canvas.cohort_opens:
            return None
        if cell.session:
            return EvidenceLink(cell.session.get_absolute_url(), str(cell.session))
        if cell.trial:
            text = Truncator(str(cell.trial)).chars(MAX_TEST_CHARACTERS)
            return EvidenceLink(cell.trial.get_absolute_url(), text)
        return None

    @property
    def is_withdrawn(self) -> bool:
        """Return whether the text cites a note or insight that was withdrawn, or whose consent has ended."""
        return bool(getattr(self.cell, "is_withdrawn", False))


def _field_url(canvas: Canvas, cell: CanvasCell) -> str:
    """Return the URL of the field note or insight that the cell cites."""
    if cell.note_id:
        return cached_reverse("fieldwork:note_page", cell.note_id)
    return f"{cached_reverse('fieldwork:board', canvas.cohort.slug)}#insight-{cell.insight_id}"


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One lane across the steps of a band, with a cell for each step."""

    lane: Lane
    slots: Sequence[CellSlot]


@dataclass(frozen=True, slots=True)
class StepHeading:
    """A step above its cells, with the URLs that change it: the first cannot move earlier, the last not later."""

    step: CanvasStep
    rename_href: str
    earlier_href: str
    later_href: str
    remove_href: str


@dataclass(frozen=True, slots=True)
class StepBand:
    """Steps that stand side by side on the page, at most ten, with a row of cells for each lane."""

    headings: Sequence[StepHeading]
    rows: Sequence[LaneRow]


@dataclass(frozen=True, slots=True)
class CanvasLayout:
    """The sections and bands of steps on the page of a canvas."""

    sections: Sequence[CellSlot]
    bands: Sequence[StepBand]

    @property
    def traits(self) -> list[tuple[StepHeading, CellSlot]]:
        """Return each step with its only cell, for a kind of canvas with one lane."""
        return [pair for band in self.bands for pair in zip(band.headings, band.rows[0].slots, strict=True)]


Cells = Mapping[tuple[int | None, str], CanvasCell]


def layout(canvas: Canvas, reader: User | None = None) -> CanvasLayout:
    """Return the sections and steps of a canvas with their cells, as its page shows them (two statements).

    With a `reader`, the cells have what this person may read of the notes and insights that they cite.

    Steps are in bands of at most ten, side by side.
    """
    steps = _steps(canvas.pk)
    headings = [_heading(canvas, step, is_first=step is steps[0], is_last=step is steps[-1]) for step in steps]
    cells = {(cell.step_id, cell.lane): cell for cell in _cells(canvas.pk, reader)}
    sections = [CellSlot(canvas, lane, None, cells.get((None, lane.slug))) for lane in canvas.pattern.sections]
    starts = range(0, len(headings), STEPS_PER_BAND)
    bands = [_band(canvas, headings[start : start + STEPS_PER_BAND], cells) for start in starts]
    return CanvasLayout(sections, bands)


@prepared
def _steps(canvas_id: int) -> QuerySet[CanvasStep]:
    """Return the steps of a canvas, in their order."""
    return CanvasStep.objects.filter(canvas=canvas_id).order_by("position")


@prepared
def _cells(canvas_id: int, reader: User | None) -> QuerySet[CanvasCell]:
    """Return the cells of a canvas, with the columns that its page shows.

    With a `reader`, also what this person may read of the notes and insights that they cite.
    """
    rows = CanvasCell.objects.filter(canvas=canvas_id).with_state()
    rows = rows.with_field_evidence(reader) if reader else rows
    # Without the editor, whom `with_state` reads along: the page does not show who wrote a cell.
    rows = rows.select_related(None).select_related("session", "trial")
    return rows.only(*CELL_COLUMNS, *EVIDENCE_COLUMNS)


def _heading(canvas: Canvas, step: CanvasStep, *, is_first: bool, is_last: bool) -> StepHeading:
    """Return a step of the canvas with the URLs that change it; "" for a move that is not possible."""
    keys = (canvas.pk, step.pk)
    return StepHeading(
        step,
        rename_href=cached_reverse("canvases:rename_step", *keys),
        earlier_href="" if is_first else cached_reverse("canvases:move_step", *keys, "earlier"),
        later_href="" if is_last else cached_reverse("canvases:move_step", *keys, "later"),
        remove_href=cached_reverse("canvases:remove_step", *keys),
    )


def _band(canvas: Canvas, headings: Sequence[StepHeading], cells: Cells) -> StepBand:
    """Return these steps as one band of the page: side by side, with a row of cells for each lane.

    `cells` holds the written cells of the canvas by key of the step and slug of the lane.
    """
    rows = [
        LaneRow(lane, [CellSlot(canvas, lane, row.step, cells.get((row.step.pk, lane.slug))) for row in headings])
        for lane in canvas.pattern.lanes
    ]
    return StepBand(headings, rows)


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
    return CellSlot(canvas, lane, row, next(iter(_cell(reader, canvas.pk, step or None, TextArgument(slug))), None))


@prepared
def _cell(reader: User, canvas: int, step: int | None, lane: TextArgument) -> QuerySet[CanvasCell]:
    """Return what is written in a cell; `canvas` and `step` are keys, `step` None for a section."""
    cells = CanvasCell.objects.filter(canvas=canvas, step=step, lane=lane)
    return cells.with_state().with_field_evidence(reader)

"""Layout of a format's phases on a line of months. Pure: months in, coordinates out.

Coordinates are whole units of a drawing `WIDTH` wide; phases that share a month are drawn below one another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

WIDTH = 1080
LANE_HEIGHT = 38
TICKS_HEIGHT = 24
CHARACTER_WIDTH = 7
MAX_TICKS = 12
SHADES = 4
TICK_STEPS = (1, 2, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Span:
    """A phase of a format to draw, from the start of month `start` (0 is the first) to the start of month `end`."""

    start: int
    end: int
    label: StrOrPromise


@dataclass(frozen=True, slots=True)
class MonthLineBand:
    """The rectangle of a phase in the drawing.

    `shade` 1 to 4 distinguishes neighbours; `label_fits` says whether the label fits inside.
    """

    span: Span
    x: int
    y: int
    width: int
    shade: int
    label_fits: bool


@dataclass(frozen=True, slots=True)
class MonthTick:
    """A mark on the line of months: the number of the month and its horizontal position."""

    month: int
    x: int


@dataclass(frozen=True, slots=True)
class MonthLine:
    """The drawing of a format: the rectangles of its phases, the marks of the months, and its size."""

    bands: tuple[MonthLineBand, ...]
    ticks: tuple[MonthTick, ...]
    height: int
    width: int = WIDTH


def month_line(spans: Sequence[Span], months: int) -> MonthLine:
    """Return the drawing of a format's phases on a line of its `months`, as positions in whole units of the drawing.

    A phase that ends after the last month lengthens the line. Phases that overlap are drawn below one another.
    """
    last = max([months, 1, *(span.end for span in spans)])
    lanes = _lanes(spans)
    numbered = enumerate(zip(spans, lanes, strict=True), start=1)
    bands = tuple(_band(span, last, lane, min(order, SHADES)) for order, (span, lane) in numbered)
    height = TICKS_HEIGHT + LANE_HEIGHT * (max(lanes, default=0) + 1)
    return MonthLine(bands, tuple(_ticks(last)), height)


def _month_position(month: int, last: int) -> int:
    """Return the horizontal position of the start of a month on a line that ends with month `last`, in units of the
    drawing.
    """
    return round(WIDTH * month / last)


def _band(span: Span, last: int, lane: int, shade: int) -> MonthLineBand:
    """Return the rectangle of a phase on a line that ends with month `last`.

    `lane` is its row in the drawing, from 0 at the top; `shade`, from 1 to 4, tells it apart from its neighbours.
    """
    x = _month_position(span.start, last)
    width = _month_position(span.end, last) - x
    fits = len(str(span.label)) * CHARACTER_WIDTH + 16 <= width
    return MonthLineBand(span, x, TICKS_HEIGHT + LANE_HEIGHT * lane, width, shade, fits)


def _lanes(spans: Iterable[Span]) -> list[int]:
    """Return the row of the drawing for each phase: the first row, from 0, on which it overlaps no earlier phase."""
    free: list[int] = []
    lanes = []
    for span in spans:
        lane = next((lane for lane, end in enumerate(free) if end <= span.start), len(free))
        free[lane : lane + 1] = [span.end]
        lanes.append(lane)
    return lanes


def _ticks(last: int) -> Iterable[MonthTick]:
    """Return marks at regular months, from 0 to before month `last`: every 1, 2, 3, 6 or 12 months, so that there are
    few.

    There are at most 12 on a line of up to twelve years.
    """
    step = next((step for step in TICK_STEPS if last <= step * MAX_TICKS), TICK_STEPS[-1])
    return (MonthTick(month, _month_position(month, last)) for month in range(0, last, step))

"""Places the phases of a format on a line of months. Pure: months in, coordinates out.

Coordinates are whole units of a drawing `WIDTH` wide; phases that share a month stand below one another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

WIDTH = 1080
LANE_HEIGHT = 38
TICKS_HEIGHT = 24
LETTER_WIDTH = 7
MOST_TICKS = 12
SHADES = 4
TICK_STEPS = (1, 2, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Span:
    """A phase from the start of month `start` (0 is the first) to the start of month `end`."""

    start: int
    end: int
    label: StrOrPromise


@dataclass(frozen=True, slots=True)
class Band:
    """`shade` 1 to 4 tells neighbours apart; `label_fits` says whether the label can be written inside."""

    span: Span
    x: int
    y: int
    width: int
    shade: int
    label_fits: bool


@dataclass(frozen=True, slots=True)
class Tick:
    month: int
    x: int


@dataclass(frozen=True, slots=True)
class MonthLine:
    bands: tuple[Band, ...]
    ticks: tuple[Tick, ...]
    height: int
    width: int = WIDTH


def month_line(spans: Sequence[Span], months: int) -> MonthLine:
    """The drawing of a format that lasts `months`; a phase that goes beyond lengthens the line."""
    last = max([months, 1, *(span.end for span in spans)])
    lanes = _lanes(spans)
    placed = enumerate(zip(spans, lanes, strict=True), start=1)
    bands = tuple(_band(span, last, lane, min(order, SHADES)) for order, (span, lane) in placed)
    height = TICKS_HEIGHT + LANE_HEIGHT * (max(lanes, default=0) + 1)
    return MonthLine(bands, tuple(_ticks(last)), height)


def _x(month: int, last: int) -> int:
    return round(WIDTH * month / last)


def _band(span: Span, last: int, lane: int, shade: int) -> Band:
    x = _x(span.start, last)
    width = _x(span.end, last) - x
    fits = len(str(span.label)) * LETTER_WIDTH + 16 <= width
    return Band(span, x, TICKS_HEIGHT + LANE_HEIGHT * lane, width, shade, fits)


def _lanes(spans: Iterable[Span]) -> list[int]:
    """The first line that is free when each phase starts."""
    free: list[int] = []
    lanes = []
    for span in spans:
        lane = next((lane for lane, end in enumerate(free) if end <= span.start), len(free))
        free[lane : lane + 1] = [span.end]
        lanes.append(lane)
    return lanes


def _ticks(last: int) -> Iterable[Tick]:
    step = next((step for step in TICK_STEPS if last <= step * MOST_TICKS), TICK_STEPS[-1])
    return (Tick(month, _x(month, last)) for month in range(0, last, step))

"""Places phases, sessions, exchanges and deadlines on one line of time. Pure: dates in, coordinates out.

Coordinates are whole units of the drawing's view box, `WIDTH` wide; dates outside the line are left out or cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WIDTH = 1080
LABEL_WIDTH = 170
ROW_HEIGHT = 52
DOT_DROP = 38
DOT_RADIUS = 4
TICKS_HEIGHT = 24
MARKS_HEIGHT = 22
LANE_HEIGHT = 18
LETTER_WIDTH = 7
LONGEST_LABEL = 22
IN_BRACKETS = re.compile(r"(?<=\S)\s*\([^()]*\)$")
MOST_TICKS = 8
TICK_ROOM = 40
TICK_STEPS = (1, 2, 3, 4, 6, 12, 24, 60, 120)

LineKind = Literal["today", "milestone"]


@dataclass(frozen=True, slots=True)
class Band:
    """A phase, both days included; `shade` 1 (light) to 3 (strong), 4 for a phase apart."""

    start: date
    end: date
    label: StrOrPromise
    shade: int = 1


@dataclass(frozen=True, slots=True)
class Dot:
    """A session; `filled` once it was held."""

    day: date
    label: StrOrPromise
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """An exchange across all rows: a numbered yellow note."""

    day: date
    number: str
    label: StrOrPromise


@dataclass(frozen=True, slots=True)
class Line:
    """Today, or a deadline."""

    day: date
    label: StrOrPromise
    kind: LineKind = "milestone"


@dataclass(frozen=True, slots=True)
class Row:
    """A cohort; `href` makes its name a link."""

    label: StrOrPromise = ""
    bands: Sequence[Band] = ()
    dots: Sequence[Dot] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class PlacedBand:
    band: Band
    x: int
    y: int
    width: int
    text_x: int
    text_y: int
    label_fits: bool


@dataclass(frozen=True, slots=True)
class PlacedDot:
    dot: Dot
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class PlacedMark:
    mark: Mark
    x: int


@dataclass(frozen=True, slots=True)
class PlacedLine:
    line: Line
    x: int
    text_x: int
    text_y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """`label` is the name as it is drawn; the table below has it whole."""

    row: Row
    label: str
    text_y: int
    bands: tuple[PlacedBand, ...]
    dots: tuple[PlacedDot, ...]

    @property
    def filled_dots(self) -> str:
        """One path that draws the sessions that were held."""
        return self._circles(filled=True)

    @property
    def open_dots(self) -> str:
        """One path that draws the sessions to come."""
        return self._circles(filled=False)

    def _circles(self, *, filled: bool) -> str:
        return "".join(circle(item.x, item.y) for item in self.dots if item.dot.filled is filled)


def circle(x: int, y: int) -> str:
    """A circle as a piece of a path: many in one element weigh a fifth of an element each."""
    r = DOT_RADIUS
    return f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0"


@dataclass(frozen=True, slots=True)
class Tick:
    """The first of a month; its year is written at the first tick and in January."""

    day: date
    x: int
    with_year: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything the template draws."""

    width: int
    height: int
    top: int
    bottom: int
    mark_y: int
    rows: tuple[PlacedRow, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[PlacedMark, ...]
    lines: tuple[PlacedLine, ...]
    left: int = 0

    @property
    def named(self) -> bool:
        """True when the rows have names, and the drawing a column for them, `left` wide."""
        return self.left > 0

    @property
    def drawn_width(self) -> int:
        """How wide the drawing is beside the names."""
        return self.width - self.left


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows on one scale from `first` to `last`, by default just wide enough for everything given."""

    rows: Sequence[Row]
    marks: Sequence[Mark] = ()
    lines: Sequence[Line] = ()
    first: date | None = None
    last: date | None = None

    def layout(self) -> Layout:
        """Raises ValueError when there is no date to draw."""
        days = list(self._days())
        if not days:
            raise ValueError("A time line needs at least one date")
        left = LABEL_WIDTH if self._named() else 0
        scale = Scale(self.first or min(days), self.last or max(days), left)
        top = TICKS_HEIGHT + (MARKS_HEIGHT if self.marks else 0)
        bottom = top + ROW_HEIGHT * len(self.rows)
        lines = place_lines(self.lines, scale, bottom)
        lowest = max((line.text_y for line in lines), default=bottom)
        return Layout(
            width=WIDTH,
            height=lowest + 8,
            top=TICKS_HEIGHT,
            bottom=bottom,
            mark_y=TICKS_HEIGHT,
            rows=tuple(
                place_row(row, label, scale, top + ROW_HEIGHT * index)
                for index, (row, label) in enumerate(zip(self.rows, drawn_names(self.rows), strict=True))
            ),
            ticks=place_ticks(scale),
            marks=tuple(PlacedMark(mark, scale.x(mark.day)) for mark in self.marks if scale.shows(mark.day)),
            lines=lines,
            left=left,
        )

    def _named(self) -> bool:
        return any(row.label for row in self.rows)

    def _days(self) -> Iterator[date]:
        for row in self.rows:
            for band in row.bands:
                yield from (band.start, band.end)
            yield from (dot.day for dot in row.dots)
        yield from (mark.day for mark in self.marks)
        yield from (line.day for line in self.lines)


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to units, from `left` to the right edge, with room for half a note on each side."""

    first: date
    last: date
    left: int
    margin: int = field(default=16)

    def x(self, day: date) -> int:
        span = max((self.last - self.first).days, 1)
        room = WIDTH - self.left - 2 * self.margin
        return self.left + self.margin + round(room * (day - self.first).days / span)

    def shows(self, day: date) -> bool:
        return self.first <= day <= self.last

    def within(self, day: date) -> date:
        return min(max(day, self.first), self.last)


def drawn_names(rows: Sequence[Row]) -> list[str]:
    """Names as the drawing has room for them: what stands in brackets at their end is left out where all can still
    be told apart, and the rest is cut where it would run into the bands."""
    whole = [str(row.label) for row in rows]
    short = [IN_BRACKETS.sub("", name) for name in whole]
    return [cut(name) for name in (short if len(set(short)) == len(set(whole)) else whole)]


def cut(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"


def place_row(row: Row, label: str, scale: Scale, y: int) -> PlacedRow:
    bands = (place_band(band, scale, y) for band in row.bands if band.end >= scale.first and band.start <= scale.last)
    dots = (PlacedDot(dot, scale.x(dot.day), y + DOT_DROP) for dot in row.dots if scale.shows(dot.day))
    return PlacedRow(row, label, y + 20, tuple(bands), tuple(dots))


def place_band(band: Band, scale: Scale, y: int) -> PlacedBand:
    """A band cut to the line; its label is written only where it fits (the table below always has it)."""
    x = scale.x(scale.within(band.start))
    width = max(scale.x(scale.within(band.end)) - x, 2)
    fits = len(str(band.label)) * LETTER_WIDTH + 16 <= width
    return PlacedBand(band, x, y, width, x + 8, y + 20, fits)


def month_firsts(first: date, last: date) -> list[date]:
    """Every first of a month from `first` to `last`."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    firsts = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [day for day in firsts if day >= first]


def place_ticks(scale: Scale) -> tuple[Tick, ...]:
    """At most eight months, evenly apart and falling on January where they can; none too near the right edge."""
    firsts = month_firsts(scale.first, scale.last)
    step = next((step for step in TICK_STEPS if len(firsts) <= step * MOST_TICKS), TICK_STEPS[-1])
    shown = [day for day in firsts if (day.month - 1 + 12 * day.year) % step == 0 and scale.x(day) <= WIDTH - TICK_ROOM]
    return tuple(Tick(day, scale.x(day), index == 0 or day.month == 1) for index, day in enumerate(shown))


def anchored_left(line: Line, others: Sequence[Line], scale: Scale, width: int) -> bool:
    """True when the label must stand left of its line: at the right edge, or where the next line would cut it."""
    x = scale.x(line.day)
    cut = any(x < scale.x(other.day) <= x + width + 6 for other in others)
    return x + width + 6 > WIDTH or (cut and x - width - 6 >= scale.left)


def place_lines(lines: Sequence[Line], scale: Scale, bottom: int) -> tuple[PlacedLine, ...]:
    """Labels below the rows, one lane lower where two would touch."""
    shown = sorted((line for line in lines if scale.shows(line.day)), key=lambda line: line.day)
    placed: list[PlacedLine] = []
    ends: list[int] = []  # where the last label of each lane ends
    for line in shown:
        x, width = scale.x(line.day), len(str(line.label)) * LETTER_WIDTH
        left = anchored_left(line, shown, scale, width)
        begins = x - width - 6 if left else x
        lane = next((lane for lane, end in enumerate(ends) if end <= begins), len(ends))
        ends[lane : lane + 1] = [begins + width + 6]
        text_x, anchor = (x - 6, "end") if left else (x + 6, "start")
        placed.append(PlacedLine(line, x, text_x, bottom + LANE_HEIGHT * lane + 12, anchor))
    return tuple(placed)

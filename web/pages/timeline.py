"""Compute the coordinates of phases, sessions, exchanges and deadlines on one timeline, without side effects.

Coordinates are whole units of the SVG view box, which is `WIDTH` wide; dates outside the timeline are left out or cut.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from django_stubs_ext import StrOrPromise

WIDTH = 1080
LABEL_WIDTH = 170
ROW_HEIGHT = 52
BAND_HEIGHT = 30
DOT_DROP = 38
DOT_RADIUS = 4
TICKS_HEIGHT = 24
MARKS_HEIGHT = 22
LABEL_ROW_HEIGHT = 18
CHARACTER_WIDTH = 7
MAX_LABEL_CHARACTERS = 22
IN_BRACKETS = re.compile(r"(?<=\S)\s*\([^()]*\)$")
MAX_TICKS = 8
TICK_MARGIN = 40
TICK_STEPS = (1, 2, 3, 4, 6, 12, 24, 60, 120)

LineKind = Literal["today", "milestone"]


@dataclass(frozen=True, slots=True)
class TimelineBand:
    """A phase of a cohort on the timeline, both dates included.

    `shade` is 1 (light) to 3 (strong), or 4 for a phase that stands out.
    """

    start: date
    end: date
    label: StrOrPromise
    shade: int = 1


@dataclass(frozen=True, slots=True)
class SessionDot:
    """A session as a dot on its cohort's row of the timeline; `filled` when it was held."""

    day: date
    label: StrOrPromise
    filled: bool = False


@dataclass(frozen=True, slots=True)
class ExchangeMark:
    """An exchange as a numbered yellow note above the rows of the timeline."""

    day: date
    number: str
    label: StrOrPromise


@dataclass(frozen=True, slots=True)
class DateLine:
    """A vertical line across the timeline: today, or a deadline."""

    day: date
    label: StrOrPromise
    kind: LineKind = "milestone"


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """The row of a cohort on the timeline; with `href`, its name is a link."""

    label: StrOrPromise = ""
    bands: Sequence[TimelineBand] = ()
    dots: Sequence[SessionDot] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class PlacedTimelineBand:
    band: TimelineBand
    x: int
    y: int
    width: int
    text_x: int
    text_y: int
    label_fits: bool

    @property
    def path(self) -> str:
        """The band as an SVG path."""
        return f"M{self.x} {self.y}h{self.width}v{BAND_HEIGHT}h-{self.width}z"


@dataclass(frozen=True, slots=True)
class PlacedSessionDot:
    dot: SessionDot
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class PlacedExchangeMark:
    mark: ExchangeMark
    x: int


@dataclass(frozen=True, slots=True)
class PlacedDateLine:
    line: DateLine
    x: int
    text_x: int
    text_y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class PlacedTimelineRow:
    """A row with its coordinates; `label` is the name as it fits; the table below the timeline has it in full."""

    row: TimelineRow
    label: str
    text_y: int
    bands: tuple[PlacedTimelineBand, ...]
    dots: tuple[PlacedSessionDot, ...]

    @property
    def filled_dots(self) -> str:
        """The dots of the row's sessions that were held, as one SVG path; "" without any."""
        return self._circles(filled=True)

    @property
    def open_dots(self) -> str:
        """The dots of the row's sessions that were not held, as one SVG path; "" without any."""
        return self._circles(filled=False)

    def _circles(self, *, filled: bool) -> str:
        """Return the dots of the row's sessions that were held (`filled`) or were not, as one SVG path;
        "" without any.
        """
        return "".join(circle(item.x, item.y) for item in self.dots if item.dot.filled is filled)


def circle(x: int, y: int) -> str:
    """Return a circle around the point (`x`, `y`), of the radius of a session's dot, as part of an SVG path.

    One path of many circles is a fifth of the size of many elements.
    """
    r = DOT_RADIUS
    return f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0"


@dataclass(frozen=True, slots=True)
class TimelineTick:
    """The first day of a month on the scale; the year is written at the first tick and in January."""

    day: date
    x: int
    with_year: bool


class TimelineTableRow(NamedTuple):
    """A row of the table below a timeline; `name` is that of the timeline's row, None for what concerns all."""

    name: StrOrPromise | None
    first_day: date
    last_day: date
    text: StrOrPromise


@dataclass(frozen=True, slots=True)
class TimelineLayout:
    """Everything that the template of the timeline draws, with its coordinates."""

    width: int
    height: int
    top: int
    bottom: int
    mark_y: int
    rows: tuple[PlacedTimelineRow, ...]
    ticks: tuple[TimelineTick, ...]
    marks: tuple[PlacedExchangeMark, ...]
    lines: tuple[PlacedDateLine, ...]
    left: int = 0

    @property
    def has_names(self) -> bool:
        """Whether the rows have names, which are in a column on the left."""
        return self.left > 0

    def table_rows(self) -> Iterator[TimelineTableRow]:
        """Yield everything on the timeline as rows of its table."""
        for placed in self.rows:
            name = placed.row.label
            for item in placed.bands:
                yield TimelineTableRow(name, item.band.start, item.band.end, item.band.label)
            for session in placed.dots:
                yield TimelineTableRow(name, session.dot.day, session.dot.day, session.dot.label)
        for mark in self.marks:
            yield TimelineTableRow(None, mark.mark.day, mark.mark.day, mark.mark.label)
        for line in self.lines:
            yield TimelineTableRow(None, line.line.day, line.line.day, line.line.label)

    @property
    def tick_lines(self) -> str:
        """The vertical lines at the ticks, as one SVG path."""
        return "".join(f"M{tick.x} {self.top}V{self.bottom}" for tick in self.ticks)

    @property
    def drawn_width(self) -> int:
        """The width of the drawing without the column of names, in units of the SVG view box."""
        return self.width - self.left


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows on one scale from `first` to `last`, by default from the earliest to the latest date in them."""

    rows: Sequence[TimelineRow]
    marks: Sequence[ExchangeMark] = ()
    lines: Sequence[DateLine] = ()
    first: date | None = None
    last: date | None = None

    def layout(self) -> TimelineLayout:
        """Return the coordinates of everything on the timeline, for the template that draws it.

        Raises ValueError when no row, mark or line has a date.
        """
        days = list(self._days())
        if not days:
            raise ValueError("A timeline needs at least one date")
        left = LABEL_WIDTH if self._has_names() else 0
        scale = TimeScale(self.first or min(days), self.last or max(days), left)
        top = TICKS_HEIGHT + (MARKS_HEIGHT if self.marks else 0)
        bottom = top + ROW_HEIGHT * len(self.rows)
        lines = place_lines(self.lines, scale, bottom)
        lowest = max((line.text_y for line in lines), default=bottom)
        return TimelineLayout(
            width=WIDTH,
            height=lowest + 8,
            top=TICKS_HEIGHT,
            bottom=bottom,
            mark_y=TICKS_HEIGHT,
            rows=tuple(
                place_row(row, label, scale, top + ROW_HEIGHT * index)
                for index, (row, label) in enumerate(zip(self.rows, fitting_labels(self.rows), strict=True))
            ),
            ticks=place_ticks(scale),
            marks=tuple(PlacedExchangeMark(mark, scale.x(mark.day)) for mark in self.marks if scale.contains(mark.day)),
            lines=lines,
            left=left,
        )

    def _has_names(self) -> bool:
        """Return whether at least one row of the timeline has a name."""
        return any(row.label for row in self.rows)

    def _days(self) -> Iterator[date]:
        """Yield every date on the timeline, in no order: both ends of phases, sessions, exchanges,
        and vertical lines.
        """
        for row in self.rows:
            for band in row.bands:
                yield from (band.start, band.end)
            yield from (dot.day for dot in row.dots)
        yield from (mark.day for mark in self.marks)
        yield from (line.day for line in self.lines)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """The scale from dates to units, from `left` to the right edge; `margin` is space for half a note on each side."""

    first: date
    last: date
    left: int
    margin: int = field(default=16)

    def x(self, day: date) -> int:
        """Return the horizontal coordinate of a date, in whole units of the SVG view box.

        A date outside the scale gets a coordinate outside it: see `contains` and `clamp`.
        """
        span = max((self.last - self.first).days, 1)
        room = WIDTH - self.left - 2 * self.margin
        return self.left + self.margin + round(room * (day - self.first).days / span)

    def contains(self, day: date) -> bool:
        """Return whether a date lies on the scale, from its first to its last day, both included."""
        return self.first <= day <= self.last

    def clamp(self, day: date) -> date:
        """Return the date itself, or the nearest end of the scale when the date lies outside it."""
        return min(max(day, self.first), self.last)


def fitting_labels(rows: Sequence[TimelineRow]) -> list[str]:
    """Return the names of the rows in order, short enough for their column: without brackets at their end, and
    truncated.

    The brackets stay in all names if two would be equal without them.
    """
    full = [str(row.label) for row in rows]
    short = [IN_BRACKETS.sub("", name) for name in full]
    return [truncate_label(name) for name in (short if len(set(short)) == len(set(full)) else full)]


def truncate_label(name: str) -> str:
    """Return the name of a row cut to 22 characters, the last of them an ellipsis if something was cut."""
    return name if len(name) <= MAX_LABEL_CHARACTERS else f"{name[: MAX_LABEL_CHARACTERS - 1].rstrip()}…"


def place_row(row: TimelineRow, label: str, scale: TimeScale, y: int) -> PlacedTimelineRow:
    """Return a row with the coordinates of its phases and sessions; `y` is its upper edge, `label` its name as it fits.

    Phases and sessions outside the scale are left out.
    """
    bands = (place_band(band, scale, y) for band in row.bands if band.end >= scale.first and band.start <= scale.last)
    dots = (PlacedSessionDot(dot, scale.x(dot.day), y + DOT_DROP) for dot in row.dots if scale.contains(dot.day))
    return PlacedTimelineRow(row, label, y + 20, tuple(bands), tuple(dots))


def place_band(band: TimelineBand, scale: TimeScale, y: int) -> PlacedTimelineBand:
    """Return a phase of a cohort with its coordinates, cut to the scale; `y` is the upper edge of its row.

    Its label is drawn only if it fits; the table below the timeline always has it.
    """
    x = scale.x(scale.clamp(band.start))
    width = max(scale.x(scale.clamp(band.end)) - x, 2)
    fits = len(str(band.label)) * CHARACTER_WIDTH + 16 <= width
    return PlacedTimelineBand(band, x, y, width, x + 8, y + 20, fits)


def month_firsts(first: date, last: date) -> list[date]:
    """Return the first day of each month that lies between two dates, both included, in order; [] without any."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    firsts = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [day for day in firsts if day >= first]


def place_ticks(scale: TimeScale) -> tuple[TimelineTick, ...]:
    """Return at most eight ticks for the scale: evenly spaced first days of months, with January if possible.

    A tick too close to the right edge for its text is left out.
    """
    firsts = month_firsts(scale.first, scale.last)
    step = next((step for step in TICK_STEPS if len(firsts) <= step * MAX_TICKS), TICK_STEPS[-1])
    days = [
        day for day in firsts if (day.month - 1 + 12 * day.year) % step == 0 and scale.x(day) <= WIDTH - TICK_MARGIN
    ]
    return tuple(TimelineTick(day, scale.x(day), index == 0 or day.month == 1) for index, day in enumerate(days))


def anchored_left(line: DateLine, others: Sequence[DateLine], scale: TimeScale, width: int) -> bool:
    """Return whether the label of a vertical line goes on its left: near the right edge, or if another line would cross
    it.

    `others` are all visible lines, `width` is that of the label. A label that does not fit on the left stays on the
    right.
    """
    x = scale.x(line.day)
    is_crossed = any(x < scale.x(other.day) <= x + width + 6 for other in others)
    return x + width + 6 > WIDTH or (is_crossed and x - width - 6 >= scale.left)


def place_lines(lines: Sequence[DateLine], scale: TimeScale, bottom: int) -> tuple[PlacedDateLine, ...]:
    """Return the vertical lines (today, deadlines) that lie on the scale, by date, with the coordinates of their
    labels.

    `bottom` is the lower edge of the rows; labels are below it. A label that would touch an earlier one is a row of
    labels lower.
    """
    visible = sorted((line for line in lines if scale.contains(line.day)), key=lambda line: line.day)
    placed: list[PlacedDateLine] = []
    ends: list[int] = []  # where the last label of each label row ends
    for line in visible:
        x, width = scale.x(line.day), len(str(line.label)) * CHARACTER_WIDTH
        left = anchored_left(line, visible, scale, width)
        begins = x - width - 6 if left else x
        label_row = next((index for index, end in enumerate(ends) if end <= begins), len(ends))
        ends[label_row : label_row + 1] = [begins + width + 6]
        text_x, anchor = (x - 6, "end") if left else (x + 6, "start")
        placed.append(PlacedDateLine(line, x, text_x, bottom + LABEL_ROW_HEIGHT * label_row + 12, anchor))
    return tuple(placed)

"""Charts of steps, which the server draws as SVG: areas and lines over months, and a sentence for each month.

Places on a chart are percentages of its width and of its height, so that it fits every screen and paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from json import JSONEncoder
from typing import Any, Final, NamedTuple

from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe
from django_stubs_ext import StrOrPromise

from web.text.escaping import as_html

# Months between two labels, by the last month of a chart.
STRIDES: Final = ((6, 1), (12, 3), (48, 6))
LONGEST_STRIDE: Final = 12
ROW_DISTANCES: Final = (20, 42)  # of the rows of labels below a chart, in pixels; there are at most two

# Pairs of position and value; each value holds until the next position.
Steps = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of a chart: positions run from 0 to `last`, from left to right, and values from 0 to `top`, upwards."""

    last: float
    top: float

    def x(self, position: float) -> str:
        """Return how far from the left end a position is, in percent of the width."""
        return f"{100 * position / self.last:.4g}"

    def y(self, value: float) -> str:
        """Return how far from the upper end a value is, in percent of the height."""
        return f"{100 - 100 * value / self.top:.4g}"

    def line(self, steps: Steps, until: float) -> str:
        """Return the SVG path of a line along the steps; the last one ends at the position `until`."""
        return f"M{self.x(steps[0][0])} {self._steps(steps, until)}"

    def area(self, steps: Steps, until: float) -> str:
        """Return the SVG path of the area below the steps; the last one ends at the position `until`."""
        return f"M{self.x(steps[0][0])} 100V{self._steps(steps, until)}V100Z"

    def _steps(self, steps: Steps, until: float) -> str:
        """Return the part of a path that goes along the steps, from the first value to the position `until`."""
        changes = [steps[0], *(step for before, step in pairwise(steps) if step[1] != before[1])]
        ends = [*(position for position, _value in changes[1:]), until]
        return "V".join(f"{self.y(value)}H{self.x(end)}" for (_, value), end in zip(changes, ends, strict=True))


class Area(NamedTuple):
    """An area as an SVG path, with the name of its colour as in `.chart-implemented`."""

    colour: str
    path: str


class AxisLabel(NamedTuple):
    """A text at a place on an axis, in percent from the left or from the upper end."""

    at: str
    text: str


class LabelRow(NamedTuple):
    """A row of labels below a chart, with its name to the left of them."""

    name: str
    labels: Sequence[AxisLabel]

    def as_svg(self, distance: int) -> str:
        """Return the row as SVG, so many pixels below the chart."""
        labels = "".join(f'<text x="{at}%" y="100%">{as_html(text)}</text>' for at, text in self.labels)
        name = f'<text class="step-name" dx="-18" y="100%">{as_html(self.name)}</text>'
        return f'<g class="step-labels" transform="translate(0 {distance})">{name}{labels}</g>'


class Stop(NamedTuple):
    """A place on a chart that readers can point at or choose, with the sentence that says what is drawn there."""

    x: str
    y: str
    sentence: str


class CompactEncoder(JSONEncoder):
    """JSON without escaped accents and without spaces."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})


@dataclass(frozen=True, slots=True)
class StepChart:
    """A chart of steps; `id` is unique on its page, and `label` describes the drawing for screen readers.

    `areas` are painted in their order, so that later ones cover earlier ones; `lines` are the paths of dashed lines
    over them. `slider_label` names what the slider below the chart chooses: one of `stops`, at first the one at the
    index `first`.
    """

    id: str
    label: StrOrPromise
    slider_label: StrOrPromise
    areas: Sequence[Area]
    levels: Sequence[AxisLabel]
    rows: Sequence[LabelRow]
    stops: Sequence[Stop]
    first: int
    lines: Sequence[str] = ()

    @property
    def stop(self) -> Stop:
        """The stop that the page shows at first."""
        return self.stops[self.first]

    @property
    def stops_script(self) -> SafeString:
        """All stops as JSON in a script element, with accents as they are: escaped, they take three times the bytes."""
        return json_script(self.stops, self.id, encoder=CompactEncoder)

    @property
    def last(self) -> int:
        """The index of the last stop."""
        return len(self.stops) - 1

    @property
    def axes(self) -> SafeString:
        """The texts along both axes as SVG: the levels, and the rows below the chart.

        They are composed here because loops in the template take several times as long.
        """
        levels = "".join(
            f'<text class="step-name" dx="-8" y="{at}%" dy="0.35em">{as_html(text)}</text>' for at, text in self.levels
        )
        distances = ROW_DISTANCES[: len(self.rows)]
        rows = "".join(row.as_svg(distance) for row, distance in zip(self.rows, distances, strict=True))
        return mark_safe(levels + rows)  # noqa: S308 - every text is escaped

    @property
    def grid(self) -> str:
        """The SVG path of the level lines across the drawing, one per level."""
        return "".join(f"M0 {level.at}H100" for level in self.levels)


def labelled_months(last: int) -> list[int]:
    """Return the months to label on a chart that runs from month 0 to `last`.

    The last month is always labelled; the others stand every 1, 3, 6 or 12 months, without one that would overlap it.
    """
    stride = next((stride for limit, stride in STRIDES if last <= limit), LONGEST_STRIDE)
    return [*(month for month in range(0, last, stride) if last - month > stride / 4), last]

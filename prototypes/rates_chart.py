"""The curve of a rates page: stacked shares month by month, with the numbers still at risk below."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from prototypes.figures import Figures
from prototypes.rates import CurvePoint
from web.charts import Chart
from web.formats import percent

# Months between two labels, by the length of the curve.
STRIDES = ((6, 1), (12, 3), (48, 6))
LONGEST_STRIDE = 12


def labelled_months(last: int) -> list[int]:
    """The months named below the curve: the last one always, and none so near to it that they would overlap."""
    stride = next((stride for limit, stride in STRIDES if last <= limit), LONGEST_STRIDE)
    return [*(month for month in range(0, last, stride) if last - month > stride / 4), last]


def curve_rows(figures: Figures) -> list[CurvePoint]:
    """The table beside it: the start, each month in which something happened, and the last month shown."""
    last = figures.shown_until or 0
    months = {0, last, *(step.months for step in figures.curve.steps if step.months <= last)}
    return [figures.curve.at(month) for month in sorted(months)]


def curve_chart(figures: Figures) -> Chart | None:
    """None where there is nothing to draw: fewer than five ideas followed for a month."""
    last = figures.shown_until
    if not last:
        return None
    points = [figures.curve.at(month) for month in range(last + 1)]
    return Chart(
        id="incidence",
        label=_("Share of ideas implemented, open and abandoned by months since acceptance; the table has the figures"),
        option=_option(points, labelled_months(last)),
    )


def _option(points: list[CurvePoint], labelled: list[int]) -> dict[str, Any]:
    areas = {"implemented": _("implemented"), "open": _("open"), "abandoned": _("abandoned")}
    month = _("month %(number)s") % {"number": "{b0}"}
    return {
        "grid": {"left": 64, "right": 24, "top": 12, "bottom": 68},
        "tooltip": {
            "trigger": "axis",
            "formatter": "\n".join([month, *(f"{{a{n}}} {_share_of(f'c{n}')}" for n in range(len(areas)))]),
        },
        "xAxis": [
            _months(_("months"), [str(point.months) for point in points], labelled),
            _months(_("at risk"), [str(point.at_risk) for point in points], labelled, below=True),
        ],
        "yAxis": {"type": "value", "max": 100, "interval": 25, "axisLabel": {"formatter": _share_of("value")}},
        "series": [_area(outcome, name, points) for outcome, name in areas.items()],
    }


def _share_of(name: str) -> str:
    """A percentage as the reader writes it, its number left for ECharts to fill in."""
    return percent(0.5, (get_language() or "fr")[:2]).replace("50", f"{{{name}}}")


def _months(name: str, labels: list[str], labelled: list[int], *, below: bool = False) -> dict[str, Any]:
    """A line of labels under the curve; the second one carries no axis of its own, and its name stands above it."""
    beside = {"align": "right", "verticalAlign": "top", "padding": [8, 0, 0, 0]}
    return {
        "type": "category",
        "name": name,
        "nameLocation": "start",
        "nameGap": 0 if below else 12,
        "nameTextStyle": {"align": "left", "verticalAlign": "bottom"} if below else beside,
        "position": "bottom",
        "offset": 38 if below else 0,
        "boundaryGap": False,
        "data": labels,
        "axisLine": {"show": not below},
        "axisTick": {"show": not below, "customValues": labelled},
        "axisLabel": {"customValues": labelled},
        "axisPointer": {"show": not below},
    }


def _area(outcome: str, name: str, points: list[CurvePoint]) -> dict[str, Any]:
    """Shares in percent; a step holds from the month of the event on."""
    return {
        "type": "line",
        "name": name,
        "stack": "ideas",
        "step": "end",
        "symbol": "none",
        "lineStyle": {"width": 0},
        "itemStyle": {"color": outcome},
        "areaStyle": {"color": outcome, "opacity": 1},
        "data": [round(100 * (getattr(point, outcome) or 0.0), 1) for point in points],
    }

"""The charts of a rates page: shares month by month with the numbers still at risk below, and the funnel."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from figures.implementation.funnel import Funnel
from figures.outcomes.figures import HORIZONS, CohortCount, Figures
from figures.rates import CurvePoint
from web.pages.charts import Chart
from web.text.formats import percent

# Months between two labels, by the length of the curve.
STRIDES = ((6, 1), (12, 3), (48, 6))
LONGEST_STRIDE = 12
# The bounds of the interval are dashes on a pale line: visible on every area, in light, dark and grey.
BOUNDS = ("low", "high")
MIN_WIDTH = 20  # ideas
FUNNEL_RANGES = (("lowest", "highest", 1, "dashed"), ("low", "high", 3, "solid"))
INK = {"z": 4, "lineStyle": {"color": "ink", "width": 2, "type": [5, 4]}}
HALO = {"z": 3, "lineStyle": {"color": "surface", "width": 4}}


def labelled_months(last: int) -> list[int]:
    """Return the months after acceptance to label on a chart that runs from month 0 to `last`.

    The last month is always labelled; the others stand every 1, 3, 6 or 12 months, without one that would overlap it.
    """
    stride = next((stride for limit, stride in STRIDES if last <= limit), LONGEST_STRIDE)
    return [*(month for month in range(0, last, stride) if last - month > stride / 4), last]


def curve_rows(figures: Figures) -> list[CurvePoint]:
    """Return the points for the table behind the curve: month 0 (acceptance), each month with an event, the last one
    shown.

    An event is an idea implemented or abandoned; its month is rounded up to a whole one.
    """
    last = figures.last_displayed_month or 0
    months = {0, last, *(ceil(step.months) for step in figures.curve.steps if step.months <= last)}
    return [figures.curve.at(month) for month in sorted(months)]


def curve_chart(figures: Figures) -> Chart | None:
    """Return the chart of the shares implemented, open and abandoned, month by month since acceptance.

    None where fewer than five ideas were followed for a month.
    """
    last = figures.last_displayed_month
    if not last:
        return None
    points = [figures.curve.at(month) for month in range(last + 1)]
    return Chart(
        id="incidence",
        label=_(
            "Share of ideas implemented, open and abandoned by months since acceptance, with the interval"
            " for implemented ideas. The table gives the figures."
        ),
        option=_option(points, labelled_months(last)),
    )


def _option(points: list[CurvePoint], labelled: list[int]) -> dict[str, Any]:
    """Return the ECharts option of the curve from its `points`, one per month from month 0.

    `labelled` are the months whose label is drawn.
    """
    areas = {"implemented": _("implemented"), "open": _("open"), "abandoned": _("abandoned")}
    month = _("month %(number)s") % {"number": "{b0}"}
    # The two bounds come first, right after the areas.
    between = _("between %(low)s and %(high)s") % {"low": _share_of("c3"), "high": _share_of("c4")}
    return {
        "grid": {"left": 64, "right": 24, "top": 12, "bottom": 68},
        "tooltip": {
            "trigger": "axis",
            "formatter": "\n".join([month, *(f"{{a{n}}} {_share_of(f'c{n}')}" for n in range(len(areas))), between]),
        },
        "xAxis": [
            _months(_("months"), [str(point.months) for point in points], labelled),
            _months(_("still followed"), [str(point.at_risk) for point in points], labelled, below=True),
        ],
        "yAxis": {"type": "value", "max": 100, "interval": 25, "axisLabel": {"formatter": _share_of("value")}},
        "series": [
            *(_area(outcome, name, points) for outcome, name in areas.items()),
            *(_bound(end, points, INK) for end in BOUNDS),
            *(_bound(end, points, HALO) for end in BOUNDS),
        ],
    }


def _share_of(name: str) -> str:
    """Return a percentage in the reader's format, with a placeholder for the number: “{c3}%” for `name` “c3”.

    ECharts puts the number in its place.
    """
    return percent(0.5, (get_language() or "fr")[:2]).replace("50", f"{{{name}}}")


def _months(name: str, labels: list[str], labelled: list[int], *, below: bool = False) -> dict[str, Any]:
    """Return the ECharts option of an axis of months: `name` is its title, `labels` has one text per month.

    `labelled` are the positions whose label is drawn. With `below`, the axis is a second row of labels under the first,
    without a line.
    """
    alignment = {"align": "right", "verticalAlign": "top", "padding": [8, 0, 0, 0]}
    return {
        "type": "category",
        "name": name,
        "nameLocation": "start",
        "nameGap": 0 if below else 12,
        "nameTextStyle": {"align": "left", "verticalAlign": "bottom"} if below else alignment,
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
    """Return the ECharts series of one outcome as a stacked area in percent; a step begins in the month of its event.

    `outcome` is “implemented”, “open” or “abandoned”, `name` its text in the key, `points` one point per month.
    """
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


def _bound(end: str, points: list[CurvePoint], style: dict[str, Any]) -> dict[str, Any]:
    """Return the ECharts series of one bound of the share implemented, as a line in percent.

    `end` is “low” or “high”, `points` has one point per month, `style` the options of the line. Months without an
    interval leave a gap.
    """
    ends = [getattr(point, end) for point in points]
    return {
        "type": "line",
        "step": "end",
        "symbol": "none",
        **style,
        "data": [None if share is None else round(100 * share, 1) for share in ends],
    }


def funnel_chart(funnel: Funnel, names: Mapping[int, str]) -> Chart:
    """Return the chart of cohorts by number of ideas and share implemented, each with the range chance alone gives it.

    `names` are the names of the cohorts by id.
    """
    middle = _width(funnel) / 2
    dots = [_dot(dot, names[dot.cohort], middle) for dot in funnel.dots]
    ranges = [_ranges(funnel, *ends_and_style) for ends_and_style in FUNNEL_RANGES]
    label = _(
        "Share of ideas implemented within %(months)d months by number of ideas followed that long, cohort"
        " by cohort. The table gives the figures."
    )
    return Chart(
        id="funnel",
        label=label % {"months": HORIZONS[0]},
        option={
            "grid": {"left": 64, "right": 24, "top": 12, "bottom": 52},
            "tooltip": {"trigger": "item", "formatter": "{b}"},
            "xAxis": _ideas_axis(funnel),
            "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": _share_of("value")}},
            "series": [*ranges, _dots(dots)],
        },
    )


def _width(funnel: Funnel) -> int:
    """Return the largest number of ideas on the horizontal axis of the funnel.

    It is one sixth more than the largest cohort has, so that the cohort's name fits, and more than 20.
    """
    most = max(MIN_WIDTH, *(dot.followed for dot in funnel.dots))
    return most + max(1, most // 6)


def _ideas_axis(funnel: Funnel) -> dict[str, Any]:
    """Return the ECharts option of the funnel's horizontal axis: the number of a cohort's ideas accepted a year ago or
    earlier.
    """
    return {
        "type": "value",
        "name": _("ideas followed that long"),
        "nameLocation": "middle",
        "nameGap": 30,
        "min": 0,
        "max": _width(funnel),
        "minInterval": 1,
        "splitLine": {"show": False},
    }


def _dot(dot: CohortCount, name: str, middle: float) -> dict[str, Any]:
    """Return the data of one cohort's dot in the funnel: ideas followed, and share implemented by the horizon in
    percent.

    `name` is the cohort's. The label is right of the dot up to `middle`, half of the axis, and left of it beyond.
    """
    counts = _("%(some)d of %(all)d") % {"some": dot.implemented_by_horizon, "all": dot.followed}
    return {
        "name": f"{name}\n{counts}",
        "value": [dot.followed, round(100 * dot.share, 1)],
        "label": {"show": True, "formatter": name, "position": "right" if dot.followed <= middle else "left"},
    }


def _dots(dots: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the ECharts series of the cohorts' dots in the funnel, from the data of each dot."""
    return {
        "type": "scatter",
        "symbol": "circle",
        "symbolSize": 11,
        "itemStyle": {"color": "action"},
        "label": {"color": "ink"},
        "labelLayout": {"hideOverlap": True},
        "z": 5,
        "data": dots,
    }


def _ranges(funnel: Funnel, low: str, high: str, width: float, dashes: str) -> dict[str, Any]:
    """Return the ECharts series of one range of each cohort: upright lines at the cohorts, in percent.

    `low` and `high` name the limits (“lowest” and “highest”, or “low” and “high”), `dashes` the type of line (“solid”
    or “dashed”). A point without a value ends each line.
    """
    points: list[list[float | None]] = []
    for dot in funnel.dots:
        limits = funnel.limits_for(dot)
        points += [[dot.followed, round(100 * getattr(limits, end), 1)] for end in (low, high)]
        points.append([dot.followed, None])
    style = {"color": "quiet", "width": width, "type": dashes}
    return {"type": "line", "symbol": "none", "silent": True, "lineStyle": style, "data": points}

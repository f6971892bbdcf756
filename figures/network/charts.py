"""The chart of the network: people by circle at the end of each month, as stacked areas."""

from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from figures.network.people import Network, NetworkCircle, NetworkPoint
from web.pages.charts import Chart
from web.text.formats import short_month

MIN_POINTS: Final = 2  # points that make a curve
MAX_LABELS: Final = 4  # months named below it: more would overlap on a phone
COLOURS: Final = {
    NetworkCircle.FIRST: "implemented",
    NetworkCircle.SECOND: "residency",
    NetworkCircle.DECIDERS: "abandoned",
    NetworkCircle.DESIGN: "open",
}


def network_chart(network: Network) -> Chart | None:
    """Return the chart of the people in each circle at the end of each month, as stacked areas.

    None with fewer than two points, since one makes no curve.
    """
    if len(network.points) < MIN_POINTS:
        return None
    return Chart(
        id="network",
        label=_("People active in the network by circle, month after month; the table has the figures"),
        option=_option(network.points),
    )


def network_key(network: Network) -> list[tuple[str, str]]:
    """Return pairs of colour name and label, one per area drawn on the chart, from the lowest area up.

    Circles that never had anyone are left out.
    """
    return [(COLOURS[circle], str(circle.label)) for circle, people in _areas(network.points) if any(people)]


def labelled_positions(months: int) -> list[int]:
    """Return the positions (from 0) of the months to label below the curve: the last one, and at most three before it.

    `months` is the number of months drawn; labels are equally far apart.
    """
    stride = -(-months // MAX_LABELS)
    return list(range(months - 1, -1, -stride))[::-1]


def _option(points: tuple[NetworkPoint, ...]) -> dict[str, Any]:
    """Return the ECharts option of the chart from its monthly points, with one area per circle that ever had people."""
    locale = (get_language() or "fr")[:2]
    months = [short_month(point.day, locale) for point in points]
    named = labelled_positions(len(months))
    return {
        "grid": {"left": 48, "right": 28, "top": 12, "bottom": 36},
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "category",
            "boundaryGap": False,
            "data": months,
            "axisTick": {"customValues": named},
            "axisLabel": {"customValues": named},
        },
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [_area(circle, people) for circle, people in _areas(points) if any(people)],
    }


def _areas(points: tuple[NetworkPoint, ...]) -> list[tuple[NetworkCircle, list[int]]]:
    """Return pairs of circle and monthly numbers of people, from the lowest area up."""
    return [(circle, [point.of(circle) for point in points]) for circle in NetworkCircle]


def _area(circle: NetworkCircle, people: list[int]) -> dict[str, Any]:
    """Return the ECharts series of one circle's people per month, as a stacked area."""
    colour = COLOURS[circle]
    return {
        "type": "line",
        "name": str(circle.label),
        "stack": "people",
        "step": "end",
        "symbol": "none",
        "lineStyle": {"width": 1, "color": "surface"},
        "itemStyle": {"color": colour},
        "areaStyle": {"color": colour, "opacity": 1},
        "data": people,
    }

"""The curve of the network: people by circle at the end of each month, as stacked areas."""

from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from figures.network.people import Circle, Network, Point
from web.pages.charts import Chart
from web.text.formats import short_month

FEWEST: Final = 2  # points that make a curve
LABELS: Final = 4  # months named below it: more would overlap on a phone
TOGETHER: Final = "together"
COLOURS: Final = {
    Circle.FIRST: "implemented",
    Circle.SECOND: "residency",
    Circle.DECIDERS: "abandoned",
    Circle.DESIGN: "open",
    TOGETHER: "quiet",
}


def network_chart(network: Network) -> Chart | None:
    """None where there is nothing to draw."""
    if len(network.points) < FEWEST:
        return None
    return Chart(
        id="network",
        label=_("People active in the network by circle, month after month; the table has the figures"),
        option=_option(network.points),
    )


def network_key(network: Network) -> list[tuple[str, str]]:
    """The colours drawn, and what each stands for, from the lowest area up."""
    return [(COLOURS[name], _label(name)) for name, people in _areas(network.points) if any(people)]


def labelled(months: int) -> list[int]:
    """The places named below the curve: the last one, and others as far apart as can be read."""
    stride = -(-months // LABELS)
    return list(range(months - 1, -1, -stride))[::-1]


def _option(points: tuple[Point, ...]) -> dict[str, Any]:
    locale = (get_language() or "fr")[:2]
    months = [short_month(point.day, locale) for point in points]
    named = labelled(len(months))
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
        "series": [_area(name, people) for name, people in _areas(points) if any(people)],
    }


def _areas(points: tuple[Point, ...]) -> list[tuple[str, list[int | None]]]:
    """Each circle, then all of them for the months in which they may not be told apart."""
    circles: list[tuple[str, list[int | None]]] = [
        (circle, [point.of(circle) for point in points]) for circle in Circle
    ]
    return [*circles, (TOGETHER, [point.together for point in points])]


def _area(name: str, people: list[int | None]) -> dict[str, Any]:
    """What may not be told leaves a gap."""
    colour = COLOURS[name]
    return {
        "type": "line",
        "name": _label(name),
        "stack": "people",
        "step": "end",
        "symbol": "none",
        "lineStyle": {"width": 1, "color": "surface"},
        "itemStyle": {"color": colour},
        "areaStyle": {"color": colour, "opacity": 1},
        "data": people,
    }


def _label(name: str) -> str:
    return str(Circle(name).label) if name in Circle.values else _("all circles together")

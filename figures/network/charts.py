"""The charts of the network: people by circle at the end of each month, and people per cohort since it began."""

from collections.abc import Sequence
from itertools import count
from math import ceil
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from figures.network.growth import GrowthPoint
from figures.network.people import Network, NetworkCircle, NetworkPoint
from figures.number_formats import day, number
from web.pages.step_charts import Area, AxisLabel, LabelRow, Scale, StepChart, Stop, labelled_months
from web.text.formats import short_month
from web.text.language import active_language

MIN_POINTS: Final = 2  # points that make a curve
MAX_LABELS: Final = 4  # months named below it; phones show every other one
MAX_LEVELS: Final = 5  # numbers of people named beside it, 0 aside
COLOURS: Final = {
    NetworkCircle.FIRST: "implemented",
    NetworkCircle.SECOND: "residency",
    NetworkCircle.DECIDERS: "abandoned",
    NetworkCircle.DESIGN: "open",
}


def network_chart(network: Network) -> StepChart | None:
    """Return the chart of the people in each circle at the end of each month, as stacked areas.

    None with fewer than two points, since one makes no curve.
    """
    points = network.points
    if len(points) < MIN_POINTS:
        return None
    levels = round_levels(max(point.active for point in points))
    scale = Scale(last=len(points) - 1, top=levels[-1])
    labels = [
        AxisLabel(scale.x(at), short_month(points[at].day, active_language())) for at in labelled_positions(len(points))
    ]
    return StepChart(
        id="network",
        label=_("People active in the network by circle, month after month; the table has the figures"),
        slider_label=_("Month"),
        areas=_circle_areas(scale, points),
        levels=[AxisLabel(scale.y(level), number(level)) for level in levels],
        rows=[LabelRow("", labels)],
        stops=[Stop(scale.x(at), scale.y(point.active), _day_sentence(point)) for at, point in enumerate(points)],
        first=len(points) - 1,
    )


def network_key(network: Network) -> list[tuple[str, str]]:
    """Return pairs of colour and label, one per circle that ever had anyone, from the lowest area up."""
    return [(COLOURS[circle], str(circle.label)) for circle in _drawn_circles(network.points)]


def growth_chart(points: Sequence[GrowthPoint]) -> StepChart | None:
    """Return the chart of the people per cohort by months since each cohort began.

    The area is that of the cohorts followed that long, the dashed line the number with which the same cohorts began.
    None while no cohort was followed for a month.
    """
    if len(points) < MIN_POINTS:
        return None
    levels = round_levels(ceil(max(max(point.mean, point.mean_at_start) for point in points)))
    scale = Scale(last=len(points) - 1, top=levels[-1])
    labelled = [points[months] for months in labelled_months(points[-1].months)]
    return StepChart(
        id="growth",
        label=_("People active per cohort by months since each cohort began; the table has the figures"),
        slider_label=_("Months since cohorts began"),
        areas=[Area("total", scale.area([(point.months, point.mean) for point in points], scale.last))],
        lines=[scale.line([(point.months, point.mean_at_start) for point in points], scale.last)],
        levels=[AxisLabel(scale.y(level), number(level)) for level in levels],
        rows=[
            LabelRow(_("months"), [AxisLabel(scale.x(point.months), number(point.months)) for point in labelled]),
            LabelRow(_("cohorts"), [AxisLabel(scale.x(point.months), number(point.cohorts)) for point in labelled]),
        ],
        stops=[Stop(scale.x(point.months), scale.y(point.mean), growth_sentence(point)) for point in points],
        first=len(points) - 1,
    )


def labelled_positions(months: int) -> list[int]:
    """Return the positions of the months to label: the last one, and at most three before it, equally far apart."""
    stride = -(-months // MAX_LABELS)
    return list(range(months - 1, -1, -stride))[::-1]


def round_levels(most: int) -> list[int]:
    """Return at most six round numbers at equal distances, from 0 to the first one that is not below `most`."""
    most = max(most, 1)
    steps = (factor * 10**power for power in count() for factor in (1, 2, 5))
    step = next(step for step in steps if step * MAX_LEVELS >= most)
    return list(range(0, most + step, step))


def _drawn_circles(points: Sequence[NetworkPoint]) -> list[NetworkCircle]:
    """Return the circles that ever had people, from the lowest area up."""
    return [circle for circle in NetworkCircle if any(point.circles[circle] for point in points)]


def _circle_areas(scale: Scale, points: Sequence[NetworkPoint]) -> list[Area]:
    """Return one area per circle that ever had people, the highest first: lower ones cover it."""
    circles = _drawn_circles(points)
    heights = [
        [(at, sum(point.circles[below] for below in circles[: index + 1])) for at, point in enumerate(points)]
        for index in range(len(circles))
    ]
    areas = [
        Area(COLOURS[circle], scale.area(steps, scale.last)) for circle, steps in zip(circles, heights, strict=True)
    ]
    return areas[::-1]


def _day_sentence(point: NetworkPoint) -> str:
    """Return the people active on the day of a point as a sentence: in all, and by circle."""
    circles = ", ".join(
        f"{circle.label} {number(point.circles[circle])}" for circle in NetworkCircle if point.circles[circle]
    )
    people = point.active
    words = ngettext(
        "%(day)s: %(people)s person active (%(circles)s).", "%(day)s: %(people)s people active (%(circles)s).", people
    )
    return words % {"day": day(point.day), "people": number(people), "circles": circles}


def growth_sentence(point: GrowthPoint) -> str:
    """Return a point of the growth of cohorts as a sentence: people per cohort then, and when these cohorts began."""
    followed = ngettext(
        "%(cohorts)s cohort followed that long", "%(cohorts)s cohorts followed that long", point.cohorts
    )
    words = ngettext(
        "%(months)s month after they began: %(mean)s people per cohort, %(start)s when the same cohorts began;"
        " %(followed)s.",
        "%(months)s months after they began: %(mean)s people per cohort, %(start)s when the same cohorts began;"
        " %(followed)s.",
        point.months,
    )
    numbers = {"months": number(point.months), "followed": followed % {"cohorts": number(point.cohorts)}}
    return words % {**numbers, "mean": number(point.mean), "start": number(point.mean_at_start)}

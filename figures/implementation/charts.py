"""The funnel of a rates page: cohorts by number of ideas and share implemented."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from figures.implementation.funnel import Funnel
from figures.outcomes.outcome_counts import HORIZONS, CohortCount
from web.pages.charts import Chart
from web.text.formats import percent

MIN_WIDTH = 20  # ideas
FUNNEL_RANGES = (("lowest", "highest", 1, "dashed"), ("low", "high", 3, "solid"))


def _share_of(name: str) -> str:
    """Return a percentage in the reader's format that ECharts fills in: “{c3}%” for `name` “c3”."""
    return percent(0.5, (get_language() or "fr")[:2]).replace("50", f"{{{name}}}")


def funnel_chart(funnel: Funnel, names: Mapping[int, str]) -> Chart:
    """Return the chart of cohorts by number of ideas and share implemented, each with the range chance alone gives it.

    `names` are the names of the cohorts by id.
    """
    width = _width(funnel)
    dots = {
        "type": "scatter",
        "symbol": "circle",
        "symbolSize": 11,
        "itemStyle": {"color": "action"},
        "label": {"color": "ink"},
        "labelLayout": {"hideOverlap": True},
        "z": 5,
        "data": [_dot(dot, names[dot.cohort], width / 2) for dot in funnel.dots],
    }
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
            "xAxis": {
                "type": "value",
                "name": _("ideas followed that long"),
                "nameLocation": "middle",
                "nameGap": 30,
                "min": 0,
                "max": width,
                "minInterval": 1,
                "splitLine": {"show": False},
            },
            "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": _share_of("value")}},
            "series": [*ranges, dots],
        },
    )


def _width(funnel: Funnel) -> int:
    """Return the end of the axis of ideas: above 20, and a sixth above the largest cohort, so that its name fits."""
    most = max(MIN_WIDTH, *(dot.followed for dot in funnel.dots))
    return most + max(1, most // 6)


def _dot(dot: CohortCount, name: str, middle: float) -> dict[str, Any]:
    """Return the data of one cohort's dot: ideas followed, and share implemented by the horizon in percent.

    `name` is the cohort's. The label is right of the dot up to `middle`, half of the axis, and left of it beyond.
    """
    counts = _("%(some)d of %(all)d") % {"some": dot.implemented_by_horizon, "all": dot.followed}
    return {
        "name": f"{name}\n{counts}",
        "value": [dot.followed, round(100 * dot.share, 1)],
        "label": {"show": True, "formatter": name, "position": "right" if dot.followed <= middle else "left"},
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

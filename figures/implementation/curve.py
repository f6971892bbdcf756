"""The curve of a rates page: shares by months since acceptance as a chart, as sentences and as rows of a table."""

from dataclasses import replace
from math import ceil, floor
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from figures.number_formats import number, share
from figures.outcomes.outcome_counts import HORIZONS, Figures
from figures.rates import ALL_STILL_OPEN, CurvePoint, is_masked
from web.pages.step_charts import Area, AxisLabel, LabelRow, Scale, StepChart, Stop, labelled_months

LEVELS: Final = (0, 0.25, 0.5, 0.75, 1)
# An event at the very end of the curve is drawn this wide at least, as a share of the width.
NARROWEST_STEP: Final = 1 / 50


def curve_rows(figures: Figures) -> list[CurvePoint]:
    """Return the points to list below the curve: month 0, each month with an event, the last one, the end after it.

    An event is an idea implemented or abandoned; its month is rounded up.
    """
    last, unfinished = figures.last_displayed_month or 0, unfinished_month(figures)
    months = {0, last, *(ceil(step.months) for step in figures.curve.steps if step.months <= last)}
    return [*(point_at(figures, month) for month in sorted(months)), *([unfinished] if unfinished else [])]


def point_at(figures: Figures, months: float) -> CurvePoint:
    """Return the point of the curve at `months`, with the interval that the page shows for it.

    Of several cohorts together only 12 and 24 months have one, by cohort, as in the headline.
    """
    point = figures.curve.at(months)
    if not figures.pooled:
        return point
    if months not in HORIZONS:
        return replace(point, low=None, high=None)
    within = figures.share_within(int(months))
    return replace(point, low=within.low, high=within.high)


def unfinished_month(figures: Figures) -> CurvePoint | None:
    """Return the point at the end of the curve if an idea was implemented or abandoned after the last full month, else
    None.
    """
    last, end = figures.last_displayed_month, figures.curve.last_known()
    if not last or end is None or not any(last < step.months <= end for step in figures.curve.steps):
        return None
    return point_at(figures, end)


def curve_chart(figures: Figures) -> StepChart | None:
    """Return the chart of the shares implemented, open and abandoned since acceptance, and a sentence for each month.

    The curve steps at each event. None where no share is known after a month.
    """
    last = figures.last_displayed_month
    if not last:
        return None
    unfinished = unfinished_month(figures)
    months = [point_at(figures, month) for month in range(last + 1)]
    end = unfinished.months if unfinished else last
    steps = [ALL_STILL_OPEN, *(step for step in figures.curve.steps if step.months <= end)]
    # An event on the last day has a step too: the drawing then goes on into the next month.
    scale = Scale(last=last + 1 if unfinished or steps[-1].months == last else last, top=1)
    until = max(end, steps[-1].months + NARROWEST_STEP * scale.last) if scale.last > last else last
    stops = [*months, unfinished] if unfinished else months
    return StepChart(
        id="incidence",
        label=_(
            "Share of ideas implemented, open and abandoned by months since acceptance. The table gives the figures."
        ),
        slider_label=_("Months since acceptance"),
        areas=_areas(scale, steps, until),
        lines=[] if figures.pooled else _bounds(scale, steps, until),
        levels=[AxisLabel(scale.y(level), share(level)) for level in LEVELS],
        rows=_label_rows(scale, [months[month] for month in labelled_months(last)]),
        stops=[Stop(scale.x(point.months), scale.y(point.implemented or 0), month_sentence(point)) for point in stops],
        first=min(HORIZONS[0], last),
    )


def _areas(scale: Scale, steps: list[CurvePoint], until: float) -> list[Area]:
    """Return the areas of the curve: abandoned on the full height, covered by open, covered by implemented."""
    implemented = [(step.months, step.implemented or 0) for step in steps]
    not_abandoned = [(step.months, 1 - (step.abandoned or 0)) for step in steps]
    return [
        Area("abandoned", scale.area([(0, 1)], until)),
        Area("open", scale.area(not_abandoned, until)),
        Area("implemented", scale.area(implemented, until)),
    ]


def _bounds(scale: Scale, points: list[CurvePoint], until: float) -> list[str]:
    """Return the paths of the lower and the upper bound of the share implemented, from its first event on.

    Empty where nothing was implemented.
    """
    bounded = [
        (point.months, point.low, point.high) for point in points if point.low is not None and point.high is not None
    ]
    if not bounded:
        return []
    lows = [(months, low) for months, low, _high in bounded]
    highs = [(months, high) for months, _low, high in bounded]
    return [scale.line(steps, until) for steps in (lows, highs)]


def _label_rows(scale: Scale, points: list[CurvePoint]) -> list[LabelRow]:
    """Return the labels below the curve at the months of `points`: the months, and the ideas followed (at risk)."""
    places = [scale.x(point.months) for point in points]
    months = [AxisLabel(x, str(point.months)) for x, point in zip(places, points, strict=True)]
    at_risk = [AxisLabel(x, number(point.at_risk)) for x, point in zip(places, points, strict=True)]
    return [LabelRow(_("months"), months), LabelRow(pgettext("ideas", "followed"), at_risk)]


def month_sentence(point: CurvePoint) -> str:
    """Return a point of the curve as a sentence: shares implemented, abandoned and open, interval, ideas at risk.

    A point between two months is the end of the curve, in a month that is not complete.
    """
    shares = {"abandoned": share(point.abandoned or 0), "open": share(point.open or 0)}
    words = {"when": _month_text(point.months), "at_risk": at_risk_text(point.at_risk), **shares}
    if not point.implemented:
        return _("%(when)s: none implemented, %(abandoned)s abandoned, %(open)s open; %(at_risk)s.") % words
    words["implemented"] = share(point.implemented)
    if point.low is None or point.high is None:
        sentence = _("%(when)s: %(implemented)s implemented, %(abandoned)s abandoned, %(open)s open; %(at_risk)s.")
        return sentence % words
    words |= {"low": share(point.low), "high": share(point.high)}
    return (
        _(
            "%(when)s: %(implemented)s implemented (95%% confidence interval %(low)s to %(high)s),"
            " %(abandoned)s abandoned, %(open)s open; %(at_risk)s."
        )
        % words
    )


def at_risk_text(ideas: int) -> str:
    """Return the number at risk at some age as text: “13 ideas were followed up to that age”."""
    words = ngettext("%(n)s idea was followed up to that age", "%(n)s ideas were followed up to that age", ideas)
    return words % {"n": number(ideas)}


def end_sentence(figures: Figures) -> str:
    """Return where the curve stops, and why, as a sentence; empty without a curve."""
    last = figures.last_displayed_month
    if not last:
        return ""
    if is_masked(figures.curve.at_risk(last)):
        words = _("The curve stops at month %(month)s: until then, the outcome of every idea is known.")
    else:
        words = _(
            "The curve stops at month %(month)s, the last whole month up to which at least five ideas were followed."
        )
    return words % {"month": number(last)}


def _month_text(months: float) -> str:
    """Return the time after acceptance as text: “12 months after acceptance”, or the number of an incomplete month."""
    if is_unfinished(months):
        return month_name(months)
    if not months:
        return _("At acceptance")
    words = ngettext("%(months)d month after acceptance", "%(months)d months after acceptance", int(months))
    return words % {"months": months}


def is_unfinished(months: float) -> bool:
    """Return whether a point of the curve lies between two whole months: in the month, at its end, that is not over."""
    return months != floor(months)


def month_name(months: float) -> str:
    """Return “Month 12”, or “Month 13, not complete” for a point between months 12 and 13."""
    words = _("Month %(number)d, not complete") if is_unfinished(months) else _("Month %(number)d")
    return words % {"number": ceil(months)}


def row_heading(point: CurvePoint) -> str:
    """Return the heading of a row of the table, whose column is titled “Months”: the number of months, or its name."""
    return month_name(point.months) if is_unfinished(point.months) else number(point.months)

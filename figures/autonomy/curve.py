"""The autonomy curve: the share of sessions that civil servants led, as a chart and as sentences."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cohorts.sessions.enums import SessionLead
from figures.autonomy.periods import AutonomyPeriod
from figures.number_formats import number, share
from web.pages.step_charts import Area, AxisLabel, LabelRow, Scale, StepChart, Stop, labelled_months

LEVELS: Final = (0, 0.25, 0.5, 0.75, 1)
COLOURS: Final = {
    SessionLead.CIVIL_SERVANTS: "implemented",
    SessionLead.BOTH: "residency",
    SessionLead.DESIGN_TEAM: "open",
}
KEY: Final = [(colour, lead.label) for lead, colour in COLOURS.items()]  # from the lowest area up


def autonomy_chart(periods: Sequence[AutonomyPeriod]) -> StepChart | None:
    """Return the chart of the shares by who led sessions, in periods of three months since cohorts began.

    A period without sessions has no area. None with fewer than two periods with sessions, which make no curve.
    """
    filled = [at for at, period in enumerate(periods) if period.sessions]
    if len(filled) < 2:
        return None
    scale = Scale(last=periods[-1].end, top=1)
    months = [month for month in labelled_months(periods[-1].end) if month % 3 == 0]
    return StepChart(
        id="autonomy",
        label=_(
            "Share of sessions by who led them, per period of three months since the cohort began;"
            " the table has them all"
        ),
        slider_label=pgettext("three months", "Period"),
        areas=[
            Area("open", _area(scale, periods, lambda _period: 1)),
            Area("residency", _area(scale, periods, lambda period: period.share_with_both or 0)),
            Area("implemented", _area(scale, periods, lambda period: period.share or 0)),
        ],
        levels=[AxisLabel(scale.y(level), share(level)) for level in LEVELS],
        rows=[LabelRow(_("months"), [AxisLabel(scale.x(month), number(month)) for month in months])],
        stops=[
            Stop(scale.x((period.start + period.end) / 2), scale.y(period.share or 0), period_sentence(period))
            for period in periods
        ],
        first=filled[-1],
    )


def _area(scale: Scale, periods: Sequence[AutonomyPeriod], height: Callable[[AutonomyPeriod], float]) -> str:
    """Return the SVG path of an area with this height in each period; periods without sessions are left out."""
    paths = []
    for has_sessions, group in groupby(periods, key=lambda period: bool(period.sessions)):
        if has_sessions:
            run = list(group)
            paths.append(scale.area([(period.start, height(period)) for period in run], run[-1].end))
    return "".join(paths)


def months_text(period: AutonomyPeriod) -> str:
    """Return the months of a period as text: “Months 4–6”."""
    return _("Months %(first)d–%(last)d") % {"first": period.start + 1, "last": period.end}


def period_sentence(period: AutonomyPeriod) -> str:
    """Return a period as a sentence: how many of its sessions civil servants led."""
    when = months_text(period)
    if not period.sessions:
        return _("%(months)s: no session.") % {"months": when}
    words = ngettext(
        "%(months)s: civil servants led %(alone)d of %(n)d session, and %(both)d together with the design team.",
        "%(months)s: civil servants led %(alone)d of %(n)d sessions, and %(both)d together with the design team.",
        period.sessions,
    )
    return words % {"months": when, "alone": period.civil_servants, "n": period.sessions, "both": period.both}

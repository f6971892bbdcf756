"""The autonomy curve on the pages of a cohort and of an edition."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.http import HttpRequest

from accounts.requests import person
from cohorts.models import Cohort
from figures.autonomy.curve import KEY, autonomy_chart, months_text
from figures.autonomy.periods import autonomy_periods
from figures.autonomy.queries import sessions_of_cohort, sessions_of_edition
from figures.scope.sentences import coverage
from figures.scope.visibility import VisibleCohorts, visible_cohorts
from programmes.models import Edition
from web.dates.months import completed_months
from web.pages.panels import Panel


def cohort_panel(_request: HttpRequest, cohort: Cohort) -> dict[str, Any] | None:
    """Return the context of the autonomy curve of a cohort, which has the column of `sessions_of_cohort`.

    None while nobody recorded who led a session.
    """
    rows = vars(cohort)["held_sessions"]
    return _context(
        (date.fromisoformat(row["last_day"]), row["led_by"], cohort.actual_start) for row in rows if row["last_day"]
    )


def edition_panel(request: HttpRequest, edition: Edition) -> dict[str, Any] | None:
    """Return the context of the autonomy curve of an edition, over the cohorts that the reader may count.

    These are the reader's own and those that share their figures with the edition; all for lab staff. None for others,
    and while nobody recorded who led a session.
    """
    user = person(request)
    visible = VisibleCohorts((), None) if user.is_lab_staff else visible_cohorts(user, edition=edition)
    if not visible.reads_edition(edition):
        return None
    scope = visible.scope(edition=edition)
    context = _context(sessions_of_edition(visible, scope))
    return context and context | {"coverage": coverage(visible, scope).sentences}


def _context(sessions: Iterable[tuple[date, str, date | None]]) -> dict[str, Any] | None:
    """Return the context of the curve of sessions that took place, each with day, lead and start of its cohort.

    None if nobody recorded who led one of them. Sessions of cohorts without a start are left out.
    """
    started = [(completed_months(start, max(start, day)), led_by) for day, led_by, start in sessions if start]
    periods = autonomy_periods((months, led_by) for months, led_by in started if led_by)
    if not periods:
        return None
    return {
        "chart": autonomy_chart(periods),
        "key": KEY,
        "periods": [(months_text(period), period) for period in periods if period.sessions],
        "held": len(started),
        "recorded": sum(period.sessions for period in periods),
    }


COHORT_PANEL: Final = Panel("figures/autonomy/panel.html", cohort_panel, columns=sessions_of_cohort)
EDITION_PANEL: Final = Panel("figures/autonomy/panel.html", edition_panel)

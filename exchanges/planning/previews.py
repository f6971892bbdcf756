"""The Intertransfos that an edition gets, shown before it is opened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from cohorts.calendars.proposals import ProposedCalendar, calendar_periods
from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort
from exchanges.planning.actions.proposals import missing_proposals
from exchanges.planning.planning_context import PlanningContext
from exchanges.planning.reason_texts import against_text, in_favour_text
from programmes.enums import EditionState
from programmes.models import Edition, Format
from web.dates.clock import platform_today
from web.pages.panels import Panel


@dataclass(frozen=True, slots=True)
class ProposedExchange:
    """An Intertransfo as it would be proposed: its number, dates and host, with the reasons for and against the day."""

    number: int
    first: date
    last: date
    host: str
    in_favour: str
    against: str


def previews(planning: PlanningContext) -> list[ProposedExchange]:
    """Return the Intertransfos that the planning would propose, by date; nothing is saved."""
    names = {cohort.slug: cohort.name for cohort in planning.cohorts}
    return [
        ProposedExchange(
            proposal.number,
            proposal.window.days[0],
            proposal.window.days[-1],
            proposal.host.name,
            in_favour_text(proposal.window.in_favour),
            against_text(proposal.window.against, names),
        )
        for proposal in missing_proposals(planning)
    ]


def exchanges_of_calendars(_request: HttpRequest, values: dict[str, Any], calendars: Sequence[ProposedCalendar]) -> Any:
    """Return the context of the part of the review page, before an edition is opened, with its Intertransfos.

    `values` are those of its form: format, name and first day. One statement; None for a format without Intertransfos.
    """
    version: Format = values["format"]
    if version.exchange_interval_months is None or not calendars:
        return None
    edition = Edition(
        format=version,
        name=values["name"],
        starts_on=values["starts_on"],
        ends_on=max(calendar.plan.ends_on for calendar in calendars),
        state=EditionState.OPEN,
    )
    planning = PlanningContext(edition, platform_today(), list(_cohorts(calendars)), [], calendar_periods())
    return {"proposals": previews(planning)}


def _cohorts(calendars: Iterable[ProposedCalendar]) -> Iterable[Any]:
    """Yield unsaved cohorts with what planning reads of them, as `expected_cohorts` would give them."""
    for number, calendar in enumerate(calendars):
        cohort: Any = Cohort(
            slug=f"proposed-{number}",
            name=calendar.participation.name,
            authority=calendar.participation.authority,
            planned_start=calendar.plan.starts_on,
            state=CohortState.PROSPECT,
        )
        cohort.people, cohort.turns, cohort.held, cohort.last_hosted, cohort.trips = 0, 0, 0, None, []
        cohort.session_days = [day for session in calendar.plan.sessions for day in session.days]
        yield cohort


OPENING = Panel("exchanges/planning/previews.html", exchanges_of_calendars)

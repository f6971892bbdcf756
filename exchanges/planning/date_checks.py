"""Checks of the days that an exchange may take, before an action writes them."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.models import Cohort
from exchanges.calendar import BLOCKING_SLUGS, Reason
from exchanges.models import Exchange
from exchanges.planning.planning_context import PlanningContext
from exchanges.planning.reason_texts import against_text
from web.errors import DomainError

MAX_DAYS = 10  # days

BLOCKED_MESSAGES = {
    "weekend": gettext_lazy("These days touch a weekend: choose others."),
    "host_public_holiday": gettext_lazy("These days touch a public holiday at the host: choose others."),
    "closed_season": gettext_lazy(
        "No Intertransfo takes place from 10 July to 31 August or from 15 December to 2 January. Choose other days."
    ),
    "closed_period": gettext_lazy("These days are closed in the lab’s calendar: choose others."),
    "other_exchange": gettext_lazy("Another Intertransfo of the edition takes some of these days. Choose other days."),
}


def check_days(
    planning: PlanningContext, first_day: date, days: int, host: Cohort, *, excluding: Exchange | None = None
) -> tuple[Reason, ...]:
    """Return the reasons against these days for an exchange, such as school holidays; empty when there are none.

    Raises DomainError unless there are one to ten days, for days that are past, today or outside the edition, and for
    days that are ruled out: weekends, holidays at the host, closed seasons and other exchanges. `excluding` is the
    exchange that moves, which does not block itself.
    """
    if not 1 <= days <= MAX_DAYS:
        raise DomainError(_("An Intertransfo lasts from one to ten days."), field="days")
    if first_day == planning.today:
        raise DomainError(_("Choose a day after today."), field="first_day")
    if first_day < planning.today:
        raise DomainError(_("This day is past: choose one to come."), field="first_day")
    start, end = planning.edition.starts_on, planning.edition.ends_on
    if start and end and not start <= first_day <= first_day + timedelta(days=days - 1) <= end:
        raise DomainError(_("These days are outside the edition: choose days before its end."), field="first_day")
    objections = planning.objections(first_day, days, host, taken=planning.taken(excluding=excluding))
    for reason in objections:
        if reason.slug in BLOCKING_SLUGS:
            raise DomainError(BLOCKED_MESSAGES[reason.slug], field="first_day")
    return objections


def check_sessions(objections: Iterable[Reason], planning: PlanningContext) -> None:
    """Raise DomainError when the reasons against some days include sessions that participating cohorts have on them.

    The message names these cohorts, from `planning`.
    """
    own = [reason for reason in objections if reason.slug == "own_session"]
    if own:
        sessions = against_text(own, {cohort.slug: cohort.name for cohort in planning.cohorts})
        message = _(
            "On these days: %(what)s. Choose other days, or tick “Choose these days although a cohort has a session”."
        )
        raise DomainError(message % {"what": sessions}, field="first_day")

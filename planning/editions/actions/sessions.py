"""Use a plan of the sessions of cohorts that share people: the action, and the token of what a person saw."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calendars.actions import lock_calendar, move_drafts
from cohorts.models import Cohort, Replanning
from planning.actions import PlansChanged
from planning.editions.actions.calculation import lock_plans_of_edition
from planning.editions.sessions.inputs import SessionInputs, read_sessions
from planning.editions.sessions.results import from_json
from planning.enums import PlanState
from planning.models import SessionPlan
from planning.solver.sessions import Days
from programmes.models import Edition
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint


@action(gettext_lazy("Plan of sessions used"))
def use_session_plan(*, edition: Edition, number: int, version_token: str, at: datetime, by: User) -> list[Replanning]:
    """Give the drafts of an edition's cohorts the days of a plan; return the records with which each cohort undoes it.

    `number` is the plan's, from 1; `version_token` its `session_plan_token` as the person saw it. Nobody receives an
    e-mail: they are drafts. Raises PlansChanged when the plan is not up to date, DatesInConflict for an impossible day.
    """
    plan = lock_plans_of_edition(SessionPlan, edition)
    for cohort in Cohort.objects.current().filter(edition=edition).order_by("pk"):
        lock_calendar(cohort)  # before the sessions are read: none moves while the plan is used
    inputs = read_sessions(plan, platform_day(at))
    if not version_token or version_token != session_plan_token(inputs, number):
        raise PlansChanged
    moved = moved_days(inputs, number)
    if not moved:
        raise DomainError(_("Nothing changes: the sessions have these days already."))
    plan.record_use(number, at)
    return [
        move_drafts(
            cohort=cohort,
            days={row.pk: moved[row.pk] for row in inputs.movable if row.cohort == cohort.slug and row.pk in moved},
            at=at,
            by=by,
        )
        for cohort in sorted(inputs.cohorts.values(), key=lambda cohort: cohort.pk)
        if any(row.cohort == cohort.slug and row.pk in moved for row in inputs.movable)
    ]


def moved_days(inputs: SessionInputs, number: int) -> dict[int, Days]:
    """Return the new days of the sessions that a plan moves, by their key; `number` is the plan's, from 1."""
    chosen = from_json(inputs.plan.result).plans[number - 1].chosen
    return {
        row.pk: chosen[str(row.pk)]
        for row in inputs.movable
        if str(row.pk) in chosen and chosen[str(row.pk)] != row.days
    }


def session_plan_token(inputs: SessionInputs, number: int) -> str:
    """Return a hash of a plan and of what it was calculated from; "" for one that is not up to date, or not there.

    A plan that moves a session to a day that has come is not up to date.
    """
    plan = inputs.plan
    is_current = plan.state == PlanState.DONE and plan.fingerprint == inputs.fingerprint
    if not is_current or not 1 <= number <= len(from_json(plan.result).plans):
        return ""
    moved = moved_days(inputs, number)
    return "" if any(days[0] <= inputs.today for days in moved.values()) else fingerprint(plan.fingerprint, number)

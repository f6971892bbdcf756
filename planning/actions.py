"""Actions on the plans of a residency: calculate them, lock weeks, record absences and exceptions, use a plan, undo it.

Where an action takes `at`, the day is that moment's local date in the cohort's authority.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calendars.actions import change_refusal, latest_replanning, lock_calendar, move_drafts, undo_replanning
from cohorts.calendars.replanning import DAY_ENDS, DAY_STARTS
from cohorts.clock import local_day
from cohorts.models import Cohort, Membership, Replanning, Session
from cohorts.sessions.actions.sessions import DayPlan, plan_session, remove_draft_session
from cohorts.sessions.enums import SessionKind
from cohorts.sessions.file_owners import SESSION
from files.models import Attachment
from planning.enums import Certainty, PlanState
from planning.models import (
    Absence,
    CalculatedPlan,
    CalculatedPlanQuerySet,
    LockedWeek,
    PlanException,
    ResidencyPlan,
)
from planning.reading import PlanningInputs, days_of_week, read_input
from planning.results import from_json
from planning.solver.problem import WeeksPlan
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint
from web.tasks import start_soon

CALCULATE_PLANS: Final = "planning.tasks.calculate_plans"
STALE_AFTER: Final = timedelta(minutes=5)  # without a report of its worker


class PlansChanged(DomainError):
    """Raised when a plan is not the one that the person saw, or was calculated from something that has changed."""

    def __init__(self) -> None:
        super().__init__(_("Something has changed since this plan was calculated. Calculate the plans again."))


def plan_of(cohort: Cohort) -> ResidencyPlan:
    """Return the cohort's plans, or new ones that are not saved yet (one statement)."""
    plan: ResidencyPlan = ResidencyPlan.objects.filter(cohort=cohort).first() or ResidencyPlan(cohort=cohort)
    plan.cohort = cohort
    return plan


def _lock_plans(cohorts: Iterable[Cohort]) -> list[ResidencyPlan]:
    """Return the plans of these cohorts as the database has them, by key of the cohort, locked until the action ends;
    they are created if needed.
    """
    by_key = {cohort.pk: cohort for cohort in cohorts}
    list(Cohort.objects.select_for_update(no_key=True).filter(pk__in=by_key).order_by("pk"))  # else two create a plan
    for cohort in by_key.values():
        ResidencyPlan.objects.get_or_create(cohort=cohort)
    plans = list(ResidencyPlan.objects.filter(cohort__in=by_key).locked())
    for plan in plans:
        plan.cohort = by_key[plan.cohort_id]
    return sorted(plans, key=lambda plan: plan.cohort_id)


def _lock_plan(cohort: Cohort) -> ResidencyPlan:
    """Return the plans of a cohort, locked as by `_lock_plans`."""
    return _lock_plans([cohort])[0]


@action(gettext_lazy("Plans of on-site weeks requested"))
def request_plans(*, cohort: Cohort, weeks_apart: int, at: datetime, by: User | None) -> ResidencyPlan:
    """Have the worker calculate plans with at least `weeks_apart` weeks from one on-site week to the next; return them.

    While they are being calculated only `weeks_apart` changes: a result with another number is out of date.
    """
    plan = _lock_plan(cohort)
    if plan.is_under_way:
        plan.weeks_apart = weeks_apart
        plan.save(update_fields=["weeks_apart"])
        return plan
    plan.weeks_apart = weeks_apart
    _request(plan, [], at)
    start_soon(CALCULATE_PLANS)
    return plan


@action(gettext_lazy("Plans of several residencies requested"))
def request_plans_together(*, cohorts: Sequence[Cohort], at: datetime, by: User) -> list[ResidencyPlan]:
    """Have the worker calculate the plans of residencies that share people together; return those requested.

    Each keeps its weeks from one on-site week to the next. A residency whose plans are being calculated is left out.
    """
    plans = [plan for plan in _lock_plans(cohorts) if not plan.is_under_way]
    for plan in plans:
        _request(plan, [each.cohort_id for each in plans], at)
    start_soon(CALCULATE_PLANS)
    return plans


def _request(plan: ResidencyPlan, together: list[int], at: datetime) -> None:
    """Let plans wait for the worker."""
    plan.state, plan.requested_at, plan.steps_done, plan.together = PlanState.WAITING, at, 0, together
    plan.save(update_fields=["state", "requested_at", "weeks_apart", "steps_done", "together"])


@action(gettext_lazy("Calculation of plans begun"))
def start_calculation(*, by: None, at: datetime) -> list[ResidencyPlan]:
    """Take the oldest plans that wait, with those requested together with them, and return them; empty without any.

    Plans whose worker has not reported for five minutes wait again, as if requested now: `requested_at` is what a
    worker's reports are compared with, so that nothing counts that a slow one sends after another took over.
    """
    stale = ResidencyPlan.objects.stale_since(at - STALE_AFTER).locked()
    ResidencyPlan.objects.filter(pk__in=[plan.pk for plan in stale]).update(state=PlanState.WAITING, requested_at=at)
    plans = next(filter(None, map(_claim, ResidencyPlan.objects.waiting())), [])
    for plan in plans:
        plan.state, plan.heartbeat_at, plan.steps_done = PlanState.RUNNING, at, 0
        plan.save(update_fields=["state", "heartbeat_at", "steps_done"])
    return plans


def _claim(plan: ResidencyPlan) -> list[ResidencyPlan]:
    """Return the plans that wait together with these, locked; empty if another worker takes some of them."""
    rows = ResidencyPlan.objects.waiting().requested_with(plan)
    related = ("cohort__authority", "cohort__edition__format", "cohort__edition__programme")
    claimed = rows.select_for_update(skip_locked=True, of=("self",)).select_related(*related)
    plans = list(claimed)
    return plans if len(plans) == rows.count() else []


@action(gettext_lazy("Progress recorded"))
def record_step(*, plans: Sequence[CalculatedPlan], step: int, by: None, at: datetime) -> bool:
    """Record how many steps of a calculation are done, as a report of the worker; return False if none of these
    plans is still calculated by it: someone cancelled them, or another worker has taken them over.
    """
    return bool(_still_running(plans).update(steps_done=step, heartbeat_at=at))


@action(gettext_lazy("Plans calculated"))
def finish_calculation(
    *, plan: CalculatedPlan, result: Mapping[str, Any], fingerprint: str, by: None, at: datetime
) -> bool:
    """Save what the solver found, as JSON, and the fingerprint of what it was calculated from; return whether it was
    saved.

    It is not when someone cancelled the calculation, or another worker has begun it again.
    """
    values = {"result": result, "fingerprint": fingerprint, "calculated_at": at, "state": PlanState.DONE}
    return bool(_still_running([plan]).update(**values))


def _still_running(plans: Sequence[CalculatedPlan]) -> CalculatedPlanQuerySet:
    """Return those of the plans, all of one model, that the worker which took them still calculates, locked."""
    keys, requests = [plan.pk for plan in plans], [plan.requested_at for plan in plans]
    rows = CalculatedPlanQuerySet(type(plans[0]))
    running = rows.filter(pk__in=keys, state=PlanState.RUNNING, requested_at__in=requests)
    return rows.filter(pk__in=[plan.pk for plan in running.locked()])


@action(gettext_lazy("Calculation of plans failed"))
def fail_calculation(*, plans: Sequence[CalculatedPlan], by: None) -> None:
    """Record that the plans could not be calculated."""
    _still_running(plans).update(state=PlanState.FAILED)


@action(gettext_lazy("On-site week locked"))
def lock_week(*, cohort: Cohort, monday: date, by: User) -> LockedWeek:
    """Lock a week, so that every plan has it as an on-site week; `monday` is its first day. A locked week stays."""
    week, _created = LockedWeek.objects.get_or_create(plan=_lock_plan(cohort), monday=monday)
    return week


@action(gettext_lazy("On-site week unlocked"))
def unlock_week(*, cohort: Cohort, monday: date, by: User) -> None:
    """Unlock a week; one that is not locked stays so."""
    LockedWeek.objects.filter(plan=_lock_plan(cohort), monday=monday).delete()


@action(gettext_lazy("Absence recorded"))
def add_absence(
    *,
    cohort: Cohort,
    member: Membership | None,
    host: str = "",
    first_day: date,
    last_day: date,
    certainty: str = Certainty.AWAY,
    by: User,
) -> Absence:
    """Record days on which a member of the team or a host cannot be on site, or has still to confirm; return them.

    The same days recorded twice are one absence.
    """
    absence, _created = Absence.objects.get_or_create(
        plan=_lock_plan(cohort), member=member, host=host, first_day=first_day, last_day=last_day, certainty=certainty
    )
    return absence


@action(gettext_lazy("Absence removed"))
def remove_absence(*, absence: Absence, by: User) -> None:
    """Remove an absence that no longer holds; the history keeps it."""
    absence.delete()


@action(gettext_lazy("Exception to a rule of plans allowed"))
def allow_exception(
    *, cohort: Cohort, rule: str, subject: str, monday: date | None, reason: str, by: User
) -> PlanException:
    """Let plans break a rule, with the reason; return the exception. One that exists gets the new reason."""
    exception, _created = PlanException.objects.update_or_create(
        plan=_lock_plan(cohort), rule=rule, subject=subject, monday=monday, defaults={"reason": reason}
    )
    return exception


@action(gettext_lazy("Exception to a rule of plans withdrawn"))
def withdraw_exception(*, exception: PlanException, by: User) -> None:
    """Have plans respect the rule again; the history keeps the exception with its reason."""
    exception.delete()


@action(gettext_lazy("Plan of on-site weeks used"))
def use_plan(*, cohort: Cohort, number: int, version_token: str, at: datetime, by: User) -> ResidencyPlan:
    """Give the cohort's drafts of on-site weeks the weeks of a plan, and add drafts where they are missing.

    `number` is the plan's, from 1; `version_token` its `plan_token` as the person saw it. Confirmed weeks stay. Returns
    the plans, which remember how to undo this. Raises PlansChanged when they are not up to date or a draft was changed,
    DomainError for a week that is impossible and for plans of several residencies, which are used together.
    """
    plan = _lock_plan(cohort)
    lock_calendar(cohort)
    inputs = read_input(plan, local_day(cohort, at))
    if plan.together:
        raise DomainError(use_plan_refusal(inputs, number))
    if version_token != plan_token(inputs, number):
        raise PlansChanged
    return _use(inputs, number, at=at, by=by)


def use_plan_refusal(inputs: PlanningInputs, number: int) -> str:
    """Return the sentence why the plan with this number cannot be used for its residency alone; "" when it can."""
    if inputs.plan.together:
        return _("This plan fits those of other residencies. The lab uses them together, on the page of the edition.")
    return "" if chosen_plan(inputs, number) else str(PlansChanged())


@action(gettext_lazy("Plans of several residencies used"))
def use_plans_together(*, cohorts: Sequence[Cohort], version_token: str, at: datetime, by: User) -> list[ResidencyPlan]:
    """Give the drafts of several residencies the weeks of their best plans; return the plans of these residencies.

    A residency without a plan keeps its drafts. `version_token` is the `token_of_plans` as the person saw it. Each is
    undone on its own page. Raises PlansChanged when one of them is not up to date, or none has a plan.
    """
    plans = _lock_plans(cohorts)
    for plan in plans:
        lock_calendar(plan.cohort)  # before the sessions are read: none moves while the plans are used
    inputs = [read_input(plan, local_day(plan.cohort, at)) for plan in plans if plan.result.get("plans")]
    if not inputs or version_token != token_of_plans(inputs):
        raise PlansChanged
    return [_use(each, 1, at=at, by=by) for each in inputs]


def _use(inputs: PlanningInputs, number: int, *, at: datetime, by: User) -> ResidencyPlan:
    """Give drafts the weeks of a plan; raise PlansChanged when it is not up to date.

    Drafts that have them already stay, and can still get the days back that they had before the plan was used.
    """
    plan, chosen = inputs.plan, chosen_plan(inputs, number)
    if chosen is None:
        raise PlansChanged
    if has_weeks_of(inputs, chosen):
        return plan
    weeks = new_days(inputs, chosen)
    added = [_add_week(inputs, days, by) for days in weeks[len(inputs.drafts) :]]
    days = {session.pk: own for session, own in zip([*inputs.drafts, *added], weeks, strict=False)}
    plan.applied = move_drafts(cohort=plan.cohort, days=days, at=at, by=by)
    plan.added_sessions = [session.pk for session in added]
    plan.save(update_fields=["applied", "added_sessions"])
    return plan


def token_of_plans(inputs: Sequence[PlanningInputs]) -> str:
    """Return a hash of the best plans of several residencies, and of the drafts that take their weeks; "" if one of
    them is not up to date.
    """
    tokens = [plan_token(each, 1) for each in inputs]
    return fingerprint(tokens) if all(tokens) else ""


def chosen_plan(inputs: PlanningInputs, number: int) -> WeeksPlan | None:
    """Return the plan with this number, from 1; None if there is none, or it is not up to date."""
    plans = from_json(inputs.plan.result).plans
    is_current = inputs.plan.state == PlanState.DONE and inputs.plan.fingerprint == inputs.fingerprint
    return plans[number - 1] if is_current and 1 <= number <= len(plans) else None


def plan_token(inputs: PlanningInputs, number: int) -> str:
    """Return a hash of the weeks of a plan and of the drafts that take them, as a person sees them; "" without such a
    plan.
    """
    chosen = chosen_plan(inputs, number)
    if chosen is None:
        return ""
    drafts = [(row.pk, row.version, *(str(day.date) for day in row.days.all())) for row in inputs.drafts]
    return fingerprint(inputs.fingerprint, [str(monday) for monday in chosen.mondays], drafts)


def new_days(inputs: PlanningInputs, plan: WeeksPlan) -> list[list[date]]:
    """Return the days of each week that the plan places, in order: Monday to Friday without public holidays."""
    calendar = inputs.plan.cohort.authority.calendar
    return [days_of_week(monday, calendar) for monday in sorted(plan.people)]


def has_weeks_of(inputs: PlanningInputs, plan: WeeksPlan) -> bool:
    """Return whether the drafts have the weeks of the plan already, so that using it changes nothing."""
    weeks = new_days(inputs, plan)
    return [[day.date for day in draft.days.all()] for draft in inputs.drafts[: len(weeks)]] == weeks


def _add_week(inputs: PlanningInputs, days: Sequence[date], by: User) -> Session:
    """Add a draft of an on-site week on these days, with the next number, and return it."""
    cohort = inputs.plan.cohort
    numbers = [number for number in cohort.sessions.values_list("number", flat=True) if number.isdecimal()]
    return plan_session(
        cohort=cohort,
        number=str(max(map(int, numbers), default=0) + 1),
        kind=SessionKind.IMMERSION,
        days=[DayPlan(day, DAY_STARTS, DAY_ENDS, cohort.site) for day in days],
        accept_conflicts=True,
        by=by,
    )


@action(gettext_lazy("Plan of on-site weeks undone"))
def undo_plan(*, cohort: Cohort, at: datetime, by: User) -> ResidencyPlan:
    """Give the drafts of on-site weeks the days they had before the plan was used, and remove those it added.

    Raises DomainError, with the reason, when they have changed since then, or no plan is in use.
    """
    plan = _lock_plan(cohort)
    lock_calendar(cohort)
    if reason := undo_plan_refusal(plan):
        raise DomainError(reason)
    added = Session.objects.filter(pk__in=plan.added_sessions, cohort=cohort)
    plan.applied, plan.added_sessions = None, []
    plan.save(update_fields=["applied", "added_sessions"])  # first: the days of a plan in use are not restored alone
    undo_replanning(cohort=cohort, at=at, by=by)
    for session in added:
        remove_draft_session(session=session, by=by)
    return plan


def undo_plan_refusal(plan: ResidencyPlan) -> str:
    """Return the sentence why the plan in use cannot be undone; "" when it can."""
    latest = latest_replanning(plan.cohort)
    if plan.applied_id is None:
        return _("No plan is in use.")
    if latest is None or latest.pk != plan.applied_id:
        return _("The drafts were moved again since then. Move the sessions one by one.")
    if latest.undone_at:
        return _("The drafts are back on their earlier days. Remove the drafts that the plan added one by one.")
    if reason := change_refusal(plan.cohort, latest):
        return reason
    if numbers := ", ".join(_prepared_drafts(plan)):
        return _("Sessions changed since the drafts were moved: %(numbers)s. Move the sessions one by one.") % {
            "numbers": numbers
        }
    return ""


def _prepared_drafts(plan: ResidencyPlan) -> list[str]:
    """Return the numbers of the drafts that the plan added and that people have prepared since: they have a title,
    another kind, challenges, field notes or files.
    """
    files = Attachment.objects.filter(about=SESSION, object_id=OuterRef("pk"), withdrawn_at=None)
    is_new = Q(title="", kind=SessionKind.IMMERSION, challenges=None, notes=None) & ~Q(Exists(files))
    rows = Session.objects.filter(pk__in=plan.added_sessions, cohort=plan.cohort)
    return list(rows.exclude(pk__in=rows.filter(is_new)).order_by("pk").values_list("number", flat=True))


def undo_refusal(replanning: Replanning) -> str:
    """Return the sentence why a replanning is not undone alone: a plan in use made it; "" for others."""
    if ResidencyPlan.objects.filter(applied=replanning).exists():
        return _("A plan moved the drafts. Undo it on the page “Plan the on-site weeks”.")
    return ""

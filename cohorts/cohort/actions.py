"""Actions on a cohort's own life: its states, its dates, its budget."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calendars.planning import dated_phases
from cohorts.calendars.proposals import pattern_of
from cohorts.cohort.enums import COHORT_TRANSITIONS, CohortState
from cohorts.cohort.format_checks import departures_from_format, format_exception_with
from cohorts.models import Cohort
from cohorts.registries import arrivals, departures, drop_outs, hold_what_follows
from cohorts.sessions.actions.sessions import cancel_session
from cohorts.sessions.enums import SessionState
from programmes.actions import start_edition
from programmes.enums import EditionState
from programmes.models import Edition
from web.actions import action
from web.dates.plausible import far_from
from web.errors import DomainError

FAR_FROM_COHORT = gettext_lazy("This date is more than a year from the cohort’s dates. Check the year.")
OVER = frozenset({CohortState.COMPLETED, CohortState.ALUMNI, CohortState.WITHDRAWN})
TO_BE_HELD = (SessionState.DRAFT, SessionState.SCHEDULED, SessionState.POSTPONED)


@action(gettext_lazy("Agreement recorded"))
def agree_cohort(*, cohort: Cohort, at: datetime, by: User | None) -> Cohort:
    """The authority has signed: the prospect becomes a cohort that is awaited."""
    hold_what_follows(cohort)
    return _arrived(_go(cohort, CohortState.AGREED), at=at, by=by)


@action(gettext_lazy("Cohort started"))
def start_cohort(*, cohort: Cohort, actual_start: date, by: User | None, today: date, reason: str = "") -> Cohort:
    """Record the day work began, today at the latest; the first cohort to start sets its edition running.

    A cohort that departs from its format (see `format_checks`) starts with a `reason`, which it keeps. Raises
    DomainError without one, and for a day more than a year from the planned start.
    """
    _not_later(actual_start, today, "actual_start")
    if far_from(actual_start, cohort.planned_start, cohort.planned_start):
        raise DomainError(
            _("This date is more than a year from the planned start. Check the year."), field="actual_start"
        )
    Edition.objects.select_for_update(no_key=True).get(pk=cohort.edition_id)  # before the cohort, as a turn given does
    exception = format_exception_with(cohort, departures_from_format(cohort, actual_start), reason)
    started = _go(cohort, CohortState.RUNNING, actual_start=actual_start, format_exception=exception)
    if started.edition.state == EditionState.OPEN:
        start_edition(edition=started.edition, by=by)
    return started


@action(gettext_lazy("Cohort suspended"))
def suspend_cohort(*, cohort: Cohort, reason: str, at: datetime, by: User | None) -> Cohort:
    """Pause the cohort, saying why; what others counted on it for is planned anew."""
    reason = _given(reason, _("Say why the cohort pauses."))
    hold_what_follows(cohort)
    return _dropped_out(_go(cohort, CohortState.SUSPENDED, reason=reason), reason, at=at, by=by)


@action(gettext_lazy("Cohort resumed"))
def resume_cohort(*, cohort: Cohort, at: datetime, by: User | None) -> Cohort:
    """Take up work again after a pause; the day it first started stays."""
    if cohort.state != CohortState.SUSPENDED:
        raise DomainError(_("The cohort is not suspended: there is nothing to resume."))
    hold_what_follows(cohort)
    return _arrived(_go(cohort, CohortState.RUNNING, reason=""), at=at, by=by)


@action(gettext_lazy("Cohort completed"))
def complete_cohort(*, cohort: Cohort, actual_end: date, by: User | None, today: date) -> Cohort:
    """Record the last day of work, today at the latest; memberships go on until people leave.

    Raises DomainError for a day more than a year after the planned end: that one is moved first.
    """
    _not_later(actual_end, today, "actual_end")
    if far_from(actual_end, cohort.starts_on, cohort.ends_on):
        raise DomainError(FAR_FROM_COHORT, field="actual_end")
    return _go(cohort, CohortState.COMPLETED, actual_end=actual_end)


@action(gettext_lazy("Cohort became alumni"))
def become_alumni(*, cohort: Cohort, by: User | None) -> Cohort:
    """A completed cohort joins the alumni."""
    return _go(cohort, CohortState.ALUMNI)


@action(gettext_lazy("Cohort withdrew"))
def withdraw_cohort(*, cohort: Cohort, reason: str, at: datetime, by: User | None) -> Cohort:
    """The authority leaves the edition: sessions still to be held are cancelled with the same reason.

    What others counted on the cohort for is planned anew; its people leave with it.
    """
    reason = _given(reason, _("Say why the cohort withdraws."))
    hold_what_follows(cohort)
    withdrawn = _go(cohort, CohortState.WITHDRAWN, reason=reason)
    for session in withdrawn.sessions.filter(state__in=TO_BE_HELD).order_by("pk"):
        cancel_session(session=session, reason=reason, at=at, by=by)
    _dropped_out(withdrawn, reason, at=at, by=by)
    for follow in departures:
        follow(cohort=withdrawn, people=_people_of(withdrawn), at=at, by=by)
    return withdrawn


@action(gettext_lazy("Dates of the cohort changed"))
def reschedule_cohort(*, cohort: Cohort, planned_start: date, planned_end: date, by: User | None) -> Cohort:
    """Change the planned dates; phases follow a new start by the format's months, the last one to the new end.

    Sessions keep their days. Once started, only the planned end can move. Raises DomainError for a start more than a
    year outside the edition.
    """
    row = _locked(cohort)
    if row.state in OVER:
        raise DomainError(_("The cohort is over: its dates can no longer be changed."))
    if row.actual_start and planned_start != row.planned_start:
        raise DomainError(
            _("The cohort has started: its planned start can no longer be changed."), field="planned_start"
        )
    if far_from(planned_start, row.edition.starts_on, row.edition.ends_on):
        raise DomainError(
            _("This date is more than a year from the edition’s dates. Check the year."), field="planned_start"
        )
    row.planned_start, row.planned_end = planned_start, planned_end
    row.save(update_fields=["planned_start", "planned_end"])
    _date_phases(row)
    return row


class Budget(TypedDict):
    """Euros the authority contributes and days the lab's team gives, planned and actual."""

    planned_contribution: Decimal | None
    actual_contribution: Decimal | None
    planned_team_days: Decimal | None
    actual_team_days: Decimal | None


@action(gettext_lazy("Budget changed"))
def change_budget(*, cohort: Cohort, by: User | None, **budget: Unpack[Budget]) -> Cohort:
    """Record contribution and team days; none may be negative."""
    for name, value in budget.items():
        if isinstance(value, Decimal) and value < 0:
            raise DomainError(_("Enter zero or a higher number."), field=name)
    return _written(cohort, dict(budget))


class Details(TypedDict):
    """What a cohort is called and how many it seats."""

    name: str
    code: str
    site: str
    theme: str
    seats: int


@action(gettext_lazy("Details changed"))
def change_details(*, cohort: Cohort, by: User | None, **details: Unpack[Details]) -> Cohort:
    """Correct name, code, site, theme and seats; the address stays. Ideas already captured keep their reference."""
    return _written(cohort, dict(details))


def _locked(cohort: Cohort) -> Cohort:
    """The row as it is now, held until the action is done."""
    return Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=cohort.pk)


def _go(cohort: Cohort, state: CohortState, **changes: object) -> Cohort:
    """Move along a declared transition; raises DomainError for any other, the state it has already included."""
    row = _locked(cohort)
    if state not in COHORT_TRANSITIONS.get(CohortState(row.state), []):
        raise DomainError(
            _("A cohort that is “%(now)s” cannot become “%(then)s”.")
            % {"now": row.get_state_display(), "then": state.label}
        )
    return _write(row, {"state": state, **changes})


def _dropped_out(cohort: Cohort, reason: str, *, at: datetime, by: User | None) -> Cohort:
    for follow in drop_outs:
        follow(cohort=cohort, reason=reason, at=at, by=by)
    return cohort


def _arrived(cohort: Cohort, *, at: datetime, by: User | None) -> Cohort:
    for follow in arrivals:
        follow(cohort=cohort, people=_people_of(cohort), at=at, by=by)
    return cohort


def _people_of(cohort: Cohort) -> QuerySet[User]:
    """Its members, and the admins of its authority."""
    return User.objects.filter(Q(memberships__cohort=cohort) | Q(administered__authority=cohort.authority_id))


def _written(cohort: Cohort, changes: dict[str, object]) -> Cohort:
    return _write(_locked(cohort), changes)


def _write(row: Cohort, changes: dict[str, object]) -> Cohort:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    return row


def _given(reason: str, sentence: str) -> str:
    if not reason.strip():
        raise DomainError(sentence, field="reason")
    return reason.strip()


def _not_later(day: date, today: date, field: str) -> None:
    if day > today:
        raise DomainError(_("This date is in the future. Record it once the day has come."), field=field)


def _date_phases(cohort: Cohort) -> None:
    """Phases from the format's months, cut at the cohort's end; the last one lasts until then."""
    if not (cohort.planned_start and cohort.planned_end):
        return
    end = cohort.planned_end
    dated = {
        phase.kind: phase for phase in dated_phases(pattern_of(cohort.edition.format).phases, cohort.planned_start)
    }
    last = max(dated.values(), key=lambda phase: phase.ends_on, default=None)
    for row in cohort.phases.filter(kind__in=dated):
        phase = dated[row.kind]
        row.starts_on = min(phase.starts_on, end)
        row.ends_on = end if phase is last else min(phase.ends_on, end)
        row.save(update_fields=["starts_on", "ends_on"])

"""Actions on a cohort: its states, its dates, its details."""

from datetime import date, datetime
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calendars.planning import dated_phases
from cohorts.calendars.proposals import pattern_of
from cohorts.cohort.enums import COHORT_TRANSITIONS, CohortState
from cohorts.cohort.format_checks import deviations_from_format, format_exception_with
from cohorts.hooks import cohort_hooks, lock_before_leaving
from cohorts.models import Cohort
from cohorts.sessions.actions.sessions import cancel_session
from cohorts.sessions.enums import SessionState
from programmes.actions import start_edition
from programmes.enums import EditionState
from programmes.models import Edition
from web.actions import action
from web.dates.plausible import is_far_from
from web.errors import DomainError

FAR_FROM_COHORT = gettext_lazy("This date is more than a year from the cohort’s dates. Check the year.")
ENDED_STATES = frozenset({CohortState.COMPLETED, CohortState.ALUMNI, CohortState.WITHDRAWN})
NOT_YET_HELD = (SessionState.DRAFT, SessionState.SCHEDULED, SessionState.POSTPONED)


@action(gettext_lazy("Agreement recorded"))
def agree_cohort(*, cohort: Cohort, at: datetime, by: User | None) -> Cohort:
    """Record that the authority has signed: its cohort changes from prospect to agreed. Return the saved cohort.

    Other apps are informed that its people take part. `at` is the moment, `by` who acts. Raises DomainError from any
    other state.
    """
    lock_before_leaving(cohort)
    return _after_joining(_change_state(cohort, CohortState.AGREED), at=at, by=by)


@action(gettext_lazy("Cohort started"))
def start_cohort(*, cohort: Cohort, actual_start: date, by: User | None, today: date, reason: str = "") -> Cohort:
    """Record the cohort's first day of work (`actual_start`), not later than `today`, and set it running; return the
    cohort.

    The first cohort to start sets its open edition running. A cohort that departs from its format (too many on-site
    weeks, a discipline missing) needs a `reason`, which is recorded. `by` is who acts. Raises DomainError without one,
    for a day more than a year from the planned start, and if the cohort is not agreed.
    """
    _refuse_future_day(actual_start, today, "actual_start")
    if is_far_from(actual_start, cohort.planned_start, cohort.planned_start):
        raise DomainError(
            _("This date is more than a year from the planned start. Check the year."), field="actual_start"
        )
    Edition.objects.select_for_update(no_key=True).get(
        pk=cohort.edition_id
    )  # locked before the cohort, as host turns do
    exception = format_exception_with(cohort, deviations_from_format(cohort, actual_start), reason)
    started = _change_state(cohort, CohortState.RUNNING, actual_start=actual_start, format_exception=exception)
    if started.edition.state == EditionState.OPEN:
        start_edition(edition=started.edition, by=by)
    return started


@action(gettext_lazy("Cohort suspended"))
def suspend_cohort(*, cohort: Cohort, reason: str, at: datetime, by: User | None) -> Cohort:
    """Suspend a running cohort with a reason; return the saved cohort.

    Other apps react within the action: a turn to host an exchange passes on, for example. Raises DomainError without a
    reason, and for a cohort in another state. `at` is the moment, `by` who acts.
    """
    reason = _required_reason(reason, _("Say why the cohort pauses."))
    lock_before_leaving(cohort)
    return _after_drop_out(_change_state(cohort, CohortState.SUSPENDED, reason=reason), reason, at=at, by=by)


@action(gettext_lazy("Cohort resumed"))
def resume_cohort(*, cohort: Cohort, at: datetime, by: User | None) -> Cohort:
    """Set a suspended cohort running again; its first start date does not change. Return the saved cohort.

    Other apps are informed that its people take part again. Raises DomainError for a cohort in another state. `at` is
    the moment, `by` who acts.
    """
    if cohort.state != CohortState.SUSPENDED:
        raise DomainError(_("The cohort is not suspended: there is nothing to resume."))
    lock_before_leaving(cohort)
    return _after_joining(_change_state(cohort, CohortState.RUNNING, reason=""), at=at, by=by)


@action(gettext_lazy("Cohort completed"))
def complete_cohort(*, cohort: Cohort, actual_end: date, by: User | None, today: date) -> Cohort:
    """Record the running cohort's last day of work (`actual_end`), not later than `today`; memberships continue.

    Returns the saved cohort; `by` is who acts. Raises DomainError for a day more than a year from the cohort's dates,
    and if it is not running.
    """
    _refuse_future_day(actual_end, today, "actual_end")
    if is_far_from(actual_end, cohort.starts_on, cohort.ends_on):
        raise DomainError(FAR_FROM_COHORT, field="actual_end")
    return _change_state(cohort, CohortState.COMPLETED, actual_end=actual_end)


@action(gettext_lazy("Cohort became alumni"))
def become_alumni(*, cohort: Cohort, by: User | None) -> Cohort:
    """Change a completed cohort to the state “alumni”; return it. Raises DomainError for a cohort in another state.

    `by` is who acts.
    """
    return _change_state(cohort, CohortState.ALUMNI)


@action(gettext_lazy("Cohort withdrew"))
def withdraw_cohort(*, cohort: Cohort, reason: str, at: datetime, by: User | None) -> Cohort:
    """Withdraw the cohort from its edition, and cancel its draft, scheduled and postponed sessions with the same
    reason.

    Other apps react (a turn to host an exchange passes on) and treat its people as having left. Returns the saved
    cohort. Raises DomainError without a reason, and once the cohort is completed. `at` is the moment, `by` who acts.
    """
    reason = _required_reason(reason, _("Say why the cohort withdraws."))
    lock_before_leaving(cohort)
    withdrawn = _change_state(cohort, CohortState.WITHDRAWN, reason=reason)
    for session in withdrawn.sessions.filter(state__in=NOT_YET_HELD).order_by("pk"):
        cancel_session(session=session, reason=reason, at=at, by=by)
    _after_drop_out(withdrawn, reason, at=at, by=by)
    for hooks in cohort_hooks:
        hooks.people_left(cohort=withdrawn, people=_people_of(withdrawn), at=at, by=by)
    return withdrawn


@action(gettext_lazy("Dates of the cohort changed"))
def reschedule_cohort(*, cohort: Cohort, planned_start: date, planned_end: date, by: User | None) -> Cohort:
    """Change the planned first and last day of a cohort; its phases follow, its sessions keep their days. Return the
    cohort.

    Once the cohort has started, only the planned end can change. Raises DomainError otherwise, for a cohort that is
    completed, alumni or withdrawn, and for a start more than a year outside the edition. `by` is who acts.
    """
    row = _lock_cohort(cohort)
    if row.state in ENDED_STATES:
        raise DomainError(_("The cohort is over: its dates can no longer be changed."))
    if row.actual_start and planned_start != row.planned_start:
        raise DomainError(
            _("The cohort has started: its planned start can no longer be changed."), field="planned_start"
        )
    if is_far_from(planned_start, row.edition.starts_on, row.edition.ends_on):
        raise DomainError(
            _("This date is more than a year from the edition’s dates. Check the year."), field="planned_start"
        )
    row.planned_start, row.planned_end = planned_start, planned_end
    row.save(update_fields=["planned_start", "planned_end"])
    _date_phases(row)
    return row


class CohortDetails(TypedDict):
    """The name, code, site, theme and number of seats of a cohort, and the agreed days of its design team."""

    name: str
    code: str
    site: str
    theme: str
    seats: int
    planned_team_days: NotRequired[Decimal | None]


@action(gettext_lazy("Details changed"))
def change_details(*, cohort: Cohort, by: User | None, **details: Unpack[CohortDetails]) -> Cohort:
    """Change the name, code, site, theme, seats and agreed days of a cohort, as `details` gives them; return it.

    Its URL does not change, nor do the references of ideas already captured, which begin with the old code. `by` is who
    acts. Raises DomainError when a database rule refuses a value, such as a code in use.
    """
    return _lock_and_save(cohort, dict(details))


def _lock_cohort(cohort: Cohort) -> Cohort:
    """Return the cohort as the database has it now, with its edition, locked until the action ends."""
    return Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=cohort.pk)


def _change_state(cohort: Cohort, state: CohortState, **changes: object) -> Cohort:
    """Change the cohort's state, and set the other columns given in `changes`; return the saved cohort.

    Raises DomainError for a change that the life of a cohort does not have, and when it has that state already.
    """
    row = _lock_cohort(cohort)
    if state not in COHORT_TRANSITIONS.get(CohortState(row.state), []):
        raise DomainError(
            _("A cohort that is “%(now)s” cannot become “%(then)s”.")
            % {"now": row.get_state_display(), "then": state.label}
        )
    return _save_changes(row, {"state": state, **changes})


def _after_drop_out(cohort: Cohort, reason: str, *, at: datetime, by: User | None) -> Cohort:
    """Inform the other apps that the cohort is suspended or withdrawn, with the reason; return the cohort.

    `at` is the moment, `by` who acts.
    """
    for hooks in cohort_hooks:
        hooks.cohort_dropped_out(cohort=cohort, reason=reason, at=at, by=by)
    return cohort


def _after_joining(cohort: Cohort, *, at: datetime, by: User | None) -> Cohort:
    """Inform the other apps that the people of the cohort take part, for the first time or again; return the cohort.

    `at` is the moment, `by` who acts.
    """
    for hooks in cohort_hooks:
        hooks.people_joined(cohort=cohort, people=_people_of(cohort), at=at, by=by)
    return cohort


def _people_of(cohort: Cohort) -> QuerySet[User]:
    """Return the users who are or were members of the cohort, or are or were admins of its authority."""
    return User.objects.filter(Q(memberships__cohort=cohort) | Q(administered__authority=cohort.authority_id))


def _lock_and_save(cohort: Cohort, changes: dict[str, object]) -> Cohort:
    """Lock the cohort and set the columns in `changes` (column name to value); return the saved cohort."""
    return _save_changes(_lock_cohort(cohort), changes)


def _save_changes(row: Cohort, changes: dict[str, object]) -> Cohort:
    """Set the columns in `changes` (column name to value) of an already locked cohort and save it; return it."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    return row


def _required_reason(reason: str, sentence: str) -> str:
    """Return the reason without surrounding spaces; raise DomainError with the text `sentence` when it is empty."""
    if not reason.strip():
        raise DomainError(sentence, field="reason")
    return reason.strip()


def _refuse_future_day(day: date, today: date, field: str) -> None:
    """Raise DomainError, attached to the form field named `field`, when `day` is after `today`."""
    if day > today:
        raise DomainError(_("This date is in the future. Record it once the day has come."), field=field)


def _date_phases(cohort: Cohort) -> None:
    """Date the cohort's phases by its planned start and the months of its format; the last one ends with the cohort.

    Phases that would last longer are cut at the planned end. Without planned dates nothing changes.
    """
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

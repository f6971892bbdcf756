"""Actions on several participants of a session at once: each records the attendance of one person on one day."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.attendance.actions import AttendanceMark, record_attendance
from cohorts.attendance.enums import AttendanceStatus
from cohorts.attendance.forms import STATUS_CHOICES
from cohorts.clock import local_day
from cohorts.models import Attendance, Session
from cohorts.sessions.enums import RECORDABLE_STATES
from web.decisions import ALLOW, Decision, deny
from web.errors import DomainError
from web.lists.bulk_actions import BulkAction, BulkForm, Decide
from web.lists.columns import Reader

RELATED: Final = ("day__session__cohort__authority", "member__user", "stakeholder")
RECORDED_FIELDS: Final = ("status", "half_days")


class StatusForm(BulkForm):
    """What is recorded of several people: whether they came."""

    status = forms.ChoiceField(
        label=gettext_lazy("Attendance"), choices=STATUS_CHOICES, widget=forms.RadioSelect({"class": "seg"})
    )


def _can_record(reader: Reader, _rows: Sequence[Attendance]) -> Decide:
    """Return the function that decides whether the reader may record the attendance of a person on a day: once the day
    has come.
    """
    subject = reader.subject
    allowed: Decision = subject.permissions["plan_sessions"]
    is_confirmed = subject.session.state in RECORDABLE_STATES and not subject.session.retrospective

    def decide(row: Attendance) -> Decision:
        """Return the decision about one row."""
        if not allowed:
            return allowed
        if not is_confirmed:
            return deny(gettext_lazy("The dates of this session are not confirmed, or it is cancelled."))
        return ALLOW if row.day.date <= subject.today else deny(gettext_lazy("This day is still to come."))

    return decide


def _is_not_present(row: Attendance) -> Decision:
    """Return whether it is not recorded yet that the person came."""
    is_present = row.status == AttendanceStatus.PRESENT
    return deny(gettext_lazy("Already checked in.")) if is_present else ALLOW


def _any_state(_row: Attendance) -> Decision:
    """Return that attendance can be recorded, whatever is recorded now."""
    return ALLOW


def _record_presence(row: Attendance, _values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Record that the person came."""
    return _record(row, AttendanceStatus.PRESENT, by, at)


def _record_status(row: Attendance, values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Record of the person what was chosen for everyone."""
    return _record(row, values["status"], by, at)


def _record(row: Attendance, status: str, by: User, at: datetime) -> Mapping[str, Any]:
    """Record a status of the person on their day, and return what was recorded before and after."""
    before, mark = [row.status, row.half_days], AttendanceMark(status)
    _save(row, mark, by, at)
    return {"before": before, "after": [mark.status, mark.half_days_on(row.day)]}


def _restore(row: Attendance, details: Mapping[str, Any], by: User, at: datetime) -> None:
    """Record of the person what was recorded before; raise DomainError when it has changed since."""
    if [row.status, row.half_days] != details["after"]:
        raise DomainError(_("Someone has changed this person’s attendance since then."))
    _save(row, AttendanceMark(*details["before"]), by, at)


def _save(row: Attendance, mark: AttendanceMark, by: User, at: datetime) -> None:
    """Record the mark of the person on their day; `at` gives the day of recording."""
    session = row.day.session
    today = local_day(session.cohort, at)
    record_attendance(session=session, marks={(row.day, row.person): mark}, today=today, by=by)


def _lock(row: Attendance) -> None:
    """Lock the session, as all actions on its attendance do, and read again what is recorded of the person."""
    Session.objects.select_for_update(no_key=True).filter(pk=row.day.session_id).first()
    row.refresh_from_db(fields=RECORDED_FIELDS)


RECORD_PRESENCE: Final = BulkAction(
    label=gettext_lazy("Check in"),
    description=gettext_lazy("Marks these people as present for all half-days of the day in their row."),
    permission=_can_record,
    state_decision=_is_not_present,
    run=_record_presence,
    undo=_restore,
    related=RELATED,
    compared=RECORDED_FIELDS,
    lock=_lock,
)
RECORD: Final = BulkAction(
    label=gettext_lazy("Choose attendance"),
    description=gettext_lazy("Gives all these people the attendance that you choose, each on the day in their row."),
    permission=_can_record,
    state_decision=_any_state,
    run=_record_status,
    undo=_restore,
    form=StatusForm,
    related=RELATED,
    compared=RECORDED_FIELDS,
    lock=_lock,
)

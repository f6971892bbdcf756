"""Pages that record who is here today at a session: by tap, by QR code, and people who were not on the list."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from cohorts.attendance import actions
from cohorts.attendance.actions import AttendanceMark, Attendee
from cohorts.attendance.attendees import DayPresence
from cohorts.attendance.enums import AttendanceStatus
from cohorts.attendance.forms import SessionWalkInForm
from cohorts.attendance.participants import meeting_of, printed_person
from cohorts.clock import local_today
from cohorts.models import Membership, Session, SessionDay, Stakeholder
from cohorts.permissions import can_answer_for_oneself, can_plan_sessions, roles_of
from cohorts.sessions.views import editable_session, get_session_or_404
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import adding_errors_to, form_page, submitted_data
from web.pages.check_in import CheckIn, Recorded, check_in_page

# The status that each button records; “undo” goes back to the status from before.
STATUSES: Final[Mapping[str, AttendanceStatus | None]] = {
    "came": AttendanceStatus.PRESENT,
    "absent": AttendanceStatus.ABSENT,
    "undo": None,
}
NO_DAY: Final[StrOrPromise] = gettext_lazy("You can check people in on the days of the session.")


@form_page
def check_in_member(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Show a member (the key of a membership), whose QR code leads here; record on POST whether they are here today.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others. Members who open their own code get
    the page that shows it.
    """
    user, session = person(request), get_session_or_404(request, pk)
    members = Membership.objects.filter(cohort=session.cohort_id, pk=member).select_related("user")
    can_record = can_plan_sessions(roles_of(user, session.cohort, local_today(session.cohort)))
    if not can_record and members.filter(user=user).exists():
        return redirect("cohorts:own_session_code", session.pk)
    enforce(can_record)
    return _check_in_page(request, session, get_object_or_404(members))


@form_page
def check_in_stakeholder(request: HttpRequest, pk: int, stakeholder: int) -> HttpResponse:
    """Show a stakeholder (by key), whose QR code leads here; record on POST whether they are here today.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    session = editable_session(request, pk)
    row = get_object_or_404(Stakeholder.objects.filter(cohort=session.cohort_id), pk=stakeholder)
    return _check_in_page(request, session, row)


def _check_in_page(request: HttpRequest, session: Session, attendee: Attendee) -> HttpResponse:
    """Show the page of one attendee with its buttons; on POST record the button pressed for today."""
    day = _day_of_today(session)
    row = attendee.attendances.filter(day=day).first() if day else None
    presence = DayPresence(day, row) if day else None
    check_in = CheckIn(
        meeting_of(session),
        printed_person(session, attendee),
        presence,
        label=presence.label if presence else "",
        tone=presence.tone if presence else "",
        reason=NO_DAY,
        row=row.pk if row else None,
        day=day.date if day else None,
    )
    return check_in_page(request, check_in, partial(_record_mark, session, day, attendee, person(request)))


def _day_of_today(session: Session) -> SessionDay | None:
    """Return the day of the session that is today at its authority; None on any other day."""
    today = local_today(session.cohort)
    return next((day for day in session.days.all() if day.date == today), None)


def _record_mark(session: Session, day: SessionDay | None, attendee: Attendee, user: User, button: str) -> Recorded:
    """Record for today what the pressed button says; raise DomainError without a day today."""
    if day is None:
        raise DomainError(NO_DAY)
    row = attendee.attendances.filter(day=day).first()
    status = STATUSES[button] or (row.status_before_record() if row else AttendanceStatus.EXPECTED)
    marks = {(day, attendee): AttendanceMark(status)}
    actions.record_attendance(session=session, marks=marks, today=day.date, by=user)
    return Recorded(status.label, attendee.attendances.values_list("pk", flat=True).filter(day=day).first())


@form_page
def session_walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a member or stakeholder who is here today without being on the list; record it on POST.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others. On other days than those of the
    session, the page says so.
    """
    session = editable_session(request, pk)
    day = _day_of_today(session)
    form = SessionWalkInForm(submitted_data(request), session=session, day=day)
    if request.method == "POST" and form.is_valid():
        attendee = form.attendee
        with adding_errors_to(form):
            if day is None:
                raise DomainError(str(NO_DAY))
            marks = {(day, attendee): AttendanceMark(AttendanceStatus.PRESENT)}
            actions.record_attendance(session=session, marks=marks, today=day.date, by=person(request))
            messages.success(request, _("%(name)s is checked in.") % {"name": attendee.name})
            return redirect("cohorts:session_participants", session.pk)
    context = {"session": session, "cohort": session.cohort, "form": form, "day": day, "no_day": NO_DAY}
    return render(request, "cohorts/attendance/walk_in.html", context)


@require_safe
def own_session_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a member the QR code that is scanned when they arrive at the session `pk`; others read that they have none.

    403 for people who have no role in the cohort today, 404 for a session that they cannot see.
    """
    user, session = person(request), get_session_or_404(request, pk)
    enforce(can_answer_for_oneself(roles_of(user, session.cohort, local_today(session.cohort))))
    member = Membership.objects.filter(attendances__day__session=session, user=user).select_related("user").first()
    context = {"meeting": meeting_of(session), "own": printed_person(session, member) if member else None}
    return render(request, "cohorts/attendance/own_code.html", context)

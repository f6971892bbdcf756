"""The participants of a session: list, files, badges, sign-in sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.attendance.participants import participants_table, printed_list, visible_attendees
from cohorts.clock import local_today
from cohorts.permissions import can_plan_sessions, roles_of
from cohorts.sessions.enums import RECORDABLE_STATES
from cohorts.sessions.views import editable_session, get_session_or_404
from web.exports.downloads import download_table


@require_safe
def session_participants(request: HttpRequest, pk: int) -> HttpResponse:
    """List the participants of the session `pk` with their attendance by day; on a day of the session, with buttons
    that record who is here.

    The list is for everyone who may see the session, the buttons for lab staff and the cohort's coordinator, residents
    and pilot. 404 for a session that the person cannot see.
    """
    user, session = person(request), get_session_or_404(request, pk)
    today = local_today(session.cohort)
    can_record = can_plan_sessions(roles_of(user, session.cohort, today)) and not session.retrospective
    days = list(session.days.all())
    is_open_today = session.state in RECORDABLE_STATES and any(day.date == today for day in days)
    context = {
        "session": session,
        "cohort": session.cohort,
        "days": days,
        "today": today,
        "attendees": [(attendee, attendee.presence_on(today)) for attendee in visible_attendees(session, user)],
        "can_record": can_record,
        "can_check_in": can_record and is_open_today,
    }
    return render(request, "cohorts/attendance/participants.html", context)


@require_safe
def session_participants_file(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """Download the participants of the session `pk`, one row for each person and day.

    `file_format` is “csv” or “xlsx”. 404 for a session that the person cannot see.
    """
    user, session = person(request), get_session_or_404(request, pk)
    today, language = local_today(session.cohort), request.LANGUAGE_CODE[:2]
    table = participants_table(session, visible_attendees(session, user), today=today, language=language)
    name = f"{pgettext('name of a file', 'participants')}-{session.cohort.slug}-{session.number}.{file_format}"
    return download_table(table, file_format, name=name, language=language)


@require_safe
def session_badges(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the badges of those who are expected at the session `pk`, or came, to print; with a QR code to check in.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    session = editable_session(request, pk)
    people = printed_list(session, visible_attendees(session, person(request)))
    context = {"session": session, "cohort": session.cohort, "list": people}
    return render(request, "cohorts/attendance/badges.html", context)


@require_safe
def session_sign_in_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet that those who are expected at the session `pk`, or came, sign for each half-day, to print.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    session = editable_session(request, pk)
    people = printed_list(session, visible_attendees(session, person(request)))
    context = {"session": session, "cohort": session.cohort, "list": people}
    return render(request, "cohorts/attendance/sign_in_sheet.html", context)

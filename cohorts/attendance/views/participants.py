"""The participants of a session: list, badges, sign-in sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.attendance.participant_list import SESSION_PARTICIPANTS
from cohorts.attendance.participants import meeting_of, printed_list, visible_attendees
from cohorts.sessions.views import editable_session
from lists.pages import list_page


@require_safe
def session_participants(request: HttpRequest, pk: int) -> HttpResponse:
    """List the participants of the session `pk` by day; on a day of the session, with buttons that record who is here.

    The list is for everyone who may see the session, the buttons for lab staff and the cohort's coordinator, residents
    and pilot. 404 for a session that the person cannot see.
    """
    subject = SESSION_PARTICIPANTS.subject(person(request), str(pk))
    context = {
        "session": subject.session,
        "cohort": subject.session.cohort,
        "can_record": subject.can_record,
        "row_form": subject.is_recordable and subject.is_on_today,
    }
    return list_page(
        request,
        SESSION_PARTICIPANTS,
        "cohorts/attendance/participants.html",
        context,
        subject_key=str(pk),
        subject=subject,
        can_act=subject.is_recordable,
    )


@require_safe
def session_badges(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the badges of those who are expected at the session `pk`, or came, to print; with a QR code to check in.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    session = editable_session(request, pk)
    people = printed_list(session, visible_attendees(session, person(request)))
    return render(request, "check_in/badges.html", {"meeting": meeting_of(session), "list": people})


@require_safe
def session_sign_in_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet that those who are expected at the session `pk`, or came, sign for each half-day, to print.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    session = editable_session(request, pk)
    people = printed_list(session, visible_attendees(session, person(request)))
    context = {
        "meeting": meeting_of(session),
        "session": session,
        "cohort": session.cohort,
        "list": people,
        "affiliation": _("Role or organisation"),
    }
    return render(request, "cohorts/attendance/sign_in_sheet.html", context)

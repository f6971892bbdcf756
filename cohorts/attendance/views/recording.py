"""Pages of the attendance sheet of a session, of invitations to it, and of one's own answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import person
from cohorts.attendance import actions
from cohorts.attendance.actions import attendee_key
from cohorts.attendance.forms import AttendanceSheetForm, InviteToSessionForm
from cohorts.attendance.sheets import AttendanceSheet, sheet_of
from cohorts.clock import local_today
from cohorts.models import Attendance
from cohorts.permissions import can_answer_for_oneself, roles_of
from cohorts.sessions.next_steps import ANSWERS
from cohorts.sessions.views import editable_session, get_session_or_404, run_button_action
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import form_page, submitted_data
from web.security.own_paths import next_path

COMING_BY_ANSWER = {"coming": True, "excused": False}


@form_page
def record_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the attendance sheet of the session `pk` for its days up to today; save it on POST and return to the
    session.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others. The buttons “fill” of a day and of
    a person only give a status to everyone there without a choice, and save nothing.
    """
    session = editable_session(request, pk)
    today = local_today(session.cohort)
    sheet = sheet_of(session, today)
    form = AttendanceSheetForm(submitted_data(request), sheet=sheet)
    if target := request.POST.get("fill"):
        form = AttendanceSheetForm(form.with_filled(target), sheet=sheet)
    elif request.method == "POST" and form.is_valid():
        try:
            changed = actions.record_attendance(
                session=session, marks=form.marks(), seen=form.seen(), today=today, by=person(request)
            )
        except DomainError as error:
            error.add_to(form)
        else:
            text = ngettext("Attendance saved: %(count)s entry.", "Attendance saved: %(count)s entries.", changed)
            messages.success(request, text % {"count": changed} if changed else _("Nothing has changed."))
            return redirect(session)
    context = {"form": form, "session": session, "cohort": session.cohort, **_sheet_context(sheet, form)}
    return render(request, "cohorts/attendance/sheet.html", context)


def _sheet_context(sheet: AttendanceSheet, form: AttendanceSheetForm) -> dict[str, Any]:
    """Return what the page of the sheet shows: `days` with the field that fills each, and `people` with their fields.

    A person comes with the field that fills their row, if there is one, and a pair of day and field, or None, for each
    day.
    """
    has_row_fills = len(sheet.days) > 1
    return {
        "days": [(day, f"day{day.pk}", form[f"fill-day{day.pk}"]) for day in sheet.days],
        "people": [
            (
                first,
                attendee_key(first.person),
                form[f"fill-{attendee_key(first.person)}"] if has_row_fills else None,
                [(day, form[row.name] if row else None) for day, row in zip(sheet.days, rows, strict=True)],
            )
            for first, rows in sheet.people
        ],
    }


@form_page
def invite_to_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form that adds stakeholders, and members who come by invitation only, to days of the session `pk`.

    On POST they are added, and the session's page follows. For lab staff and the cohort's coordinator, residents and
    pilot; 403 for others.
    """
    session = editable_session(request, pk)
    today = local_today(session.cohort)
    form = InviteToSessionForm(submitted_data(request), session=session)
    if request.method == "POST" and form.is_valid():
        days = list(form.cleaned_data["days"])
        try:
            actions.invite_people(days=days, people=form.people, today=today, at=timezone.now(), by=person(request))
        except DomainError as error:
            error.add_to(form)
        else:
            messages.success(request, _("These people are on the session’s list."))
            return redirect(session)
    return render(
        request, "cohorts/attendance/invite.html", {"form": form, "session": session, "cohort": session.cohort}
    )


@form_page
def answer_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the signed-in person comes to the session `pk`; save it on POST, then return to its page, or to the
    page that `next` names.

    403 for people who have no role in the cohort today, 404 for a session that they cannot see. Without a valid answer,
    a message asks for one.
    """
    user, session = person(request), get_session_or_404(request, pk)
    today = local_today(session.cohort)
    enforce(can_answer_for_oneself(roles_of(user, session.cohort, today)))
    if request.method != "POST":
        days = list(session.days.all())
        own = Attendance.objects.filter(day__in=days, day__date__gte=today, member__user=user).order_by("day__date")
        context = {"session": session, "cohort": session.cohort, "days": days, "own": list(own), "answers": ANSWERS}
        return render(request, "cohorts/attendance/answer.html", context)
    coming = COMING_BY_ANSWER.get(request.POST.get("answer", ""))
    if coming is None:
        messages.error(request, _("Say whether you are coming."))
        return redirect(next_path(request) or session.get_absolute_url())
    return run_button_action(
        request,
        session,
        lambda: actions.answer_for_oneself(session=session, coming=coming, today=today, by=user),
        _("Your answer is saved: you are coming.") if coming else _("Your answer is saved: you cannot come."),
    )

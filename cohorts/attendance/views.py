"""Pages of the attendance sheet of a session, of invitations to it, and of one's own answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import person
from cohorts.attendance import actions
from cohorts.attendance.forms import AttendanceSheetForm, InviteToSessionForm
from cohorts.attendance.sheets import sheet_of
from cohorts.clock import local_today
from cohorts.permissions import can_answer_for_oneself, roles_of
from cohorts.sessions.views import editable_session, get_session_or_404, run_button_action
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import form_page, submitted_data

ANSWERS = {"coming": True, "excused": False}


@form_page
def record_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the attendance sheet of the session `pk` for its days up to today; save it on POST and return to the
    session.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others. The button “all here” of a day only
    marks everyone without a choice on that day as present, and saves nothing.
    """
    session = editable_session(request, pk)
    today = local_today(session.cohort)
    sheet = sheet_of(session, today)
    form = AttendanceSheetForm(submitted_data(request), sheet=sheet)
    if day := request.POST.get("all_here"):
        form = AttendanceSheetForm(form.with_all_here(day), sheet=sheet)
    elif request.method == "POST" and form.is_valid():
        try:
            changed = actions.record_attendance(session=session, marks=form.marks(), today=today, by=person(request))
        except DomainError as error:
            error.add_to(form)
        else:
            text = ngettext("%(count)s line saved.", "%(count)s lines saved.", changed)
            messages.success(request, text % {"count": changed})
            return redirect(session)
    days = [(day, [(row, form[row.name]) for row in rows]) for day, rows in sheet.items()]
    context = {"form": form, "days": days, "session": session, "cohort": session.cohort}
    return render(request, "cohorts/attendance/sheet.html", context)


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


@require_POST
def answer_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Save (POST only) whether the signed-in person comes to the session `pk`; then return to its page.

    403 for people who have no role in the cohort today, 404 for a session that they cannot see. Without a valid answer,
    the page asks for one.
    """
    user, session = person(request), get_session_or_404(request, pk)
    today = local_today(session.cohort)
    enforce(can_answer_for_oneself(roles_of(user, session.cohort, today)))
    coming = ANSWERS.get(request.POST.get("answer", ""))
    if coming is None:
        messages.error(request, _("Say whether you are coming."))
        return redirect(session)
    return run_button_action(
        request,
        session,
        lambda: actions.answer_for_oneself(session=session, coming=coming, today=today, by=user),
        _("Your answer is saved: you are coming.") if coming else _("Your answer is saved: you cannot come."),
    )

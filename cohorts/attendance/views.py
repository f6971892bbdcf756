"""The attendance sheet of a session, invitations to it, and one's own answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import person
from cohorts.attendance import actions
from cohorts.attendance.forms import AttendanceForm, InviteForm
from cohorts.attendance.sheets import sheet_of
from cohorts.clock import local_today
from cohorts.permissions import may_answer
from cohorts.sessions.views import found_session, pressed, session_to_plan
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import form_page, sent

ANSWERS = {"coming": True, "excused": False}


@form_page
def record_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Everyone on every day that has come; one button a day marks those without a mark as here, before saving."""
    found = session_to_plan(request, pk)
    today = local_today(found.cohort)
    sheet = sheet_of(found, today)
    form = AttendanceForm(sent(request), sheet=sheet)
    if day := request.POST.get("all_here"):
        form = AttendanceForm(form.with_all_here(day), sheet=sheet)
    elif request.method == "POST" and form.is_valid():
        try:
            changed = actions.record_attendance(session=found, marks=form.marks(), today=today, by=person(request))
        except DomainError as error:
            error.add_to(form)
        else:
            said = ngettext("%(count)s line saved.", "%(count)s lines saved.", changed)
            messages.success(request, said % {"count": changed})
            return redirect(found)
    days = [(day, [(row, form[row.name]) for row in rows]) for day, rows in sheet.items()]
    context = {"form": form, "days": days, "session": found, "cohort": found.cohort}
    return render(request, "cohorts/attendance/sheet.html", context)


@form_page
def invite_to_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite stakeholders, relays, elected officials and directions to some of the days."""
    found = session_to_plan(request, pk)
    today = local_today(found.cohort)
    form = InviteForm(sent(request), session=found)
    if request.method == "POST" and form.is_valid():
        days = list(form.cleaned_data["days"])
        try:
            actions.invite_people(days=days, people=form.people, today=today, at=timezone.now(), by=person(request))
        except DomainError as error:
            error.add_to(form)
        else:
            messages.success(request, _("These people are on the session’s list."))
            return redirect(found)
    return render(request, "cohorts/attendance/invite.html", {"form": form, "session": found, "cohort": found.cohort})


@require_POST
def answer_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Say for oneself: I am coming, or I cannot."""
    user, found = person(request), found_session(request, pk)
    today = local_today(found.cohort)
    enforce(may_answer(user, found.cohort, today))
    coming = ANSWERS.get(request.POST.get("answer", ""))
    if coming is None:
        messages.error(request, _("Say whether you are coming."))
        return redirect(found)
    return pressed(
        request,
        found,
        lambda: actions.answer_for_oneself(session=found, coming=coming, today=today, by=user),
        _("Your answer is saved: you are coming.") if coming else _("Your answer is saved: you cannot come."),
    )

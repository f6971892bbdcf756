"""Pages of the methods of a session: copy one into it, change its steps, remove it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.methods import actions
from cohorts.methods.forms import AddMethodForm, SessionMethodForm, UseMethodForm
from cohorts.models import Session, SessionMethod
from cohorts.permissions import ONLY_LEADS_AND_RESIDENTS, can_plan_sessions, cohorts_to_plan, roles_of
from cohorts.sessions.bulk_actions import plans_somewhere
from cohorts.sessions.views import editable_session
from web.database.keys import key_of
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, deny, enforce
from web.forms.edit_conflicts import column_values
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, form_page, form_response, submitted_data


@require_safe
def use_method(request: HttpRequest) -> HttpResponse:
    """Ask in which session a method is to be used, then go to the form that copies it there.

    `?method=` preselects one by its key. The sessions to choose from are the next hundred that are not over and not
    cancelled, in cohorts whose sessions the person plans. 403 for people who plan none.
    """
    user, today = person(request), today_everywhere()
    enforce(ALLOW if plans_somewhere(user, today) else deny(ONLY_LEADS_AND_RESIDENTS))
    sessions = Session.objects.filter(cohort__in=cohorts_to_plan(user, today)).at_work().upcoming(today)
    upcoming = sessions.exclude(state="cancelled")
    initial = {"method": key_of(request.GET.get("method", ""))}
    form = UseMethodForm(request.GET if "session" in request.GET else None, sessions=upcoming, initial=initial)
    if form.is_valid():
        session, method = form.cleaned_data["session"], form.cleaned_data["method"]
        return redirect(f"{reverse('cohorts:add_session_method', args=[session.pk])}?method={method.pk}")
    return render(request, "cohorts/methods/use.html", {"form": form})


@form_page
def add_session_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form that copies a method into the session `pk`; on POST, copy it and go to the session.

    `?method=` preselects one by its key. For lab staff and the cohort's coordinator, residents and pilot; 403 for
    others.
    """
    user, session = person(request), editable_session(request, pk)
    form = AddMethodForm(submitted_data(request), initial={"method": key_of(request.GET.get("method", ""))})
    page = FormPage(
        _("Add a method to the session"),
        _("Copy into the session"),
        session.get_absolute_url(),
        crumb=session,
        parent=session.cohort.name,
        intro=_("Its steps are copied into the plan of the session, where you can change them."),
    )
    add, done = actions.add_session_method, _("The method is in the plan of the session.")
    return form_response(request, form, page, add, done=done, session=session, by=user)


@form_page
def edit_session_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with what a session does with a method; save it on POST and go to the session.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, row = person(request), _editable(request, pk)
    form = SessionMethodForm(submitted_data(request), current=column_values(row, *SessionMethodForm.Meta.fields))
    page = _page(row, _("Change the method for this session"), _("Save"))
    edit = actions.edit_session_method
    return form_response(request, form, page, edit, done=_("Saved."), session_method=row, by=user)


@form_page
def remove_session_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to confirm that a method be removed from the plan of a session; remove it on POST and go to the session.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, row = person(request), _editable(request, pk)
    consequences = (_("The steps of this session are deleted; its history keeps them. The lab’s card is not deleted."),)
    page = _page(row, _("Remove the method from the session"), _("Remove"), consequences)
    form, done = ConfirmationForm(submitted_data(request)), _("The method is removed from the session.")
    return form_response(request, form, page, actions.remove_session_method, done=done, session_method=row, by=user)


def _editable(request: HttpRequest, pk: int) -> SessionMethod:
    """Return the method of a session with the id `pk`, if the signed-in person may plan sessions of its cohort today.

    Raises Http404 when they may not see it, and Refused (403) unless they plan sessions of the cohort.
    """
    user = person(request)
    rows = SessionMethod.objects.visible_to(user).select_related("session__cohort__authority")
    row = get_object_or_404(rows, pk=pk)
    enforce(can_plan_sessions(roles_of(user, row.session.cohort, local_today(row.session.cohort))))
    return row


def _page(row: SessionMethod, title: str, action: str, consequences: tuple[str, ...] = ()) -> FormPage:
    """Return a page with one form about a method of a session; with `consequences` it is styled as a warning."""
    return FormPage(
        title,
        action,
        row.session.get_absolute_url(),
        crumb=row.session,
        parent=row.session.cohort.name,
        intro=row.title,
        consequences=consequences,
        is_destructive=bool(consequences),
    )

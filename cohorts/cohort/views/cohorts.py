"""Pages of cohorts: the list, one cohort with its timeline and its people, and the forms about it."""

from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.access_requests.panels import count_open_requests
from cohorts.assessments.context import current_and_next_period
from cohorts.calendars.actions import can_be_undone
from cohorts.clock import local_today
from cohorts.cohort import actions
from cohorts.cohort.cohort_list import COHORTS
from cohorts.cohort.format_checks import deviations_from_format
from cohorts.cohort.forms import CohortDatesForm, CohortDetailsForm
from cohorts.cohort.pages import get_cohort_or_404, page_about, visible_cohorts
from cohorts.cohort.residencies import gets_new_days, is_residency, residency_page
from cohorts.cohort.timelines import cohort_layout, marks_of, phases_of, sessions_near, sessions_of, with_calendar
from cohorts.cohort.views.life_cycle import AGREE, START, available_actions
from cohorts.hooks import cohort_panels
from cohorts.models import Cohort, Membership, Session
from cohorts.people.role_groups import role_groups
from cohorts.permissions import can_manage_cohorts, decisions, roles_of
from cohorts.sessions.enums import SessionKind
from cohorts.sessions.next_steps import SessionLine, attach_days, session_lines
from lists.pages import list_page
from web.database.prepared import TextArgument, one_or_404, prepared
from web.decisions import enforce
from web.forms.pages import apply_form, form_page
from web.pages.panels import columns_of, render_panels


@require_safe
def cohorts(request: HttpRequest) -> HttpResponse:
    """Show the list of the cohorts that the person may see, filtered by edition, state, text and what is missing."""
    user = person(request)
    can_manage = can_manage_cohorts(user)
    context: dict[str, object] = {"can_manage": can_manage, "open_requests": count_open_requests(user)}
    if can_manage:
        context |= {
            "add_href": reverse("cohorts:open_edition"),
            "add_label": _("Open an edition"),
            "empty_title": _("No cohort yet."),
            "empty_text": _("Each authority of an edition gets its cohort, with phases and proposed sessions."),
        }
    return list_page(request, COHORTS, "cohorts/cohort/list.html", context)


@prepared
def _cohort_for_page(user: User, slug: str) -> QuerySet[Cohort]:
    """Return a queryset of the cohort with this slug, with phases, sessions and the columns of its panels.

    It is empty if the user may not see the cohort.
    """
    return with_calendar(visible_cohorts(user), user).annotate(**columns_of(cohort_panels(), user)).filter(slug=slug)


@prepared
def _active_members(user: User, cohort_id: int, today: date) -> QuerySet[Membership]:
    """Return the members of a cohort on `today` that the user may see, with their accounts."""
    members = Membership.objects.visible_to(user).active(today).filter(cohort=cohort_id)
    return members.select_related("user").order_by("starts_on", "pk")


@require_safe
def cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the page of one cohort: its timeline, next sessions and people, and the actions that the person may take.

    404 for a cohort that the person cannot see.
    """
    row = one_or_404(_cohort_for_page(person(request), TextArgument(slug)))
    user, today = person(request), local_today(row)
    permissions = decisions(roles_of(user, row, today))
    members = _active_members(user, row.pk, today)
    sessions = sessions_of(row)
    own_page = is_residency(row)
    weeks = [session for session in sessions if own_page and session.kind == SessionKind.IMMERSION]
    near = [session for session in sessions_near(row, today) if session not in weeks]
    lines = _session_lines([*weeks, *near], user, today, plans=bool(permissions["plan_sessions"]))
    has_drafts = any(gets_new_days(session, row) for session in sessions)
    context = {
        "cohort": row,
        "permissions": permissions,
        # The page shows agreeing and starting as its main button.
        "actions": [each for each in available_actions(row, permissions) if each not in (AGREE, START)],
        "layout": cohort_layout(row, marks=marks_of([row]), today=today),
        "role_groups": role_groups(members),
        "member_count": len({member.user_id for member in members}),
        "residency": residency_page(row, lines, members) if own_page else None,
        "session_lines": lines[len(weeks) :],
        "session_count": len(sessions),
        "deviations": deviations_from_format(row, today, sessions) if permissions["plan_sessions"] else [],
        "has_drafts": has_drafts,
        "can_undo": has_drafts and bool(permissions["plan_sessions"]) and can_be_undone(row),
        "current_and_next_period": current_and_next_period(row, today),
        "current_phase": _current_phase(row, today),
        "aside_panels": render_panels(cohort_panels(), request, row, position="aside"),
        "panels": render_panels(cohort_panels(), request, row),
    }
    return render(request, "cohorts/cohort/page.html", context)


def _current_phase(row: Cohort, today: date) -> str:
    """Return the kind, such as "immersion", of the cohort's phase in which `today` lies; "" when it lies in none."""
    return next((phase.kind for phase in phases_of(row) if phase.starts_on <= today <= phase.ends_on), "")


def _session_lines(sessions: list[Session], user: User, today: date, *, plans: bool) -> list[SessionLine]:
    """Return these sessions in the form in which the cohort's page lists them for `user` on `today`, with the user's
    next step.

    `plans` tells whether the user may plan sessions. The days of all sessions are read in one statement.
    """
    attach_days(sessions)
    return session_lines(sessions, user=user, today=today, can_plan=plans)


@form_page
def edit_cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form with name, code, site, theme, seats and agreed days of a cohort; save it on POST and go
    back to the cohort.

    403 for other people, 404 for a cohort that the person cannot see.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    enforce(can_manage_cohorts(user))
    form = CohortDetailsForm(request.POST or None, instance=row)
    if changed := apply_form(form, actions.change_details, cohort=row, by=user):
        messages.success(request, _("Saved."))
        return redirect(changed)
    return page_about(row, _("Edit name, code, seats and days"), _("Save")).show(request, form)


@form_page
def reschedule_cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form with the planned dates of a cohort; save them on POST.

    If the cohort has drafts that can move, the page that follows proposes new days for them. 403 for other people.
    """
    user, row = person(request), get_cohort_or_404(request, slug)
    enforce(can_manage_cohorts(user))
    planned = {"planned_start": row.planned_start, "planned_end": row.planned_end}
    form = CohortDatesForm(request.POST or None, initial=planned)
    if changed := apply_form(form, actions.reschedule_cohort, cohort=row, by=user):
        messages.success(request, _("The planned dates are changed. Sessions keep their days."))
        if any(gets_new_days(session, changed) for session in changed.sessions.all()):
            return redirect("cohorts:replan_sessions", changed.slug)
        return redirect(changed)
    intro = _(
        "Phases follow the format’s months from the start; the last one lasts until the end."
        " Sessions keep their days; the next page proposes new days for the drafts."
    )
    return page_about(row, _("Change planned dates"), _("Change the dates"), intro=intro).show(request, form)

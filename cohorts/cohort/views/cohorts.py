"""Pages of cohorts: the list, one cohort with its line of time and its team, and the forms about it."""

from datetime import date

from django.contrib import messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.access_requests.panels import open_requests
from cohorts.assessments.context import asked
from cohorts.calendars.actions import can_be_undone
from cohorts.clock import local_today
from cohorts.cohort import actions
from cohorts.cohort.filters import CohortFilter
from cohorts.cohort.format_checks import departures_from_format
from cohorts.cohort.forms import BudgetForm, DatesForm, DetailsForm
from cohorts.cohort.pages import find_cohort, page_about, reached
from cohorts.cohort.timelines import cohort_layout, marks_of, phases_of, sessions_near, sessions_of, with_calendar
from cohorts.cohort.views.life_cycle import acts_for
from cohorts.models import Cohort, Session
from cohorts.people.role_groups import circles
from cohorts.permissions import decisions, may_open_cohort, standing
from cohorts.registries import cohort_panels
from cohorts.sessions.enums import SessionState
from cohorts.sessions.next_steps import Line, lines_of
from web.database.prepared import Slug, one_or_404, prepared
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.forms.pages import done, form_page
from web.pages import htmx
from web.pages.pagination import paginate
from web.pages.panels import rendered

# What a row of the list says: a cohort, its edition and its authority have many other columns.
IN_A_ROW = (
    *("name", "slug", "state", "seats", "retrospective", "planned_start", "planned_end"),
    *("actual_start", "actual_start_precision", "actual_end", "actual_end_precision"),
    *("edition__name", "authority__name"),
)


@require_safe
def cohorts(request: HttpRequest) -> HttpResponse:
    """The cohorts one may see, narrowed by edition, state and words."""
    user, today = person(request), today_everywhere()
    rows = Cohort.objects.visible_to(user).select_related("edition", "authority").by_name()
    rows = rows.only(*IN_A_ROW)
    found = CohortFilter(request.GET, rows.with_seats_taken(today).with_next_session(today), request=request)
    context = {
        "filter": found,
        "page": paginate(found.qs, request.GET.get("page")),
        "may_open": may_open_cohort(user),
        "open_requests": open_requests(user),
        "missing": found.form.cleaned_data.get("missing"),
    }
    return htmx.render(request, "cohorts/cohort/list.html", "results", context)


@prepared
def _drawn(user: User, slug: str) -> QuerySet[Cohort]:
    return with_calendar(reached(user), user).filter(slug=slug)


@require_safe
def cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """One cohort: when, what is next, who."""
    row = one_or_404(_drawn(person(request), Slug(slug)))
    user, today = person(request), local_today(row)
    may = decisions(standing(user, row, today))
    members = row.memberships.visible_to(user).active(today).select_related("user").order_by("starts_on", "pk")
    sessions = sessions_of(row)
    has_drafts = any(session.state == SessionState.DRAFT for session in sessions)
    context = {
        "cohort": row,
        "may": may,
        "acts": acts_for(row, may),
        "layout": cohort_layout(row, marks=marks_of([row]), today=today),
        "circles": circles(members),
        "lines": _lines(sessions_near(row, today), user, today, plans=bool(may["plan_sessions"])),
        "count": len(sessions),
        "departures": departures_from_format(row, today, sessions) if may["plan_sessions"] else [],
        "has_drafts": has_drafts,
        "may_undo": has_drafts and bool(may["plan_sessions"]) and can_be_undone(row),
        "asked": asked(row, today),
        "phase_now": _phase_on(row, today),
        "panels": rendered(cohort_panels, request, row),
    }
    return render(request, "cohorts/cohort/page.html", context)


def _phase_on(row: Cohort, today: date) -> str:
    """The kind of phase the cohort is in; empty before, after and between them."""
    return next((phase.kind for phase in phases_of(row) if phase.starts_on <= today <= phase.ends_on), "")


def _lines(sessions: list[Session], user: User, today: date, *, plans: bool) -> list[Line]:
    """The sessions as their block lists them; the days are read for these few only."""
    prefetch_related_objects(sessions, "days")
    return lines_of(sessions, user=user, today=today, plans=plans)


@form_page
def edit_cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, code, site, theme and seats."""
    user, row = person(request), find_cohort(request, slug)
    enforce(may_open_cohort(user))
    form = DetailsForm(request.POST or None, instance=row)
    if changed := done(form, actions.change_details, cohort=row, by=user):
        messages.success(request, _("Saved."))
        return redirect(changed)
    return page_about(row, _("Edit name, code and seats"), _("Save")).show(request, form)


@form_page
def reschedule_cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the planned dates; new days for the drafts are proposed on the page that follows."""
    user, row = person(request), find_cohort(request, slug)
    enforce(may_open_cohort(user))
    planned = {"planned_start": row.planned_start, "planned_end": row.planned_end}
    form = DatesForm(request.POST or None, initial=planned)
    if changed := done(form, actions.reschedule_cohort, cohort=row, by=user):
        messages.success(request, _("The planned dates are changed. Sessions keep their days."))
        if changed.sessions.filter(state=SessionState.DRAFT).exists():
            return redirect("cohorts:replan_sessions", changed.slug)
        return redirect(changed)
    intro = _(
        "Phases follow the format’s months from the start; the last one lasts until the end."
        " Sessions keep their days; the next page proposes new days for the drafts."
    )
    return page_about(row, _("Change planned dates"), _("Change the dates"), intro=intro).show(request, form)


@form_page
def change_budget(request: HttpRequest, slug: str) -> HttpResponse:
    """The authority's contribution and the team's days, planned and actual."""
    user, row = person(request), find_cohort(request, slug)
    enforce(may_open_cohort(user))
    form = BudgetForm(request.POST or None, instance=row)
    if changed := done(form, actions.change_budget, cohort=row, by=user):
        messages.success(request, _("Saved."))
        return redirect(changed)
    intro = _("Contributions in euros, days of the lab’s team; leave empty what is not known.")
    return page_about(row, _("Edit budget"), _("Save"), intro=intro).show(request, form)

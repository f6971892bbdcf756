"""Pages of the plans of an edition's sessions, where cohorts share people: calculated, locked one by one, used."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import person
from cohorts.models import Session
from planning.editions.actions import calculation
from planning.editions.actions.sessions import session_plan_token, use_session_plan
from planning.editions.sessions.board import SessionBoard
from planning.editions.sessions.inputs import read_sessions
from planning.editions.views.plans import EditionPlansPage, edition_to_plan, reason_not_to_use, show_plans, use_page
from planning.forms import UsePlanForm
from planning.models import SessionPlan
from planning.permissions import can_plan_edition
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import apply_form, form_page, submitted_data


def _board(plan: SessionPlan, number: int) -> SessionBoard:
    """Return what the page shows of the plans."""
    return SessionBoard(read_sessions(plan, platform_today()), number)


PLANS_PAGE: Final = EditionPlansPage(
    model=SessionPlan,
    page="planning:sessions",
    cancel="planning:cancel_sessions",
    use="planning:use_sessions",
    history="session-plan",
    template="planning/editions/sessions.html",
    read_board=_board,
)


@form_page
def plans(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the plans of the draft sessions of cohorts that share people; have them calculated on POST. For the lab.

    The query `plan` is the number of the plan to show.
    """
    return show_plans(request, edition_to_plan(request, slug), PLANS_PAGE)


@require_POST
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop the calculation of the plans of sessions. For lab staff."""
    calculation.cancel_edition_plans(model=SessionPlan, edition=edition_to_plan(request, slug), by=person(request))
    return redirect("planning:sessions", slug)


def _change_lock(request: HttpRequest, slug: str, pk: int, action: Callable[..., Any]) -> HttpResponse:
    """Run an action on a session of the edition, and go back to the plans; 404 for one of another edition."""
    edition = edition_to_plan(request, slug)
    session = get_object_or_404(Session.objects.visible_to(person(request)).filter(cohort__edition=edition), pk=pk)
    action(model=SessionPlan, edition=edition, key=session.pk, by=person(request))
    return redirect("planning:sessions", slug)


@require_POST
def lock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lock a session: every plan keeps its days. For lab staff."""
    return _change_lock(request, slug, pk, calculation.lock_in_plans)


@require_POST
def unlock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Unlock a session. For lab staff."""
    return _change_lock(request, slug, pk, calculation.unlock_in_plans)


@form_page
def use(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show which sessions get which days of a plan, and that nobody is informed; save them on POST.

    404 for a plan that does not exist. If something has changed since the plan was calculated, nothing is saved and the
    page explains why.
    """
    edition = edition_to_plan(request, slug)
    enforce(can_plan_edition(person(request)))
    board = _board(calculation.plans_of_edition(SessionPlan, edition), number)
    if not 1 <= number <= len(board.plans):
        raise Http404
    token = session_plan_token(board.inputs, number)
    form = UsePlanForm(submitted_data(request), initial={"version_token": token})
    page = use_page(
        edition,
        "planning:sessions",
        number,
        _("Give the sessions these days"),
        consequences=_consequences(board) if token else (),
        unavailable_reason=reason_not_to_use(token, is_bound=form.is_bound),
    )
    more: dict[str, Any] = {"edition": edition, "number": number, "at": timezone.now(), "by": person(request)}
    if moved := apply_form(form, use_session_plan, **more):
        for each in moved:
            text = _("%(cohort)s: the drafts have the days of the plan.") % {"cohort": each.cohort}
            messages.success(request, text, extra_tags=reverse("cohorts:undo_replanning", args=[each.cohort.slug]))
        return redirect("planning:sessions", slug)
    return page.show(request, form)


def _consequences(board: SessionBoard) -> tuple[str, ...]:
    """Return what using a plan changes, as sentences: each session that moves, e-mails, and how to undo it."""
    changes = [
        _("%(session)s: %(before)s → %(after)s") % {"session": row.session, "before": row.present, "after": row.planned}
        for row in board.rows
        if row.is_changed
    ]
    return (
        *changes,
        _("Confirmed sessions keep their days."),
        _("Nobody receives an e-mail: none is sent for a draft until its dates are confirmed."),
        _("You can undo this for each cohort, on its page, until one of these sessions or the cohort’s dates change."),
    )

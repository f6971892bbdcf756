"""Pages of the plans of a residency: the board, absences, exceptions, locked weeks, using a plan and undoing it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from accounts.roles import Roles
from cohorts.clock import local_today
from cohorts.cohort.pages import get_cohort_or_404, page_about
from cohorts.cohort.residencies import is_residency
from cohorts.models import Cohort
from cohorts.permissions import can_plan_sessions, roles_of
from cohorts.sessions.proposed_days import read_day
from planning import actions
from planning.board import PLAN_LABELS, PlanBoard
from planning.forms import AbsenceForm, CalculateForm, ExceptionForm, UsePlanForm, WeekForm, exception_label
from planning.models import Absence, PlanException, ResidencyPlan
from planning.permissions import can_plan_edition, can_see_plans
from planning.progress import answer_to_poll, progress_of
from planning.reading import PlanningInputs, read_input
from planning.results import from_json
from planning.sentences import PlanSentences
from planning.solver.problem import WeeksPlan
from web.decisions import Decision, enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.history_pages import HistoryLink
from web.text import formats
from web.text.language import active_language


def _residency(request: HttpRequest, slug: str, permission: Callable[[Roles], Decision] = can_plan_sessions) -> Cohort:
    """Return the residency with this slug, for a person who may plan its sessions, or has another `permission`.

    Raises Http404 for a cohort that is no residency, or that the person may not see, and Refused without the
    permission.
    """
    cohort = get_cohort_or_404(request, slug)
    if not is_residency(cohort):
        raise Http404
    enforce(permission(roles_of(person(request), cohort, local_today(cohort))))
    return cohort


@form_page
def weeks(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the plans of a residency's on-site weeks, on a board and as a list; have them calculated on POST.

    The query `plan` chooses the plan that is shown. For the lab and the cohort's coordinator, residents and pilot;
    readers of the lab change nothing.
    """
    cohort = _residency(request, slug, can_see_plans if request.method != "POST" else can_plan_sessions)
    plan, can_plan = actions.plan_of(cohort), can_plan_sessions(roles_of(person(request), cohort, local_today(cohort)))
    form = CalculateForm(submitted_data(request), initial={"weeks_apart": plan.weeks_apart})
    if apply_form(form, actions.request_plans, cohort=cohort, at=timezone.now(), by=person(request)):
        return redirect("planning:weeks", slug)
    progress = progress_of(plan, plan.get_absolute_url())
    if answer := answer_to_poll(request, progress, can_plan=bool(can_plan)):
        return answer
    number = request.GET.get("plan", "")
    board = PlanBoard(_inputs(request, plan), int(number) if number in {"1", "2", "3"} else 1)
    context = {
        "cohort": cohort,
        "plan": plan,
        "board": board,
        "use_href": reverse("planning:use_plan", args=[slug, board.number]),
        "form": form,
        "progress": progress,
        "exceptions": _exceptions(board),
        "can_undo": plan.applied_id is not None,
        "can_plan": can_plan,
        "can_plan_edition": can_plan_edition(person(request)),
        "history_of": HistoryLink("residency-plan", slug) if plan.pk else None,
    }
    return render(request, "planning/weeks.html", context)


def _inputs(request: HttpRequest, plan: ResidencyPlan) -> PlanningInputs:
    """Return what the plans depend on today, as the person may know it."""
    return read_input(plan, local_today(plan.cohort), person(request))


def _exceptions(board: PlanBoard) -> list[tuple[int, str, str]]:
    """Return the key, the rule in words, and the reason of each exception."""
    rows = board.inputs.exceptions
    return [(row.pk, exception_label(board.sentences, row.rule, row.subject, row.monday), row.reason) for row in rows]


def _change_week(request: HttpRequest, slug: str, action: Callable[..., Any]) -> HttpResponse:
    """Run an action on the week that the form names, and go back to the plans."""
    cohort, form = _residency(request, slug), WeekForm(request.POST)
    apply_form(form, action, cohort=cohort, by=person(request))
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect("planning:weeks", slug)


@require_POST
def lock_week(request: HttpRequest, slug: str) -> HttpResponse:
    """Lock a week: every plan has it. For those who plan the residency."""
    return _change_week(request, slug, actions.lock_week)


@require_POST
def unlock_week(request: HttpRequest, slug: str) -> HttpResponse:
    """Unlock a week. For those who plan the residency."""
    return _change_week(request, slug, actions.unlock_week)


def _page(cohort: Cohort, title: StrOrPromise, label: StrOrPromise, **more: Any) -> FormPage:
    """Return a page with one form about a residency, from which Cancel leads back to its plans."""
    return page_about(cohort, title, label, reverse("planning:weeks", args=[cohort.slug]), **more)


@form_page
def add_absence(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form with days on which someone of the team or a host is away; record them on POST."""
    cohort = _residency(request, slug)
    form = AbsenceForm(submitted_data(request), inputs=_inputs(request, actions.plan_of(cohort)))
    intro = _("Record dates only: no page stores why someone is away.")
    page = _page(cohort, _("Record an absence"), _("Record the absence"), intro=intro)
    done = _("The absence is recorded. Calculate the plans again.")
    return form_response(request, form, page, actions.add_absence, done=done, cohort=cohort, by=person(request))


@require_POST
def remove_absence(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove an absence. For those who plan the residency; 404 for one of another residency."""
    cohort = _residency(request, slug)
    absence = get_object_or_404(Absence, pk=pk, plan__cohort=cohort)
    actions.remove_absence(absence=absence, by=person(request))
    return redirect("planning:weeks", slug)


@form_page
def allow_exception(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form with the reason why plans may break a rule, which the address names; allow it on POST."""
    cohort = _residency(request, slug)
    rule, subject = (request.GET.get(name, "") for name in ("rule", "subject"))
    monday = read_day(request.GET.get("monday", ""))
    initial = {"rule": rule, "subject": subject, "monday": monday}
    form = ExceptionForm(submitted_data(request), initial=initial)
    sentences = PlanSentences(_inputs(request, actions.plan_of(cohort)))
    page = _page(cohort, _("Allow an exception"), _("Allow"), intro=exception_label(sentences, rule, subject, monday))
    done = _("The exception is allowed. Calculate the plans again.")
    return form_response(request, form, page, actions.allow_exception, done=done, cohort=cohort, by=person(request))


@require_POST
def withdraw_exception(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Withdraw an exception. For those who plan the residency; 404 for one of another residency."""
    cohort = _residency(request, slug)
    exception = get_object_or_404(PlanException, pk=pk, plan__cohort=cohort)
    actions.withdraw_exception(exception=exception, by=person(request))
    return redirect("planning:weeks", slug)


@form_page
def use_plan(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show which drafts take which weeks of a plan, and who is informed; give them these weeks on POST.

    404 for a plan that does not exist; if something has changed since the plan was calculated, the page says so.
    """
    cohort = _residency(request, slug)
    inputs = _inputs(request, actions.plan_of(cohort))
    if not 1 <= number <= len(from_json(inputs.plan.result).plans):
        raise Http404
    chosen = actions.chosen_plan(inputs, number)
    form = UsePlanForm(submitted_data(request), initial={"version_token": actions.plan_token(inputs, number)})
    page = _page(
        cohort,
        _("Use plan %(label)s") % {"label": PLAN_LABELS[number - 1]},
        _("Give the drafts these weeks"),
        consequences=_consequences(inputs, chosen) if chosen else (),
        unavailable_reason="" if form.is_bound else actions.use_plan_refusal(inputs, number),
    )
    done = _("The drafts have the weeks of the plan.")
    more: dict[str, Any] = {"cohort": cohort, "number": number, "at": timezone.now(), "by": person(request)}
    return form_response(request, form, page, actions.use_plan, done=done, **more)


def _consequences(inputs: PlanningInputs, chosen: WeeksPlan) -> tuple[str, ...]:
    """Return what using a plan changes, as sentences: each draft with its new days, added drafts, and e-mails."""
    language = active_language()
    texts = []
    for number, days in enumerate(actions.new_days(inputs, chosen)):
        after = formats.periods(days, language)
        if number >= len(inputs.drafts):
            texts.append(_("A new draft of an on-site week: %(after)s.") % {"after": after})
            continue
        session = inputs.drafts[number]
        before = formats.periods((day.date for day in session.days.all()), language) or _("no day")
        texts.append(
            _("Session %(number)s: %(before)s → %(after)s")
            % {"number": session.number, "before": before, "after": after}
        )
    return (
        *texts,
        _("Confirmed weeks keep their days."),
        _("Nobody receives an e-mail: none is sent for a draft until its dates are confirmed."),
        _("You can undo this until one of these sessions, or the cohort’s dates, change."),
    )


@form_page
def undo_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Show that the drafts get their earlier days back; restore them on POST. The page says why when it cannot."""
    cohort = _residency(request, slug)
    form = ConfirmationForm(submitted_data(request))
    page = _page(
        cohort,
        _("Undo the plan in use"),
        _("Restore the earlier days"),
        consequences=(_("Drafts that the plan moved get their earlier days back; drafts that it added are removed."),),
        unavailable_reason="" if form.is_bound else actions.undo_plan_refusal(actions.plan_of(cohort)),
    )
    done = _("The drafts are back on their earlier days.")
    more: dict[str, Any] = {"cohort": cohort, "at": timezone.now(), "by": person(request)}
    return form_response(request, form, page, actions.undo_plan, done=done, **more)

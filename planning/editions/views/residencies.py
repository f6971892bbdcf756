"""Pages of the residencies of an edition: their plans calculated together, and used together."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.models import Cohort
from planning import actions
from planning.editions.residency_board import JointBoard
from planning.editions.shared_people import shared_days
from planning.editions.views.plans import edition_to_plan, reason_not_to_use
from planning.forms import UsePlanForm
from planning.models import ResidencyPlan
from planning.permissions import can_plan_edition
from planning.progress import Progress, answer_to_poll
from planning.reading import PlanningInputs, read_input
from planning.sentences import weeks_text
from programmes.enums import ProgrammeFamily
from programmes.models import Edition
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data


def _edition(request: HttpRequest, slug: str) -> Edition:
    """Return the edition of residencies with this slug; see `edition_to_plan`."""
    return edition_to_plan(request, slug, Q(programme__family=ProgrammeFamily.RESIDENCY))


def _residencies(request: HttpRequest, edition: Edition) -> list[Cohort]:
    """Return the residencies of an edition that are still to be planned, by name (one statement)."""
    rows = Cohort.objects.visible_to(person(request)).current().filter(edition=edition)
    related = ("authority", "edition__format", "edition__programme")
    return list(rows.select_related(*related).order_by("name", "pk"))


def _plans(cohorts: list[Cohort]) -> list[ResidencyPlan]:
    """Return the plans of residencies, in their order; new ones where there are none yet (one statement)."""
    saved = {plan.cohort_id: plan for plan in ResidencyPlan.objects.filter(cohort__in=cohorts)}
    plans = [saved.get(cohort.pk) or ResidencyPlan(cohort=cohort) for cohort in cohorts]
    for plan, cohort in zip(plans, cohorts, strict=True):
        plan.cohort = cohort
    return plans


@form_page
def together(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the best plans of all residencies of an edition; have them calculated together on POST. For the lab."""
    edition = _edition(request, slug)
    cohorts = _residencies(request, edition)
    form = ConfirmationForm(submitted_data(request))
    arguments: dict[str, Any] = {"cohorts": cohorts, "at": timezone.now(), "by": person(request)}
    requested: Any = apply_form(form, actions.request_plans_together, **arguments) if cohorts else None
    if requested is not None:
        return redirect("planning:weeks_together", slug)
    board, can_plan = JointBoard(_plans(cohorts)), can_plan_edition(person(request))
    progress = Progress(board.state, board.percent, reverse("planning:weeks_together", args=[slug]))
    if answer := answer_to_poll(request, progress, can_plan=bool(can_plan)):
        return answer
    context = {
        "edition": edition,
        "board": board,
        "progress": progress,
        "form": form,
        "shared_days": shared_days(edition, platform_today(), request.GET.get("days")),
        "can_plan": can_plan,
    }
    return render(request, "planning/editions/weeks.html", context)


@form_page
def use_together(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which weeks the drafts of each residency get; give them these weeks on POST.

    If something has changed since the plans were calculated, the page says so. It takes some statements for each
    residency. For lab staff.
    """
    edition = _edition(request, slug)
    enforce(can_plan_edition(person(request)))
    plans = _plans(_residencies(request, edition))
    if not JointBoard(plans).can_use:
        raise Http404
    inputs = [read_input(plan, local_today(plan.cohort)) for plan in plans if plan.result.get("plans")]
    inputs.sort(key=lambda each: each.plan.cohort_id)
    token = actions.token_of_plans(inputs)
    form = UsePlanForm(submitted_data(request), initial={"version_token": token})
    page = FormPage(
        _("Use the plans of all residencies"),
        _("Give the drafts these weeks"),
        reverse("planning:weeks_together", args=[slug]),
        crumb=edition.name,
        crumb_href=edition.get_absolute_url(),
        consequences=_consequences(inputs) if token else (),
        unavailable_reason=reason_not_to_use(token, is_bound=form.is_bound),
    )
    more: dict[str, Any] = {"cohorts": [plan.cohort for plan in plans], "at": timezone.now(), "by": person(request)}
    done = _("The drafts of all residencies have the weeks of their plans.")
    return form_response(request, form, page, actions.use_plans_together, done=done, **more)


def _consequences(inputs: list[PlanningInputs]) -> tuple[str, ...]:
    """Return what using the plans changes, as sentences: the weeks of each residency, and e-mails."""
    texts = []
    for each in inputs:
        chosen = actions.chosen_plan(each, 1)
        weeks = weeks_text(sorted(chosen.people)) if chosen else ""
        texts.append(_("%(cohort)s: %(weeks)s.") % {"cohort": each.plan.cohort.name, "weeks": weeks})
    return (
        *texts,
        _("Confirmed weeks keep their days."),
        _("Nobody receives an e-mail: none is sent for a draft until its dates are confirmed."),
        _("You can undo this for each residency, on the page of its plans."),
    )

"""The pages of innovation teams: the list of all, and a cohort's own team with its steps."""

from dataclasses import replace
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.cohort.pages import get_cohort_or_404
from cohorts.models import Cohort, InnovationTeam, TeamFollowUp
from cohorts.permissions import can_record_innovation_team, roles_of
from cohorts.teams import actions
from cohorts.teams.changes import changes_of
from cohorts.teams.filters import TeamFilter
from cohorts.teams.follow_ups import due_months, latest_answers
from cohorts.teams.forms import DaysForm, ProposeTeamForm, TeamFollowUpForm, TeamForm
from cohorts.teams.steps import NEXT_STEPS, milestone_items, page_steps_of
from cohorts.visibility import readable_until
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.history_pages import HistoryLink
from web.lists.columns import Reader
from web.pages import htmx
from web.pages.pagination import paginate

TEAMS_PER_PAGE: Final = 20  # each with five steps


@require_safe
def innovation_teams(request: HttpRequest) -> HttpResponse:
    """Show the list of the innovation teams that the person may see, filtered by state and edition, open ones first.

    Each has its steps with their days. An HTMX request gets only the results.
    """
    user = person(request)
    today = platform_today()
    rows = InnovationTeam.objects.visible_to(user).select_related("authority", "cohort__edition").as_of(today)
    team_filter = TeamFilter(request.GET, rows.furthest_first(), reader=Reader(user, today))
    page = paginate(team_filter.qs, request.GET.get("page"), per_page=TEAMS_PER_PAGE)
    teams = [(team, milestone_items(team, today)) for team in page]
    context = {"filter": team_filter, "page": page, "teams": teams}
    return htmx.render(request, "cohorts/teams/list.html", "results", context)


@require_safe
def innovation_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the innovation team of a cohort: its steps with their days, its means, corrections, and earlier teams.

    404 for a cohort that the person cannot see.
    """
    cohort = get_cohort_or_404(request, slug)
    rows = cohort.innovation_teams.visible_to(person(request)).order_by("-pk")
    teams = list(rows.annotate(readable_until=readable_until(person(request), "cohort")))
    until = vars(teams[0])["readable_until"] if teams else None
    changes, answers = (changes_of(teams), latest_answers(teams, until=until)) if teams else ({}, {})
    context = {
        "cohort": cohort,
        "teams": [
            {
                "team": team,
                "steps": page_steps_of(team),
                "next": NEXT_STEPS.get(team.state),
                "changes": changes.get(team.pk, []),
                "answers": [answer for (key, _months), answer in answers.items() if key == team.pk],
                "due_months": due_months(team, local_today(cohort)),
            }
            for team in teams
        ],
        "has_active_team": any(team.state != "closed" for team in teams),
        "can_edit": can_record_innovation_team(roles_of(person(request), cohort, local_today(cohort))),
        "history_of": HistoryLink("innovation-team", teams[0].pk) if teams else None,
    }
    return render(request, "cohorts/teams/page.html", context)


@form_page
def propose_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form that records an envisaged innovation team for a cohort; save it on POST and return to the team's
    page.

    For lab staff, the cohort's pilot and the admin of its authority; 403 for others.
    """
    user, cohort = person(request), get_cohort_or_404(request, slug)
    enforce(can_record_innovation_team(roles_of(user, cohort, local_today(cohort))))
    form = ProposeTeamForm(submitted_data(request))
    if apply_form(form, actions.propose_team, cohort=cohort, today=local_today(cohort), by=user):
        messages.success(request, _("The team is recorded as envisaged."))
        return redirect("cohorts:innovation_team", cohort.slug)
    return _team_form_page(cohort, _("Record an envisaged team"), _("Save")).show(request, form)


@form_page
def edit_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with name, posts, budget, venue and notes of the innovation team `pk`; save it on POST.

    Then the team's page follows. For lab staff, the cohort's pilot and the admin of its authority; 403 for others.
    """
    user, team, cohort = person(request), *_editable_team(request, pk)
    form = TeamForm(submitted_data(request), initial={name: getattr(team, name) for name in TeamForm.Meta.fields})
    page = _team_form_page(cohort, _("Edit the innovation team"), _("Save"))
    return form_response(request, form, page, actions.describe_team, done=_("Saved."), team=team, by=user)


@form_page
def move_team_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for the day of the next step of the innovation team `pk`; record the step on POST.

    A closed team has no next step: the person is sent back to its page with an error. For lab staff, the cohort's pilot
    and the admin of its authority; 403 for others.
    """
    user, team, cohort = person(request), *_editable_team(request, pk)
    step = NEXT_STEPS.get(team.state)
    if step is None:
        messages.error(request, _("This team closed: it has no further step."))
        return redirect("cohorts:innovation_team", cohort.slug)
    form = step.form(submitted_data(request))
    if apply_form(form, step.action, team=team, today=local_today(cohort), by=user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:innovation_team", cohort.slug)
    consequences = (step.consequence,) if step.consequence else ()
    return _team_form_page(cohort, step.label, step.label, consequences).show(request, form)


@form_page
def follow_up_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form that asks what has become of the innovation team `pk`; save the answer on POST.

    It answers the latest question that is due. For lab staff, the cohort's pilot and the admin of its authority; 403
    for others.
    """
    user, team, cohort = person(request), *_editable_team(request, pk)
    today = local_today(cohort)
    months = due_months(team, today)
    latest = latest_answers([team]).get((team.pk, months)) if months else None
    form = TeamFollowUpForm(submitted_data(request), current=(latest or TeamFollowUp()).form_values())
    if apply_form(form, actions.record_team_follow_up, team=team, today=today, by=user):
        messages.success(request, _("Your answer is saved."))
        return redirect("cohorts:innovation_team", cohort.slug)
    title = _("%(team)s: what has become of it?") % {"team": team}
    intro = months and _(
        "Question asked %(months)d months after the opening. If the team has closed, record that instead."
    ) % {"months": months}
    no_questions = _(
        "Nobody is asked about this team at present. An open team is asked about after 6, 12 and 24 months."
    )
    page = replace(
        _team_form_page(cohort, title, _("Save answer")),
        intro=intro or "",
        unavailable_reason="" if months else no_questions,
    )
    return page.show(request, form)


@form_page
def correct_team_days(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form that corrects the days of the innovation team `pk`, with a reason; save them on POST.

    Then the team's page follows. For lab staff, the cohort's pilot and the admin of its authority; 403 for others.
    """
    user, team, cohort = person(request), *_editable_team(request, pk)
    form = DaysForm(submitted_data(request), team=team)
    if apply_form(form, actions.correct_team_days, team=team, today=local_today(cohort), by=user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:innovation_team", cohort.slug)
    consequence = _("The page shows the day given before, and the reason.")
    return _team_form_page(cohort, _("Correct a day"), _("Save"), (consequence,)).show(request, form)


def _team_form_page(
    cohort: Cohort, title: StrOrPromise, action: StrOrPromise, consequences: tuple[StrOrPromise, ...] = ()
) -> FormPage:
    """Return a page with one form about the innovation team of a cohort; `title` is its heading, `action` its button's
    label.

    `consequences` are sentences on what will happen, listed above the form.
    """
    back = reverse("cohorts:innovation_team", args=[cohort.slug])
    crumb = _("Innovation team")
    return FormPage(title, action, back, crumb=crumb, parent=cohort.name, consequences=consequences)


def _editable_team(request: HttpRequest, pk: int) -> tuple[InnovationTeam, Cohort]:
    """Return the innovation team with the id `pk` and its cohort, if the signed-in person may record what becomes of
    the team.

    Raises Http404 when they may not see it, or it has no cohort, and Refused (403) unless they are lab staff, pilot or
    the authority's admin.
    """
    teams = InnovationTeam.objects.visible_to(person(request)).select_related("cohort__authority", "cohort__edition")
    team = get_object_or_404(teams, pk=pk, cohort__isnull=False)
    assert team.cohort is not None  # noqa: S101 - the query excludes it
    enforce(can_record_innovation_team(roles_of(person(request), team.cohort, local_today(team.cohort))))
    return team, team.cohort

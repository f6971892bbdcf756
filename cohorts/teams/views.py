"""Innovation teams: the list of all, and a cohort’s own: proposed, followed step by step, described."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.models import Cohort, InnovationTeam
from cohorts.permissions import may_keep_innovation_team
from cohorts.teams import actions
from cohorts.teams.changes import changes_of
from cohorts.teams.filters import TeamFilter
from cohorts.teams.forms import DaysForm, ProposeTeamForm, TeamForm
from cohorts.teams.steps import NEXT, milestones, road_of
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import FormPage, done, form_page, sent
from web.history_pages import Link
from web.pages import htmx
from web.pages.pagination import paginate


@require_safe
def innovation_teams(request: HttpRequest) -> HttpResponse:
    """The teams of all authorities within reach, by how far they are."""
    user = person(request)
    today = platform_today()
    rows = InnovationTeam.objects.visible_to(user).select_related("authority", "cohort__edition").as_of(today)
    found = TeamFilter(request.GET, rows.furthest_first(), request=request)
    page = paginate(found.qs, request.GET.get("page"))
    teams = [(team, milestones(team, today)) for team in page]
    context = {"filter": found, "page": page, "teams": teams}
    return htmx.render(request, "cohorts/teams/list.html", "results", context)


@require_safe
def innovation_team(request: HttpRequest, slug: str) -> HttpResponse:
    """What becomes of the team that stays: its steps, its means, and those that came before it."""
    cohort = _cohort(request, slug)
    teams = list(cohort.innovation_teams.visible_to(person(request)).order_by("-pk"))
    changes = changes_of(teams) if teams else {}
    context = {
        "cohort": cohort,
        "teams": [(team, road_of(team), NEXT.get(team.state), changes.get(team.pk, [])) for team in teams],
        "at_work": any(team.state != "closed" for team in teams),
        "may_keep": may_keep_innovation_team(person(request), cohort, local_today(cohort)),
        "history_of": Link("innovation-team", teams[0].pk) if teams else None,
    }
    return render(request, "cohorts/teams/page.html", context)


@form_page
def propose_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Note that a team is envisaged."""
    user, cohort = person(request), _cohort(request, slug)
    enforce(may_keep_innovation_team(user, cohort, local_today(cohort)))
    form = ProposeTeamForm(sent(request))
    if done(form, actions.propose_team, cohort=cohort, today=local_today(cohort), by=user):
        messages.success(request, _("The team is recorded as envisaged."))
        return redirect("cohorts:innovation_team", cohort.slug)
    return _page(cohort, _("Record an envisaged team"), _("Save")).show(request, form)


@form_page
def edit_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Change posts, budget, place and notes."""
    user, team, cohort = person(request), *_kept(request, pk)
    form = TeamForm(sent(request), initial={name: getattr(team, name) for name in TeamForm.Meta.fields})
    if done(form, actions.describe_team, team=team, by=user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:innovation_team", cohort.slug)
    return _page(cohort, _("Edit the innovation team"), _("Save")).show(request, form)


@form_page
def move_team_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the team's next step, with its date."""
    user, team, cohort = person(request), *_kept(request, pk)
    step = NEXT.get(team.state)
    if step is None:
        messages.error(request, _("This team closed: it has no further step."))
        return redirect("cohorts:innovation_team", cohort.slug)
    form = step.form(sent(request))
    if done(form, step.take, team=team, today=local_today(cohort), by=user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:innovation_team", cohort.slug)
    consequences = (step.consequence,) if step.consequence else ()
    return _page(cohort, step.label, step.label, consequences).show(request, form)


@form_page
def correct_team_days(request: HttpRequest, pk: int) -> HttpResponse:
    """Set right a day wrongly given, with the reason."""
    user, team, cohort = person(request), *_kept(request, pk)
    form = DaysForm(sent(request), team=team)
    if done(form, actions.correct_team_days, team=team, today=local_today(cohort), by=user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:innovation_team", cohort.slug)
    kept = _("The page shows the day given before, and the reason.")
    return _page(cohort, _("Correct a day"), _("Save"), (kept,)).show(request, form)


def _page(
    cohort: Cohort, title: StrOrPromise, action: StrOrPromise, consequences: tuple[StrOrPromise, ...] = ()
) -> FormPage:
    back = reverse("cohorts:innovation_team", args=[cohort.slug])
    crumb = _("Innovation team")
    return FormPage(title, action, back, crumb=crumb, within=cohort.name, consequences=consequences)


def _cohort(request: HttpRequest, slug: str) -> Cohort:
    cohorts = Cohort.objects.visible_to(person(request)).select_related("authority", "edition")
    return get_object_or_404(cohorts, slug=slug)


def _kept(request: HttpRequest, pk: int) -> tuple[InnovationTeam, Cohort]:
    """A team and its cohort; 404 beyond reach, 403 with the reason where only looking is allowed."""
    teams = InnovationTeam.objects.visible_to(person(request)).select_related("cohort__authority", "cohort__edition")
    team = get_object_or_404(teams, pk=pk, cohort__isnull=False)
    assert team.cohort is not None  # noqa: S101 - just asked for
    enforce(may_keep_innovation_team(person(request), team.cohort, local_today(team.cohort)))
    return team, team.cohort

"""A cohort's challenges, a challenge's page, and its forms."""

from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from prototypes import actions
from prototypes.action_pages.offered import CHALLENGE_ACTS
from prototypes.action_pages.views import act_named, perform, possible_acts
from prototypes.board.outputs import outputs
from prototypes.challenges.forms import ChallengeForm, LinksForm
from prototypes.models import Challenge, Idea
from prototypes.permissions import both, may_add_work, may_edit_challenge, open_to_additions, open_to_edits
from prototypes.registries import parts_of
from prototypes.views.lookups import challenge_at, cohort_at, letters
from prototypes.views.pages import ask
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.forms.pages import form_page, sent
from web.pages.pagination import paginate
from web.text.names import by_name


@require_safe
def challenge_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The challenges of a cohort, with how many ideas each has."""
    cohort = cohort_at(request, slug)
    user = person(request)
    seen = Q(ideas__in=Idea.objects.visible_to(user).filter(cohort=cohort).values("pk"))
    rows = cohort.challenges.visible_to(user).annotate(ideas_count=Count("ideas", filter=seen))
    rows = rows.order_by("kind", "title", "pk")
    page = paginate(rows, request.GET.get("page"))
    may_add = both(may_add_work(letters(request, cohort)), open_to_additions(cohort))
    context = {"cohort": cohort, "page": page, "may_add": may_add}
    return render(request, "prototypes/challenges.html", context)


@require_safe
def challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """The policy problem and the ideas that answer it."""
    row = challenge_at(request, pk)
    holds = letters(request, row.cohort)
    user = person(request)
    ideas = row.ideas.visible_to(user).select_related("owner").newest_sign_first()
    sessions = row.sessions.visible_to(user).annotate(begins_on=Min("days__date")).order_by("begins_on", "pk")
    context = {
        "challenge": row,
        "page": paginate(ideas.marked(user, today_everywhere()), request.GET.get("page")),
        "acts": possible_acts(CHALLENGE_ACTS, "prototypes:challenge_act", row, holds),
        "may_add": may_add_work(holds),
        "may_edit": both(may_edit_challenge(holds), open_to_edits(row)),
        "stakeholders": row.stakeholders.visible_to(user).order_by(*by_name()),
        "sessions": sessions,
        "outputs": outputs(user, row.cohort, row),
        **parts_of("challenge", request, row, holds),
    }
    return render(request, "prototypes/challenge.html", context)


@form_page
def add_challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose a challenge to the cohort."""
    cohort = cohort_at(request, slug)
    enforce(both(may_add_work(letters(request, cohort)), open_to_additions(cohort)))
    form = ChallengeForm(sent(request))

    def add() -> Challenge:
        return actions.add_challenge(cohort=cohort, by=person(request), **form.told())

    return ask(
        request,
        form,
        add,
        title=_("Add challenge"),
        action=_("Add the challenge"),
        done=_("The challenge is proposed."),
        crumb=cohort,
    )


@form_page
def edit_challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is said about the challenge."""
    row = challenge_at(request, pk)
    enforce(both(may_edit_challenge(letters(request, row.cohort)), open_to_edits(row)))
    form = ChallengeForm(sent(request), stands=row.stands())

    def change() -> Challenge:
        return actions.change_challenge(challenge=row, by=person(request), **form.changes())

    return ask(request, form, change, title=_("Edit the challenge"), action=_("Save"), done=_("Saved."), crumb=row)


@form_page
def link_challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom it concerns, and which sessions worked on it."""
    row = challenge_at(request, pk)
    enforce(both(may_edit_challenge(letters(request, row.cohort)), open_to_edits(row)))
    form = LinksForm(sent(request), cohort=row.cohort, stands=row.linked())

    def link() -> Challenge:
        return actions.link_challenge(challenge=row, by=person(request), **form.cleaned_data)

    return ask(request, form, link, title=_("Stakeholders and sessions"), action=_("Save"), done=_("Saved."), crumb=row)


@form_page
def challenge_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One of the acts on a challenge."""
    row = challenge_at(request, pk)
    chosen = act_named(CHALLENGE_ACTS, act)
    holds = letters(request, row.cohort)
    return perform(request, chosen, holds, back=row.get_absolute_url(), context={"crumb": row}, challenge=row)

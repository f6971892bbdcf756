"""The list of ideas, an idea's page, and the forms to add and edit one."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.models import Cohort
from notifications.rungs import ladder_of
from prototypes import actions
from prototypes.act_forms import CorrectionForm
from prototypes.actions.reminders import event_of
from prototypes.acts import IDEA_ACTS, NEXT
from prototypes.enums import IdeaState
from prototypes.filters import IdeaFilter
from prototypes.forms import IdeaForm, NewIdeaForm
from prototypes.models import Challenge, Idea, IdeaEvent, Trial
from prototypes.permissions import ONLY_MEMBERS, Letters, may_correct, may_deliver, may_edit_idea
from prototypes.queries import working_cohorts
from prototypes.rates import completed_months
from prototypes.views.acting import act_named, perform, possible_acts
from prototypes.views.comments import said_about, talk_about
from prototypes.views.pages import ask
from prototypes.views.reach import idea_at, letters, people_of
from prototypes.views.story import counting, next_line, story, work_button
from web.decisions import ALLOW, deny, enforce
from web.form_pages import form_page, sent
from web.htmx import render as render_page
from web.pagination import paginate
from web.steps import LadderStep


@require_safe
def idea_list(request: HttpRequest) -> HttpResponse:
    """Every idea the person can read, the latest sign of life first."""
    ideas = Idea.objects.visible_to(person(request)).select_related("cohort", "owner").newest_sign_first()
    found = IdeaFilter(request.GET or None, ideas, user=person(request), today=localdate())
    page = paginate(found.qs, request.GET.get("page"))
    may_add = working_cohorts(person(request), localdate()).exists()
    return render_page(request, "prototypes/ideas.html", "results", {"filter": found, "page": page, "may_add": may_add})


@require_safe
def idea(request: HttpRequest, pk: int) -> HttpResponse:
    """The idea's story in order, and what comes next."""
    row = idea_at(request, pk, said=said_about("idea"))
    return render(request, "prototypes/idea.html", idea_page(request, row, letters(request, row.cohort)))


def idea_page(request: HttpRequest, row: Idea, holds: Letters) -> dict[str, Any]:
    today = localdate()
    events = list(row.events.select_related("merged_into").order_by("effective_on", "place"))
    trials = Prefetch("trials", Trial.objects.order_by("number"))
    prototypes = list(row.prototypes.select_related("supersedes").prefetch_related(trials).order_by("version"))
    lines = story(events, prototypes, today=today)
    upcoming = next_line(row, prototypes, holds)
    shared = "share" if row.shared_with_edition else "stop-sharing"
    step = NEXT.get(row.state)
    return {
        "idea": row,
        "story": [*lines, upcoming] if upcoming else lines,
        "work": work_button(row, prototypes, holds),
        "acts": possible_acts(IDEA_ACTS, "prototypes:idea_act", row, holds, without={shared, step.act if step else ""}),
        "may_edit": may_edit_idea(holds, person(request), row),
        "may_deliver": may_deliver(holds),
        "implementations": row.implementations.told().select_related("authority"),
        "merged": row.merged_ideas.visible_to(person(request)).order_by("reference"),
        "months": completed_months(row.accepted_on, today) if row.accepted_on else None,
        "latest": prototypes[-1] if prototypes else None,
        "talk": talk_about(request, row, holds),
        "ladder": follow_up(row, events, holds, person(request)),
    }


def follow_up(row: Idea, events: list[IdeaEvent], holds: Letters, user: User) -> list[LadderStep]:
    """The letters that ask what became of it, for its own cohort, once it was handed over."""
    handed_over = any(event.state == IdeaState.HANDED_OVER for event in events)
    if row.retrospective or not handed_over or not holds - {"N"}:
        return []
    return ladder_of(event_of(row), now(), for_staff=user.is_lab_staff)


def places(cohorts: QuerySet[Cohort]) -> list[tuple[str, str]]:
    """Where an idea can go: a challenge of one of the cohorts, or the cohort itself."""
    named = dict(cohorts.order_by("name").values_list("pk", "name"))
    alive = Challenge.objects.alive().filter(cohort__in=named).order_by("cohort__name", "title")
    rows = alive.values_list("pk", "cohort", "title")
    own = [(f"challenge-{pk}", f"{named[cohort]} · {title}") for pk, cohort, title in rows]
    return own + [(f"cohort-{pk}", _("%(cohort)s · no challenge yet") % {"cohort": name}) for pk, name in named.items()]


def place_chosen(choice: str) -> tuple[Cohort, Challenge | None]:
    """The cohort and the challenge of a choice the form has checked."""
    kind, pk = choice.split("-")
    if kind == "challenge":
        challenge = Challenge.objects.select_related("cohort__authority").get(pk=pk)
        return challenge.cohort, challenge
    return Cohort.objects.select_related("authority").get(pk=pk), None


@form_page
def add_idea(request: HttpRequest) -> HttpResponse:
    """Write an idea down, in one of the cohorts the person works in; `?place=` chooses beforehand."""
    offered = places(working_cohorts(person(request), localdate()))
    enforce(ALLOW if offered else deny(ONLY_MEMBERS))
    first = {"place": request.GET.get("place", "")}
    form = NewIdeaForm(sent(request), places=offered, today=localdate(), initial=first)

    def capture() -> Idea:
        told = form.told()
        cohort, challenge = place_chosen(told.pop("place"))
        return actions.capture_idea(cohort=cohort, challenge=challenge, by=person(request), at=now(), **told)

    return ask(
        request, form, capture, title=_("A new idea"), action=_("Add the idea"), done=_("The idea has its page now.")
    )


@form_page
def edit_idea(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the idea says; its state follows its events only."""
    row = idea_at(request, pk)
    enforce(may_edit_idea(letters(request, row.cohort), person(request), row))
    form = IdeaForm(
        sent(request),
        challenges=row.cohort.challenges.order_by("title"),
        people=people_of(row.cohort, localdate()),
        initial={name: getattr(row, name) for name in ("title", "summary", "challenge", "owner")},
    )

    def change() -> Idea:
        return actions.change_idea(idea=row, by=person(request), **form.cleaned_data)

    return ask(
        request,
        form,
        change,
        title=_("Edit the idea"),
        action=_("Save"),
        done=_("Saved."),
        back=row.get_absolute_url(),
        crumb=row,
    )


@form_page
def idea_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One of the acts on an idea."""
    row = idea_at(request, pk)
    chosen = act_named(IDEA_ACTS, act)
    holds = letters(request, row.cohort)
    return perform(request, chosen, holds, back=row.get_absolute_url(), context={"crumb": row}, idea=row)


@require_safe
def idea_events(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was recorded about the idea, corrected events too, each with the way to correct it."""
    row = idea_at(request, pk)
    holds = letters(request, row.cohort)
    events = list(row.events.select_related("by", "merged_into").order_by("recorded_at", "pk"))
    standing = {event.pk for event in counting(events)}
    rows = [(e, e.pk in standing, e.pk in standing and not e.known_as and may_correct(holds, e)) for e in events]
    return render(request, "prototypes/events.html", {"idea": row, "rows": rows})


@form_page
def correct_event(request: HttpRequest, pk: int, event: int) -> HttpResponse:
    """Correct what was recorded, by a new event that says what was wrong."""
    row = idea_at(request, pk)
    named, before = event_and_before(row, event)
    if named is None:
        messages.warning(request, _("This was corrected already."))
        return redirect("prototypes:idea_events", row.pk)
    enforce(may_correct(letters(request, row.cohort), named))
    form = CorrectionForm(sent(request), subject=named, before=before, today=localdate())

    def correct() -> IdeaEvent:
        return actions.correct_event(event=named, by=person(request), at=now(), **form.cleaned_data)

    return ask(
        request,
        form,
        correct,
        title=_("Correct what was recorded"),
        action=_("Correct"),
        done=_("Corrected; what was recorded first stays in the history."),
        back=row.get_absolute_url(),
        crumb=row,
    )


def event_and_before(row: Idea, pk: int) -> tuple[IdeaEvent | None, str]:
    """An event and the state before it, None where it counts no more; raises Http404 for one that is not the idea's."""
    events = list(row.events.select_related("merged_into").order_by("effective_on", "place"))
    if not any(event.pk == pk and not event.known_as for event in events):
        raise Http404
    before = ""
    for event in counting(events):
        if event.pk == pk:
            return event, before
        before = event.state
    return None, before

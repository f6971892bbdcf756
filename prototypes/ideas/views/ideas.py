"""The list of ideas, an idea's page, and the forms to add and edit one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.clock import local_today
from cohorts.models import Cohort
from files.attachments.panels import shelf
from notifications.reminders.step_status import ladder_of
from prototypes import actions
from prototypes.action_pages.forms import CorrectionForm
from prototypes.action_pages.offered import IDEA_ACTS, IMPLEMENTATION_ACTS, NEXT
from prototypes.action_pages.views import act_named, perform, possible_acts
from prototypes.attachables import owner_of, pictures_for, with_pictures
from prototypes.confirmations.return_links import back_to
from prototypes.confirmations.unconfirmed import is_unconfirmed
from prototypes.enums import IdeaState
from prototypes.handover.reminders import event_of
from prototypes.handover.views.follow_ups import follow_ups
from prototypes.ideas.filters import IdeaFilter
from prototypes.ideas.forms import IdeaForm, NewIdeaForm, ReuseForm
from prototypes.ideas.views.published_facts import what_is_known
from prototypes.ideas.views.story import counting, next_line, story, work_button
from prototypes.ideas.views.story_lines import confirmed, family, more_lines, since_accepted
from prototypes.implementations.models import live_day
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation, Prototype, Support, Trial
from prototypes.permissions import (
    ONLY_MEMBERS,
    Letters,
    both,
    may_confirm,
    may_correct,
    may_edit_idea,
    open_to_confirmation,
    open_to_edits,
    open_to_reuse,
)
from prototypes.registries import columns_for, parts_of
from prototypes.trial_corrections.story_lines import correction_lines
from prototypes.views.lookups import idea_at, idea_rows, letters, people_for, with_story, works_somewhere
from prototypes.views.pages import ask
from prototypes.visibility import working_cohorts
from web.database.prepared import one_or_404, prepared
from web.dates.clock import Day, day_in, platform_today, today_everywhere
from web.decisions import ALLOW, deny, enforce
from web.forms.pages import form_page, sent
from web.forms.unsaved import words_of
from web.pages.error_pages import too_late
from web.pages.htmx import render as render_page
from web.pages.pagination import paginate
from web.pages.steps import LadderStep
from web.text.names import by_name, shown_name

# What a row of the list says: an idea and a cohort have many other columns.
IN_A_ROW = (
    *("reference", "title", "state", "state_label", "state_since", "state_precision", "last_sign_on", "retrospective"),
    *("cohort__name", "owner__full_name", "owner__email"),
)


@require_safe
def idea_list(request: HttpRequest) -> HttpResponse:
    """Every idea the person can read, the latest sign of life first."""
    ideas = Idea.objects.visible_to(person(request)).select_related("cohort", "owner").only(*IN_A_ROW)
    ideas = ideas.marked(person(request), today_everywhere()).newest_sign_first()
    found = IdeaFilter(request.GET or None, ideas, user=person(request), today=today_everywhere())
    page = paginate(found.qs, request.GET.get("page"))
    may_add = works_somewhere(person(request), today_everywhere())
    return render_page(request, "prototypes/ideas.html", "results", {"filter": found, "page": page, "may_add": may_add})


@prepared
def _told(user: User, pk: int, today: Day) -> QuerySet[Idea]:
    """With what its page tells beside its events, and what the parts of its page read along."""
    return with_story(idea_rows(user), user, today).annotate(**columns_for("idea", user)).filter(pk=pk)


@require_safe
def idea(request: HttpRequest, pk: int) -> HttpResponse:
    """The idea's story in order, and what comes next."""
    row = one_or_404(_told(person(request), pk, today_everywhere()))
    return render(request, "prototypes/idea.html", idea_page(request, row, letters(request, row.cohort)))


def idea_page(request: HttpRequest, row: Any, holds: Letters) -> dict[str, Any]:
    today, around = local_today(row.cohort), family(row)
    row.author_ids = frozenset(author["id"] for author in row.authors)
    events = events_of(row)
    user = person(request)
    prototypes = versions_of(row, user, today)
    implementations = _implementations(user, row.pk)
    lines = story(
        events,
        prototypes,
        today=today,
        around=around,
        more=[*more_lines(row, implementations, today), *correction_lines(row, today)],
        target_opens=row.target_opens,
    )
    upcoming = next_line(row, prototypes, holds)
    shared = "share" if row.shared_with_edition else "stop-sharing"
    step = NEXT.get(row.state)
    return {
        "idea": row,
        "story": [*lines, upcoming] if upcoming else lines,
        "known": what_is_known(row, counting(events), implementations),
        "around": around,
        "faded": is_unconfirmed(row, today),
        "confirmed": confirmed(row, today),
        "may_confirm": both(may_confirm(holds, person(request), row), open_to_confirmation(row)),
        "authors": ", ".join(shown_name(author["full_name"]) for author in row.authors),
        "work": work_button(row, prototypes, holds),
        "acts": possible_acts(IDEA_ACTS, "prototypes:idea_act", row, holds, without={shared, step.act if step else ""}),
        "may_edit": both(may_edit_idea(holds, person(request), row), open_to_edits(row)),
        "may_take_up": row.may_take_up and open_to_reuse(row),
        "implementations": [
            (live, possible_acts(IMPLEMENTATION_ACTS, "prototypes:implementation_act", live, holds))
            for live in implementations
        ],
        "accepted": since_accepted(row, today),
        "latest": prototypes[-1] if prototypes else None,
        "follow_ups": follow_ups(row, events, live_day(implementations), holds, today),
        "ladder": follow_up(row, events, holds, person(request)),
        "files": shelf(owner_of(row, person(request), holds), today),
        **parts_of("idea", request, row, holds),
    }


def events_of(row: Idea) -> list[IdeaEvent]:
    """All of them in the order of the story, with the tests a decision stands on."""
    found = _events(row.pk)
    for event in found:
        event.idea = row
    return found


@prepared
def _events(idea: int) -> QuerySet[IdeaEvent]:
    named = ArraySubquery(Support.objects.filter(event=OuterRef("pk")).order_by("pk").values("trial"))
    rows = IdeaEvent.objects.filter(idea=idea).select_related("merged_into").annotate(named_tests=named)
    return rows.order_by("effective_on", "place")


def versions_of(row: Idea, user: User, today: date) -> list[Prototype]:
    """Its prototypes with their tests and the pictures its reader sees (two statements)."""
    found = _versions(user, row.pk, pictures_for(row, today))
    for version in found:
        version.idea = row
    prefetch_related_objects(found, Prefetch("trials", Trial.objects.visible_to(user).order_by("number")))
    return found


@prepared
def _versions(user: User, idea: int, pictures: tuple[str, date | None, date]) -> QuerySet[Prototype]:
    rows = Prototype.objects.visible_to(user).filter(idea=idea).select_related("supersedes")
    return with_pictures(rows, *pictures).order_by("version")


@prepared
def _implementations(user: User, idea: int) -> QuerySet[Implementation]:
    return Implementation.objects.visible_to(user).filter(idea=idea).told().select_related("authority", "corrects")


def follow_up(row: Idea, events: list[IdeaEvent], holds: Letters, user: User) -> list[LadderStep]:
    """The letters that ask what became of it, for its own cohort, once it was handed over."""
    handed_over = any(event.state == IdeaState.HANDED_OVER for event in events)
    if row.retrospective or not handed_over or not holds - {"N"}:
        return []
    return ladder_of(event_of(row), now(), for_staff=user.is_lab_staff)


def places(cohorts: QuerySet[Cohort]) -> list[tuple[str, str]]:
    """Where an idea can go: a challenge of one of the cohorts, or the cohort itself."""
    named = dict(cohorts.order_by(*by_name()).values_list("pk", "name"))
    alive = Challenge.objects.alive().filter(cohort__in=named).order_by(*by_name("cohort__name")[:1], *by_name("title"))
    rows = alive.values_list("pk", "cohort", "title")
    own = [(f"challenge-{pk}", f"{named[cohort]} · {title}") for pk, cohort, title in rows]
    return own + [(f"cohort-{pk}", _("%(cohort)s · no challenge yet") % {"cohort": name}) for pk, name in named.items()]


def day_everywhere(cohorts: QuerySet[Cohort]) -> date:
    """The latest day that has come in each of them: whichever is chosen, it is not still to come there."""
    zones = cohorts.order_by().values_list("authority__time_zone", flat=True).distinct()
    return min((day_in(zone, now()) for zone in zones), default=platform_today())


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
    cohorts = working_cohorts(person(request), today_everywhere())
    offered = places(cohorts)
    enforce(ALLOW if offered else deny(ONLY_MEMBERS))
    first = {"place": request.GET.get("place", "")}
    form = NewIdeaForm(sent(request), places=offered, today=day_everywhere(cohorts), initial=first)

    def capture() -> Idea:
        told = form.told()
        cohort, challenge = place_chosen(told.pop("place"))
        return actions.capture_idea(cohort=cohort, challenge=challenge, by=person(request), at=now(), **told)

    return ask(
        request, form, capture, title=_("Add idea"), action=_("Add the idea"), done=_("The idea has its page now.")
    )


@form_page
def reuse_idea(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the idea up in a cohort the person works in."""
    row = idea_at(request, pk)
    offered = places(working_cohorts(person(request), today_everywhere()).exclude(pk=row.cohort_id))
    enforce(both(ALLOW if offered else deny(ONLY_MEMBERS), open_to_reuse(row)))
    form = ReuseForm(sent(request), places=offered, initial={"title": row.title, "summary": row.summary})

    def reuse() -> Idea:
        told = form.told()
        cohort, challenge = place_chosen(told.pop("place"))
        return actions.reuse_idea(idea=row, cohort=cohort, challenge=challenge, by=person(request), at=now(), **told)

    return ask(
        request,
        form,
        reuse,
        title=_("Take up the idea"),
        action=_("Take up the idea"),
        done=_("The idea now has its own page in your cohort, which shows where the idea comes from."),
        crumb=row,
    )


@form_page
def edit_idea(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the idea says; its state follows its events only."""
    row = idea_at(request, pk)
    enforce(both(may_edit_idea(letters(request, row.cohort), person(request), row), open_to_edits(row)))
    form = IdeaForm(
        sent(request),
        challenges=row.cohort.challenges.order_by("title"),
        people=people_for(row, local_today(row.cohort)),
        stands=row.stands(),
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
    return perform(request, chosen, holds, back=way_back(request, row), context={"crumb": row}, idea=row)


def way_back(request: HttpRequest, row: Any) -> str:
    """Where an act comes back to: the page it was asked from, else the idea's."""
    if request.GET.get("from") == "board" and row.cohort_opens:
        return reverse("prototypes:board", args=[row.cohort.slug])
    return back_to(request.GET, row)


@require_safe
def idea_events(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was recorded about the idea, corrected events too, each with the way to correct it."""
    row = idea_at(request, pk)
    holds = letters(request, row.cohort)
    events = list(row.events.select_related("by", "merged_into").order_by("recorded_at", "pk"))
    standing = {event.pk for event in counting(events)}
    rows = [(e, e.pk in standing, e.pk in standing and not e.known_as and may_correct(holds, e)) for e in events]
    works = row.implementations.select_related("authority").order_by("born_on", "pk")
    works = works.filter(pk__in=Implementation.objects.visible_to(person(request)).values("pk"))
    return render(request, "prototypes/events.html", {"idea": row, "rows": rows, "implementations": works})


@form_page
def correct_event(request: HttpRequest, pk: int, event: int) -> HttpResponse:
    """Correct what was recorded, by a new event that says what was wrong."""
    row = idea_at(request, pk)
    named, before = event_and_before(row, event)
    if named is None and words_of(request, known=row.events.values_list("reason", flat=True)):
        title, back = _("Correct what was recorded"), reverse("prototypes:idea_events", args=[row.pk])
        return too_late(request, _("This event was already corrected."), title=title, back=back)
    if named is None:
        messages.warning(request, _("This event was already corrected."))
        return redirect("prototypes:idea_events", row.pk)
    enforce(may_correct(letters(request, row.cohort), named))
    form = CorrectionForm(sent(request), subject=named, before=before, today=local_today(row.cohort))

    def correct() -> IdeaEvent:
        return actions.correct_event(event=named, by=person(request), at=now(), **form.cleaned_data)

    return ask(
        request,
        form,
        correct,
        title=_("Correct what was recorded"),
        action=_("Correct"),
        done=_("The event is corrected. The first record stays in the history."),
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

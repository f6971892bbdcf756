"""The list of ideas, the page of an idea, and the forms to add and edit one."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from accounts.roles import Role, Roles
from cohorts.clock import local_today
from cohorts.models import Cohort
from files.attachments.panels import files_panel
from files.uploads.receiving import received_files
from lists.pages import list_page
from notifications.reminders.step_status import reminder_steps_of
from prototypes import actions
from prototypes.action_pages.definitions import IDEA_ACTIONS, IMPLEMENTATION_ACTIONS, NEXT_STEPS
from prototypes.action_pages.forms import CorrectionForm
from prototypes.action_pages.views import available_actions, get_action_or_404, perform
from prototypes.confirmations.return_links import return_url
from prototypes.confirmations.unconfirmed import is_unconfirmed
from prototypes.effects.cards import indicator_cards
from prototypes.effects.timeline_entries import indicator_events
from prototypes.enums import IdeaState
from prototypes.file_owners import find_owner, owner_of, pictures_for, with_pictures
from prototypes.handover.reminders import event_of
from prototypes.handover.views.follow_ups import follow_ups
from prototypes.hooks import idea_panels
from prototypes.ideas.forms import IdeaForm, NewIdeaForm, ReuseForm
from prototypes.ideas.idea_list import IDEAS
from prototypes.ideas.views.cohort_choice import choose_cohort, cohorts_to_offer
from prototypes.ideas.views.idea_timeline import main_buttons, next_step_event, timeline_events, uncorrected_events
from prototypes.ideas.views.published_facts import published_facts
from prototypes.ideas.views.timeline_entries import (
    acceptance_text,
    last_confirmation_text,
    other_events,
    related_ideas,
)
from prototypes.implementations.models import end_of_use, live_day
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation, Prototype, Support, Trial
from prototypes.permissions import (
    ONLY_LEADS_RESIDENTS_AND_AMBASSADORS,
    allow_if_all,
    can_confirm_idea,
    can_correct_event,
    can_edit_idea,
    open_to_confirmation,
    open_to_edits,
    open_to_reuse,
)
from prototypes.trial_corrections.timeline_entries import correction_events
from prototypes.views.lookups import get_idea_or_404, idea_rows, people_for, roles_in, with_timeline, works_somewhere
from prototypes.visibility import working_cohorts
from web.database.keys import key_of
from web.database.nested_rows import column_names, nested, row_from_nested
from web.database.prepared import one_or_404, prepared
from web.dates.clock import Day, day_in, platform_today, today_everywhere
from web.decisions import ALLOW, deny, enforce
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.forms.unsaved import unsaved_texts
from web.pages.error_pages import edit_conflict_page
from web.pages.panels import columns_of, render_panels
from web.pages.steps import PageStep
from web.text.names import display_name, name_ordering


@require_safe
def idea_list(request: HttpRequest) -> HttpResponse:
    """Show the ideas that the person may read, page by page: those of their cohorts, and those shared with their
    editions.

    People who add work in a cohort can select ideas, and act on several at once. To lab staff who filter by a cohort,
    the import into it is offered.
    """
    can_add = works_somewhere(person(request), today_everywhere())
    context: dict[str, object] = {"can_add": can_add, "import_href": _import_href(request)}
    if can_add:
        context |= {"add_href": reverse("prototypes:add_idea"), "add_label": _("Add the first idea")}
    return list_page(request, IDEAS, "prototypes/ideas/list.html", context, can_act=can_add)


def _import_href(request: HttpRequest) -> str:
    """Return the URL that imports ideas into the cohort of the filter, for lab staff; "" without one."""
    user, key = person(request), key_of(request.GET.get("cohort", ""))
    if not key or not user.is_lab_staff or user.is_lab_reader:
        return ""
    cohort = Cohort.objects.visible_to(user).filter(pk=key).first()
    return reverse("imports:add_to", args=["ideas", cohort.slug]) if cohort else ""


@prepared
def _idea_with_timeline(user: User, pk: int, today: Day) -> QuerySet[Idea]:
    """Return one idea, if the person may read it, with all that its timeline and the panels of its page show.

    `today` is the day on which the person's roles hold.
    """
    return with_timeline(idea_rows(user), user, today).annotate(**columns_of(idea_panels(), user)).filter(pk=pk)


@require_safe
def idea(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page of an idea: its timeline, its next step, its texts and people, and the buttons that the person may
    use.

    Raises Http404 for people who may not read it.
    """
    row = one_or_404(_idea_with_timeline(person(request), pk, today_everywhere()))
    return render(request, "prototypes/ideas/page.html", idea_page(request, row, roles_in(request, row.cohort)))


def idea_page(request: HttpRequest, row: Idea, roles: Roles) -> dict[str, Any]:
    """Return the template context of the page of an idea; `row` is the idea as `_idea_with_timeline` has read it.

    `roles` are those of the reader in the idea's cohort.
    """
    today, related = local_today(row.cohort), related_ideas(row)
    annotated: Any = row  # with the columns of `with_timeline`
    annotated.co_author_ids = frozenset(author["id"] for author in annotated.co_author_rows)
    events = events_of(row)
    user = person(request)
    prototypes = prototypes_of(row, user, today)
    implementations = _implementations(user, row.pk)
    live = live_day(implementations)
    ended_on = end_of_use(implementations) if row.state == IdeaState.IMPLEMENTED else None
    timeline = timeline_events(
        events,
        prototypes,
        related=related,
        other_events=[
            *other_events(row, implementations),
            *correction_events(row),
            *indicator_events(row),
        ],
        target_opens=annotated.target_opens,
    )
    next_event = next_step_event(row, prototypes, roles)
    current_sharing_action = "share" if row.shared_with_edition else "stop-sharing"
    next_step = NEXT_STEPS.get(row.state)
    return {
        "idea": row,
        "timeline": [*timeline, next_event] if next_event else timeline,
        "published_facts": published_facts(row, uncorrected_events(events), implementations),
        "related_ideas": related,
        "is_unconfirmed": is_unconfirmed(row, today),
        "last_confirmation": last_confirmation_text(row),
        "can_confirm": allow_if_all(can_confirm_idea(roles, person(request), row), open_to_confirmation(row)),
        "co_author_names": ", ".join(display_name(author["full_name"]) for author in annotated.co_author_rows),
        "main_buttons": main_buttons(row, prototypes, roles),
        "actions": available_actions(
            IDEA_ACTIONS,
            "prototypes:idea_action",
            row,
            roles,
            without={"ask-for-acceptance", current_sharing_action, next_step.action if next_step else ""},
        ),
        "can_edit": allow_if_all(can_edit_idea(roles, person(request), row), open_to_edits(row)),
        "can_reuse": annotated.can_reuse and open_to_reuse(row),
        "implementations": [
            (each, available_actions(IMPLEMENTATION_ACTIONS, "prototypes:implementation_action", each, roles))
            for each in implementations
        ],
        "acceptance_text": acceptance_text(row, today),
        "latest_prototype": prototypes[-1] if prototypes else None,
        "ended_on": ended_on,
        "follow_ups": follow_ups(row, events, live, roles, today, ended_on=ended_on),
        "indicators": indicator_cards(row, roles, live),
        "reminder_steps": reminder_steps(row, events, roles, person(request)),
        "files": files_panel(owner_of(row, person(request), roles), today),
        "aside_panels": render_panels(idea_panels(), request, row, roles, position="aside"),
        "panels": render_panels(idea_panels(), request, row, roles),
    }


def events_of(row: Idea) -> list[IdeaEvent]:
    """Return all events of the idea, corrected ones too, by day and by position within the day (one statement).

    Each has `named_tests`: the keys of the tests behind a decision, [] for other events.
    """
    events = _events(row.pk)
    for event in events:
        event.idea = row
    return events


@prepared
def _events(idea_id: int) -> QuerySet[IdeaEvent]:
    """Return all events of the idea, corrected ones too, by day and by position within the day.

    `named_tests` holds the keys of the tests behind a decision, [] for other events.
    """
    named_tests = ArraySubquery(Support.objects.filter(event=OuterRef("pk")).order_by("pk").values("trial"))
    rows = IdeaEvent.objects.filter(idea=idea_id).select_related("merged_into").annotate(named_tests=named_tests)
    return rows.order_by("effective_on", "position")


def prototypes_of(row: Idea, user: User, today: date) -> list[Prototype]:
    """Return the prototypes of the idea that the person may read, by version, with their tests and pictures (one
    statement).

    `today` is the day on which the consents to show pictures are checked. The idea has the annotations of `idea_rows`.
    """
    prototypes = _prototypes(user, row.pk, pictures_for(row, today))
    for prototype in prototypes:
        prototype.idea = row
        trials = [row_from_nested(Trial, each) for each in vars(prototype)["trial_rows"]]
        for trial, nested_row in zip(trials, vars(prototype)["trial_rows"], strict=True):
            trial.prototype = prototype
            vars(trial)["pictures"] = nested_row["pictures"]
        vars(prototype)["_prefetched_objects_cache"] = {"trials": trials}
    return prototypes


@prepared
def _prototypes(user: User, idea_id: int, pictures: tuple[str, date | None, date]) -> QuerySet[Prototype]:
    """Return the prototypes of the idea that the person may read, by version, with pictures, and with the tests that
    the person may read (`trial_rows`), which have pictures too.

    `pictures` are the arguments `audience`, `until` and `today` of `with_pictures`.
    """
    rows = Prototype.objects.visible_to(user).filter(idea=idea_id).select_related("supersedes")
    trials = with_pictures(Trial.objects.visible_to(user).filter(prototype=OuterRef("pk")), *pictures)
    rows = rows.annotate(trial_rows=nested(trials.order_by("number"), *column_names(Trial), "pictures"))
    return with_pictures(rows, *pictures).order_by("version")


@prepared
def _implementations(user: User, idea_id: int) -> QuerySet[Implementation]:
    """Return the implementations of the idea that the person may read, without withdrawn ones."""
    return (
        Implementation.objects.visible_to(user)
        .filter(idea=idea_id)
        .not_withdrawn()
        .select_related("authority", "corrects")
    )


def reminder_steps(row: Idea, events: list[IdeaEvent], roles: Roles, user: User) -> list[PageStep]:
    """Return the steps of an idea's follow-up e-mails, sent and to come, for its page.

    Returns [] before the hand-over, for published facts, and for readers whose only role is that of a member of another
    cohort. `events` are all events of the idea, `roles` those of the reader, the `user`.
    """
    handed_over = any(event.state == IdeaState.HANDED_OVER for event in events)
    if row.retrospective or not handed_over or not roles - {Role.NEIGHBOUR}:
        return []
    return reminder_steps_of(event_of(row), now(), for_staff=user.is_lab_staff)


def idea_targets(cohorts: QuerySet[Cohort]) -> list[tuple[str, str]]:
    """Return the choices for where an idea belongs, as pairs of value and label: first challenges of these cohorts,
    then the cohorts.

    Values are like "challenge-7" and "cohort-3". Closed and dropped challenges are left out.
    """
    cohort_names = dict(cohorts.order_by(*name_ordering()).values_list("pk", "name"))
    open_challenges = (
        Challenge.objects.alive()
        .filter(cohort__in=cohort_names)
        .order_by(*name_ordering("cohort__name")[:1], *name_ordering("title"))
    )
    rows = open_challenges.values_list("pk", "cohort", "title")
    challenges = [(f"challenge-{pk}", f"{cohort_names[cohort]} · {title}") for pk, cohort, title in rows]
    return challenges + [
        (f"cohort-{pk}", _("%(cohort)s · no challenge yet") % {"cohort": name}) for pk, name in cohort_names.items()
    ]


def latest_common_day(cohorts: QuerySet[Cohort]) -> date:
    """Return the latest date that has begun at the authorities of all these cohorts, wherever they are.

    Without cohorts it is the platform's date.
    """
    zones = cohorts.order_by().values_list("authority__time_zone", flat=True).distinct()
    return min((day_in(zone, now()) for zone in zones), default=platform_today())


def parse_target(choice: str) -> tuple[Cohort, Challenge | None]:
    """Return cohort and challenge for a value like "challenge-7" or "cohort-3"; for a cohort, the challenge is None.

    The value must be one of the offered choices.
    """
    kind, pk = choice.split("-")
    if kind == "challenge":
        challenge = Challenge.objects.select_related("cohort__authority").get(pk=pk)
        return challenge.cohort, challenge
    return Cohort.objects.select_related("authority").get(pk=pk), None


@form_page
def add_idea(request: HttpRequest) -> HttpResponse:
    """Show the form to add an idea to a cohort in which the person adds work; save it on POST and go to the idea.

    `?target=` preselects a cohort or challenge. Lab staff choose the cohort first where there are more than 30,
    unless the target names one. Raises Refused for people who are not an active coordinator, resident, pilot or
    ambassador anywhere, nor lab staff.
    """
    cohorts = working_cohorts(person(request), today_everywhere())
    offered_cohorts = cohorts_to_offer(request, cohorts)
    if offered_cohorts is None:
        return choose_cohort(request, cohorts, title=_("Add idea"), cancel=reverse("prototypes:idea_list"))
    offered = idea_targets(offered_cohorts)
    enforce(ALLOW if offered else deny(ONLY_LEADS_RESIDENTS_AND_AMBASSADORS))
    initial = {"target": request.GET.get("target", "")}
    form = NewIdeaForm(
        submitted_data(request),
        targets=offered,
        today=latest_common_day(offered_cohorts),
        initial=initial,
        received=received_files(request),
    )

    def capture(target: str, **values: Any) -> Idea:
        """Save the idea in the chosen cohort with its picture, both or neither, and return it."""
        (cohort, challenge), user = parse_target(target), person(request)
        with transaction.atomic():
            row = actions.capture_idea(cohort=cohort, challenge=challenge, by=user, at=now(), **values)
            form.attach_picture(find_owner(Idea, row.pk, user, today_everywhere()), by=user, at=now())
        return row

    page = FormPage(_("Add idea"), _("Add the idea"), cancel="")
    return form_response(request, form, page, capture, done=_("The idea has its page now."), to_result=True)


@form_page
def reuse_idea(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to reuse an idea in another cohort in which the person adds work; save the new idea on POST and go
    to it. Lab staff choose the cohort first where there are more than 30.

    Raises Refused for people without such a cohort, and for ideas that are neither shared with the edition nor
    published; Http404 for people who may not read the idea.
    """
    row = get_idea_or_404(request, pk)
    cohorts = working_cohorts(person(request), today_everywhere()).exclude(pk=row.cohort_id)
    offered_cohorts = cohorts_to_offer(request, cohorts)
    if offered_cohorts is None:
        enforce(open_to_reuse(row))
        return choose_cohort(request, cohorts, title=_("Reuse the idea"), cancel=row.get_absolute_url())
    offered = idea_targets(offered_cohorts)
    enforce(allow_if_all(ALLOW if offered else deny(ONLY_LEADS_RESIDENTS_AND_AMBASSADORS), open_to_reuse(row)))
    initial = {name: getattr(row, name) for name in ("title", *Idea.TEXTS)} | {"target": request.GET.get("target", "")}
    form = ReuseForm(submitted_data(request), targets=offered, initial=initial)

    def reuse(target: str, **values: Any) -> Idea:
        """Save the new idea in the chosen cohort and return it."""
        cohort, challenge = parse_target(target)
        return actions.reuse_idea(idea=row, cohort=cohort, challenge=challenge, by=person(request), at=now(), **values)

    page = FormPage(_("Reuse the idea"), _("Reuse the idea"), row.get_absolute_url(), crumb=row)
    done = _("The idea now has its own page in your cohort, which shows where the idea comes from.")
    return form_response(request, form, page, reuse, done=done, to_result=True)


@form_page
def edit_idea(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to edit title, texts, challenge, owner and co-authors of an idea; save it on POST and go back to
    the idea.

    Its state changes by actions only. Raises Refused for people other than the lab, coordinator, residents, pilot, and
    ambassadors for their own or shared ideas, and for published facts.
    """
    row = get_idea_or_404(request, pk)
    enforce(allow_if_all(can_edit_idea(roles_in(request, row.cohort), person(request), row), open_to_edits(row)))
    form = IdeaForm(
        submitted_data(request),
        challenges=row.cohort.challenges.order_by("title"),
        people=people_for(row, local_today(row.cohort)),
        current=row.form_values(),
    )
    page = FormPage(_("Edit the idea"), _("Save"), row.get_absolute_url(), crumb=row)
    return form_response(request, form, page, actions.change_idea, done=_("Saved."), idea=row, by=person(request))


@form_page
def idea_action(request: HttpRequest, pk: int, action_slug: str) -> HttpResponse:
    """Show the form of one action on an idea, such as "accept" or "park" (`action_slug`); run it on POST.

    Then the person returns to the board or list from which they came, else to the idea. Raises Refused for people who
    may not take it, Http404 for an unknown action.
    """
    row = get_idea_or_404(request, pk)
    action = get_action_or_404(IDEA_ACTIONS, action_slug)
    roles = roles_in(request, row.cohort)
    return perform(
        request,
        action,
        roles,
        back=return_page(request, row),
        context={"crumb": row},
        extra_message=partial(new_state_text, row, row.state),
        idea=row,
    )


def new_state_text(row: Idea, before: str) -> str:
    """Return the sentence that the idea is now in another state than `before`, "" if it is not.

    It is called after an action on `row`, which refreshes this object.
    """
    if row.state == before:
        return ""
    return _("%(name)s is now “%(state)s”.") % {"name": row.reference, "state": row.get_state_display()}


def return_page(request: HttpRequest, row: Idea) -> str:
    """Return the URL to go to after an action on an idea: the board or list from which its page was opened, else its
    own page.

    The idea has the annotation `cohort_opens`.
    """
    annotated: Any = row  # with the columns of `idea_rows`
    if request.GET.get("from") == "board" and annotated.cohort_opens:
        return reverse("prototypes:board", args=[row.cohort.slug])
    return return_url(request.GET, row)


@require_safe
def idea_events(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that was recorded of an idea, corrected events and withdrawn implementations too, in the order of
    recording.

    Events that the person may correct have a link to do so. Raises Http404 for people who may not read the idea.
    """
    row = get_idea_or_404(request, pk)
    roles = roles_in(request, row.cohort)
    events = list(row.events.select_related("by", "merged_into").order_by("recorded_at", "pk"))
    uncorrected = {event.pk for event in uncorrected_events(events)}
    rows = [
        (e, e.pk in uncorrected, e.pk in uncorrected and not e.is_reported_state and can_correct_event(roles, e))
        for e in events
    ]
    implementations = row.implementations.select_related("authority").order_by("created_on", "pk")
    implementations = implementations.filter(pk__in=Implementation.objects.visible_to(person(request)).values("pk"))
    return render(
        request, "prototypes/ideas/events.html", {"idea": row, "rows": rows, "implementations": implementations}
    )


@form_page
def correct_event(request: HttpRequest, pk: int, event: int) -> HttpResponse:
    """Show the form to correct an event of an idea, given by its key `event`; on POST record the correction.

    When the event was corrected already, a text that was typed is shown again (status 409), else a warning. Raises
    Refused for people who may not record such an event, Http404 for published facts.
    """
    row = get_idea_or_404(request, pk)
    named, before = event_with_previous_state(row, event)
    if named is None and unsaved_texts(request, exclude=row.events.values_list("reason", flat=True)):
        title, back = _("Correct what was recorded"), reverse("prototypes:idea_events", args=[row.pk])
        return edit_conflict_page(request, _("This event was already corrected."), title=title, back=back)
    if named is None:
        messages.warning(request, _("This event was already corrected."))
        return redirect("prototypes:idea_events", row.pk)
    enforce(can_correct_event(roles_in(request, row.cohort), named))
    form = CorrectionForm(submitted_data(request), subject=named, before=before, today=local_today(row.cohort))
    return form_response(
        request,
        form,
        FormPage(_("Correct what was recorded"), _("Correct"), row.get_absolute_url(), crumb=row),
        actions.correct_event,
        done=_("The event is corrected. The first record stays in the history."),
        event=named,
        by=person(request),
        at=now(),
    )


def event_with_previous_state(row: Idea, pk: int) -> tuple[IdeaEvent | None, str]:
    """Return the event with the key `pk` and the idea's state before it, "" for its first event.

    When the event was already corrected, it is None. Raises Http404 for an event of another idea and for published
    facts.
    """
    events = list(row.events.select_related("merged_into").order_by("effective_on", "position"))
    if not any(event.pk == pk and not event.is_reported_state for event in events):
        raise Http404
    before = ""
    for event in uncorrected_events(events):
        if event.pk == pk:
            return event, before
        before = event.state
    return None, before

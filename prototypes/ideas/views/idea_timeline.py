"""The timeline of an idea: events, prototypes and tests in order, then the next step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.roles import Role, Roles
from prototypes.acceptance.actions import request_text
from prototypes.action_pages.buttons import Button
from prototypes.action_pages.definitions import IDEA_ACTIONS, NEXT_STEPS
from prototypes.enums import IDEA_WITH_COHORT, LOGGABLE_STATES, AbandonReason, IdeaState, PrototypeState, TrialState
from prototypes.ideas.views.timeline_entries import (
    DatedEvent,
    EventDetails,
    RelatedIdea,
    RelatedIdeas,
    acceptance_precision,
    day_text,
)
from prototypes.models import AcceptanceRequest, Idea, IdeaEvent, Prototype, Trial
from prototypes.permissions import can_add_work, can_ask_for_acceptance, open_to_work
from prototypes.trials.cards import TrialCard, trial_card
from web.dates.precision import Precision
from web.pages.steps import IdeaTimelineEvent, IdeaTimelineKind
from web.site_addresses import cached_reverse

KINDS: dict[str, IdeaTimelineKind] = {
    IdeaState.ACCEPTED: "go",
    IdeaState.DECIDED: "go",
    IdeaState.HANDED_OVER: "go",
    IdeaState.IMPLEMENTING: "go",
    IdeaState.IMPLEMENTED: "go",
    IdeaState.PARKED: "stop",
    IdeaState.ABANDONED: "stop",
    IdeaState.MERGED: "stop",
    IdeaState.SPLIT: "stop",
}
STATES_FROM_WORK = (IdeaState.PROTOTYPING, IdeaState.TESTING)


NO_RELATED_IDEAS = RelatedIdeas()


@dataclass(frozen=True, slots=True)
class PrototypeDetails:
    """Details below a prototype in the timeline: its tests, a picture above them, and how many pictures it has."""

    prototype: Prototype
    cards: Sequence[TrialCard]
    picture: Mapping[str, Any] | None
    picture_count: int


def event_title(event: IdeaEvent, before: str) -> StrOrPromise:
    """Return the title of an event in the timeline, such as “In test”, “Resumed”, “Reopened” or “Decided: adopt”.

    `before` is the state of the idea before the event, "" for the first.
    """
    if event.is_reported_state:
        return event.state_label or event.get_state_display().capitalize()
    if event.corrects_id and before == event.state:
        return _("State unchanged: %(state)s") % {"state": event.get_state_display()}
    if before == IdeaState.PARKED and event.state in IDEA_ACTIONS["park"].from_states:
        return _("Resumed")
    if before == IdeaState.ABANDONED:
        return _("Reopened")
    if event.decision:
        return _("Decided: %(decision)s") % {"decision": event.get_decision_display()}
    return event.get_state_display().capitalize()


def event_text(event: IdeaEvent, first: IdeaEvent | None = None, *, clock: str = "") -> StrOrPromise:
    """Return the text of an event in the timeline: its reason, or for an acceptance since when the months of the idea
    count.

    `clock` is that sentence when they do not count from this event. For a correction it is the reason of the event
    `first`, recorded first in its place, if that had the same state. "" without a reason.
    """
    reason = (first.why if first and first.state == event.state else "") if event.corrects_id else event.why
    if reason and event.abandoned_for and event.abandoned_for != AbandonReason.OTHER:
        return _("%(reason)s. %(words)s") % {
            "reason": capfirst(event.get_abandoned_for_display()),
            "words": reason,
        }
    if event.state == IdeaState.ACCEPTED and not event.reason:
        return clock or _("The months are counted from this day.")
    return reason


def earlier_clock_text(idea: Idea | None, day: date | None) -> str:
    """Return the sentence since when the months of an idea count in the rates, if that is before its acceptance on
    `day`; else "".

    This is so for parts of a split idea and for reopened ideas.
    """
    if idea is None or idea.accepted_on is None or day is None or idea.accepted_on >= day:
        return ""
    return _("The months are counted from %(day)s.") % {"day": day_text(idea.accepted_on, acceptance_precision(idea))}


def original_text(event: IdeaEvent, first: IdeaEvent | None) -> str:
    """Return the sentence with the date or state that was recorded before a correction; "" for other events, or if
    neither changed.

    `first` is the event recorded first in the place of `event`, None if it is not known.
    """
    if first is None or not event.corrects_id:
        return ""
    if first.state != event.state:
        return _("First recorded: %(state)s.") % {"state": first.get_state_display()}
    if (first.effective_on, first.precision) != (event.effective_on, event.precision):
        return _("First recorded: %(day)s.") % {"day": day_text(first.effective_on, first.precision)}
    return ""


def event_detail(event: IdeaEvent, before: str = "") -> str:
    """Return remarks on how an event was recorded, as one text: imprecise date, publication, reason of a correction,
    source.

    It starts with `before`, the sentence that `original_text` returns. "" without remarks.
    """
    parts = [
        before,
        _("Exact day unknown.") if event.effective_on and event.precision != Precision.DAY else "",
        _("Known so far, as published.") if event.is_reported_state else "",
        _("Corrected: %(reason)s") % {"reason": event.why} if event.corrects_id else "",
        _("Source: %(source)s") % {"source": event.source} if event.source else "",
    ]
    return " ".join(filter(None, parts))


def timeline_event(
    event: IdeaEvent, before: str, first: IdeaEvent | None = None, details: EventDetails | None = None
) -> IdeaTimelineEvent:
    """Return the entry of an event in the timeline.

    `before` is the state of the idea before the event, `first` the event recorded first in its place, `details` what is
    shown below (by default its evidence).
    """
    details = details or EventDetails(evidence=event.evidence)
    return IdeaTimelineEvent(
        when=day_text(event.effective_on, event.precision),
        title=event_title(event, before),
        text=event_text(
            event, first, clock=earlier_clock_text(event.idea if event.idea_id else None, event.effective_on)
        ),
        detail=event_detail(event, original_text(event, first)),
        kind=KINDS.get(event.state, "plain"),
        template="prototypes/ideas/event_details.html" if details != EventDetails() else "",
        below=details,
    )


def event_details(
    event: IdeaEvent, related: RelatedIdeas, tests: Mapping[int, Trial], target_opens: bool
) -> EventDetails:
    """Return what the timeline shows below an event: evidence, tests behind a decision, related ideas and link to a
    package.

    `related` are the ideas and packages linked to the event's idea, `tests` its tests by key; `target_opens` tells
    whether the reader may open the idea it was merged into.
    """
    named = tuple(tests[pk] for pk in getattr(event, "named_tests", None) or () if pk in tests)
    package = related.packages.get(event.position)
    related_to_event: Sequence[RelatedIdea] = ()
    if event.state == IdeaState.SPLIT:
        related_to_event = related.parts
    elif event.state == IdeaState.MERGED and event.merged_into:
        related_to_event = (merge_target(event.merged_into, target_opens),)
    elif event.state == IdeaState.CAPTURED:
        related_to_event = (*related.split_from, *related.reused_from)
    href = reverse("prototypes:package", args=[package]) if package else ""
    return EventDetails(evidence=event.evidence, tests=named, related_ideas=related_to_event, package=href)


def merge_target(idea: Idea, opens: bool) -> RelatedIdea:
    """Return name and link of the idea into which another one was merged; no link unless the reader may open it
    (`opens`).
    """
    return RelatedIdea(str(idea), href=idea.get_absolute_url() if opens else "")


def prototype_event(prototype: Prototype, others: Iterable[Trial] = ()) -> IdeaTimelineEvent:
    """Return the entry of a prototype in the timeline, with its tests and pictures.

    `others` are all tests of the idea: they tell whether a success criterion changed.
    """
    cards = [trial_card(trial, others) for trial in prototype.trials.all()]
    parts = [
        _("realism %(fidelity)s of 5") % {"fidelity": prototype.fidelity} if prototype.fidelity else "",
        _("replaces %(version)s") % {"version": prototype.supersedes.version} if prototype.supersedes else "",
        prototype.source,
    ]
    return IdeaTimelineEvent(
        when=day_text(prototype.made_on),
        title=_("Prototype %(version)s") % {"version": prototype.version},
        text=prototype.title,
        detail="".join(f" · {part}" for part in parts if part),
        kind="made",
        template="prototypes/prototypes/prototype_details.html",
        below=prototype_details(prototype, cards),
    )


def prototype_details(prototype: Prototype, cards: Sequence[TrialCard]) -> PrototypeDetails:
    """Return what the timeline shows below a prototype with these tests.

    The first picture of the prototype is in the card of the first test if that has none, else above the tests.
    """
    pictures = vars(prototype).get("pictures", ())
    picture = next(iter(pictures), None)
    if cards and not cards[0].picture:
        picture, cards = None, [replace(cards[0], picture=picture), *cards[1:]]
    return PrototypeDetails(prototype, cards, picture, len(pictures))


def uncorrected_events(events: Iterable[IdeaEvent]) -> list[IdeaEvent]:
    """Return those of the events that no other of them corrects, in the given order."""
    events = list(events)
    corrected = {event.corrects_id for event in events}
    return [event for event in events if event.pk not in corrected]


def timeline_events(
    all_events: Sequence[IdeaEvent],
    prototypes: Sequence[Prototype],
    *,
    related: RelatedIdeas = NO_RELATED_IDEAS,
    other_events: Iterable[DatedEvent] = (),
    target_opens: bool = False,
) -> list[IdeaTimelineEvent]:
    """Return the timeline of an idea in the order of dates; entries without a date come first.

    Events that only follow from prototypes and tests are left out. `all_events` include corrected ones, `other_events`
    are further entries with their days; `target_opens` tells whether the reader may open the idea it was merged into.
    """
    lines: list[tuple[date, int, int, IdeaTimelineEvent]] = []
    before, recorded = "", {event.pk: event for event in all_events}
    trials = {trial.pk: trial for prototype in prototypes for trial in prototype.trials.all()}
    for index, event in enumerate(uncorrected_events(all_events)):
        if not (prototypes and event.state in STATES_FROM_WORK and before not in {IdeaState.PARKED, ""}):
            day, below = event.effective_on or date.min, event_details(event, related, trials, target_opens)
            lines.append((day, 0, index, timeline_event(event, before, recorded.get(event.position), below)))
        before = event.state
    for index, prototype in enumerate(prototypes):
        line = prototype_event(prototype, trials.values())
        lines.append((prototype.made_on or date.min, 1, index, line))
    lines += [(day, 2, index, line) for index, (day, line) in enumerate(other_events)]
    return [line for *_order, line in sorted(lines, key=lambda line: line[:3])]


def next_step_event(idea: Idea, prototypes: Sequence[Prototype], roles: Roles) -> IdeaTimelineEvent | None:
    """Return the entry of the idea's next step for the end of its timeline, with its button.

    None for an ended idea and for published facts. `roles` are those of the reader; people who are only members of
    other cohorts get no hint about acceptance.
    """
    next_step = NEXT_STEPS.get(idea.state)
    if next_step is None or idea.retrospective:
        return None
    hint = acceptance_hint_for_work(idea, prototypes) if roles - {Role.NEIGHBOUR} else ""
    request = acceptance_request_text(idea) if roles - {Role.NEIGHBOUR} else ""
    return IdeaTimelineEvent(
        when=_("next"),
        title="",
        text=" ".join(filter(None, [_next_step_text(idea, prototypes), hint, request])),
        kind="next",
        template="prototypes/ideas/event_details.html",
        below=EventDetails(button=next_button(idea, open_work(prototypes), roles)),
    )


def _next_step_text(idea: Idea, prototypes: Sequence[Prototype]) -> str:
    """Return the sentence about the next step of an idea that has one; an idea in test with a concluded test can be
    decided.

    `prototypes` are those of the idea, with their tests prefetched.
    """
    trials = (trial for prototype in prototypes for trial in prototype.trials.all())
    if idea.state == IdeaState.TESTING and any(trial.state == TrialState.CONCLUDED for trial in trials):
        return _("A test is concluded: the lab, the coordinator or the pilot of the cohort can decide.")
    return str(NEXT_STEPS[idea.state].description)


def acceptance_request_text(idea: Idea) -> str:
    """Return the sentence who asked for the acceptance of a captured idea, and when; "" for others."""
    request = acceptance_request_of(idea)
    if request is None or idea.state != IdeaState.CAPTURED:
        return ""
    return request_text(request, idea.cohort.authority.time_zone)


def acceptance_request_of(idea: Idea) -> AcceptanceRequest | None:
    """Return the request for acceptance that was read with the idea (`select_related`); None without one."""
    column: Any = Idea._meta.get_field("acceptance_request")
    request: AcceptanceRequest | None = column.get_cached_value(idea, default=None)
    return request


def acceptance_hint(idea: Idea, to: IdeaState) -> str:
    """Return the sentence that a captured idea moves to the state `to` once it is accepted; "" for other ideas."""
    if idea.state != IdeaState.CAPTURED:
        return ""
    return _("The idea moves to “%(state)s” once your pilot or coordinator accepts it.") % {"state": to.label}


def acceptance_hint_for_work(idea: Idea, prototypes: Sequence[Prototype]) -> str:
    """Return the sentence that a captured idea moves to “prototyping” or “in test” once it is accepted, as its work
    shows.

    It is "" without prototypes, and for ideas in other states. In test needs a locked test that is not cancelled.
    """
    trials = [trial for prototype in prototypes for trial in prototype.trials.all()]
    tested = any(trial.locked_on and trial.state != TrialState.CANCELLED for trial in trials)
    return acceptance_hint(idea, IdeaState.TESTING if tested else IdeaState.PROTOTYPING) if prototypes else ""


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Keys of the latest test that can be logged and of the latest prototype that can be tested."""

    test: int | None = None
    prototype: int | None = None


def next_button(idea: Idea, work: OpenWork, roles: Roles) -> Button | None:
    """Return the button of the idea's next step: an action on the idea, or to add a prototype or plan or log a test.

    None for an idea whose state has no next step. `work` holds the test and prototype to work on; a button that the
    `roles` may not use has the reason.
    """
    next_step = NEXT_STEPS.get(idea.state)
    if next_step is None:
        return None
    slug = next_step.action
    if slug == "accept" and can_ask_for_acceptance(roles) and not acceptance_request_of(idea):
        slug = "ask-for-acceptance"
    if slug in IDEA_ACTIONS:
        return _action_button(idea, slug, roles)
    return work_button_for(idea, work if next_step.action == "test" else OpenWork(), roles, test=next_step.label)


def open_work(prototypes: Iterable[Prototype]) -> OpenWork:
    """Return the keys of the latest test to log, locked or held, and of the latest prototype that is not retired; None
    without one.

    `prototypes` are those of an idea by version, with their tests prefetched.
    """
    trials = [trial for prototype in prototypes for trial in prototype.trials.all() if trial.state in LOGGABLE_STATES]
    in_use = [prototype for prototype in prototypes if prototype.state != PrototypeState.RETIRED]
    return OpenWork(trials[-1].pk if trials else None, in_use[-1].pk if in_use else None)


def main_buttons(idea: Idea, prototypes: Sequence[Prototype], roles: Roles) -> list[Button]:
    """Return the buttons at the top of an idea's page that the `roles` may use: accept it while it is captured; then
    log the latest locked or held test, else plan a test, else add a prototype.

    There is none for work when the idea is parked, has ended, was handed over or is a published fact.
    """
    is_captured = idea.state == IdeaState.CAPTURED and not idea.retrospective
    accept = [_action_button(idea, "accept", roles)] if is_captured else []
    has_work = open_to_work(idea) and idea.state in IDEA_WITH_COHORT
    work = [work_button_for(idea, open_work(prototypes), roles, test=_("Plan test"))] if has_work else []
    return [button for button in (*accept, *work) if button.decision]


def _action_button(idea: Idea, slug: str, roles: Roles) -> Button:
    """Return the button of an action on the idea; one that the `roles` may not use has the reason."""
    action = IDEA_ACTIONS[slug]
    return Button(action.label, cached_reverse("prototypes:idea_action", idea.pk, slug), action.permission(roles))


def work_button_for(idea: Idea, work: OpenWork, roles: Roles, *, test: StrOrPromise) -> Button:
    """Return the button to log the test in `work`, else to test its prototype (with the label `test`), else to add a
    prototype.

    A button that the `roles` may not use has the reason.
    """
    if work.test:
        label, href = _("Log a test"), cached_reverse("prototypes:log_trial", work.test)
    elif work.prototype:
        label, href = str(test), cached_reverse("prototypes:plan_trial", work.prototype)
    else:
        label, href = _("Add prototype"), cached_reverse("prototypes:add_prototype", idea.pk)
    return Button(label, href, can_add_work(roles))

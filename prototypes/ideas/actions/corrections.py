"""Correcting an idea's event by another one; its work and its implementations agree with the story afterwards."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from prototypes.enums import IdeaState
from prototypes.ideas.actions.story import first_after, lock_idea, record, same_tests
from prototypes.models import Idea, IdeaEvent, Trial
from web.actions import action
from web.errors import DomainError


@action(gettext_lazy("Timeline event corrected"))
def correct_event(
    *,
    event: IdeaEvent,
    state: str,
    reason: str,
    by: User,
    at: datetime,
    on: date | None = None,
    precision: str = "day",
    decision: str = "",
) -> IdeaEvent:
    """Say what an event should have said, and why: it counts no more, the new one takes its place in the story.

    `state` is its own (the day was wrong, or the `decision`), or one that stood before it: then it never happened,
    whatever the day given, and an implementation that it told of is withdrawn. Raises DomainError when the idea's work
    or what is recorded after it says otherwise.
    """
    idea = event.idea
    lock_idea(idea)
    earlier = _earlier(event)
    happened = state == event.state
    said = event if happened else _standing(earlier, state)
    if not happened:
        _unless_work_shows(event)
    correction = record(
        idea=idea,
        state=state,
        at=at,
        by=by,
        reason=reason,
        corrects=event,
        effective_on=_day_of(idea, on or _day(event), precision, earlier) if happened else _day(said),
        precision=precision if happened else said.precision,
        decision=(happened and said.decision and decision) or said.decision,
        abandoned_for=said.abandoned_for,
        evidence=said.evidence,
        merged_into=said.merged_into,
    )
    same_tests(said, correction)
    return correction


def _day(event: IdeaEvent) -> date:
    assert event.effective_on is not None  # noqa: S101 - only published facts lack one
    return event.effective_on


def _day_of(idea: Idea, on: date, precision: str, earlier: list[IdeaEvent]) -> date:
    return first_after(_day(earlier[-1]) if earlier else None, idea, on, precision)


def _earlier(event: IdeaEvent) -> list[IdeaEvent]:
    """The events that count and come before it in the story."""
    told = list(IdeaEvent.objects.counting().filter(idea=event.idea_id).select_related("merged_into"))
    return told[: told.index(event)] if event in told else told


def _standing(earlier: list[IdeaEvent], state: str) -> IdeaEvent:
    """The last of them that says so; raises DomainError for a state that never stood."""
    found = next((event for event in reversed(earlier) if event.state == state), None)
    if found is None:
        raise DomainError(_("The idea was never in this state. Choose another state."), field="state")
    return found


def _unless_work_shows(event: IdeaEvent) -> None:
    """Refuse that the idea never was prototyping, or in test, while a prototype or a locked test of it says it was."""
    if IdeaEvent.objects.counting().filter(idea=event.idea_id, state=event.state).exclude(pk=event.pk).exists():
        return
    if event.state == IdeaState.PROTOTYPING and event.idea.prototypes.exclude(state="retired").exists():
        raise DomainError(
            _("The idea has a prototype. Correct the date instead, or retire the prototype first."), field="state"
        )
    locked = Trial.objects.filter(prototype__idea=event.idea_id, locked_on__isnull=False).exclude(state="cancelled")
    if event.state == IdeaState.TESTING and locked.exists():
        raise DomainError(
            _("The idea has a locked test. Correct the date instead, or cancel the test first."), field="state"
        )

"""The correction of an event of an idea. Its work and its implementations then agree with the events."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from prototypes.enums import IdeaState
from prototypes.ideas.actions.recording import copy_supports, first_day_meant, lock_idea, record
from prototypes.models import Idea, IdeaEvent, Trial
from web.actions import action
from web.errors import DomainError


@action(gettext_lazy("Timeline event corrected"))
def correct_event(
    *,
    event: IdeaEvent,
    state: str,
    reason: str,
    by: User | None,
    at: datetime,
    on: date | None = None,
    precision: str = "day",
    decision: str = "",
) -> IdeaEvent:
    """Append an event that corrects another one of an idea, with the reason, and return it; the old event no longer
    counts.

    With the event's own `state`, its date (`on`, known to `precision`: "day", "month" or "year") or its `decision` was
    wrong. With the state before it, the event never happened: `on` is ignored, and an implementation recorded with it
    is withdrawn. Raises DomainError when the work of the idea or later events contradict the correction.
    """
    idea = event.idea
    lock_idea(idea)
    earlier = _earlier(event)
    happened = state == event.state
    source = event if happened else _latest_in_state(earlier, state)
    if not happened:
        _refuse_if_work_contradicts(event)
    correction = record(
        idea=idea,
        state=state,
        at=at,
        by=by,
        reason=reason,
        corrects=event,
        effective_on=_day_of(idea, on or _day(event), precision, earlier) if happened else _day(source),
        precision=precision if happened else source.precision,
        decision=(happened and source.decision and decision) or source.decision,
        abandoned_for=source.abandoned_for,
        evidence=source.evidence,
        merged_into=source.merged_into,
    )
    copy_supports(source, correction)
    return correction


def _day(event: IdeaEvent) -> date:
    """Return the day on which the event took effect; it must have one, as all events do except those from published
    facts.
    """
    assert event.effective_on is not None  # noqa: S101 - only published facts lack one
    return event.effective_on


def _day_of(idea: Idea, on: date, precision: str, earlier: list[IdeaEvent]) -> date:
    """Return the first day that a corrected date `on` can mean, known to `precision` ("day", "month" or "year").

    For a month or year it is not before the last of the `earlier` events, nor before the cohort's start.
    """
    return first_day_meant(_day(earlier[-1]) if earlier else None, idea, on, precision)


def _earlier(event: IdeaEvent) -> list[IdeaEvent]:
    """Return the uncorrected events of the idea before this one, in order; all of them when this one is corrected
    already.
    """
    events = list(IdeaEvent.objects.uncorrected().filter(idea=event.idea_id).select_related("merged_into"))
    return events[: events.index(event)] if event in events else events


def _latest_in_state(earlier: list[IdeaEvent], state: str) -> IdeaEvent:
    """Return the last of these earlier events that has this state. Raises DomainError when the idea was never in it."""
    latest = next((event for event in reversed(earlier) if event.state == state), None)
    if latest is None:
        raise DomainError(_("The idea was never in this state. Choose another state."), field="state")
    return latest


def _refuse_if_work_contradicts(event: IdeaEvent) -> None:
    """Raise DomainError when an event cannot be removed because the idea has work that proves it.

    Prototyping is proved by a prototype that is not retired, testing by a locked test that is not cancelled. Another
    event of the idea with the same state allows the removal.
    """
    if event.state not in {IdeaState.PROTOTYPING, IdeaState.TESTING}:
        return
    if IdeaEvent.objects.uncorrected().filter(idea=event.idea_id, state=event.state).exclude(pk=event.pk).exists():
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

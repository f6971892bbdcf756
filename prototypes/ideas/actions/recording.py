"""How events of an idea are recorded, including the states that follow from its prototypes and tests."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.clock import local_day
from prototypes.enums import IDEA_REPLACED, IdeaState
from prototypes.handover import reminders
from prototypes.ideas.models import DERIVED_COLUMNS
from prototypes.models import Idea, IdeaEvent, Support
from web.dates.precision import Precision
from web.errors import DomainError

# The states that follow from work, by the current state and the state shown by the work. Other states do not change.
STATES_FROM_WORK: dict[tuple[str, str], list[IdeaState]] = {
    (IdeaState.ACCEPTED, IdeaState.PROTOTYPING): [IdeaState.PROTOTYPING],
    (IdeaState.ACCEPTED, IdeaState.TESTING): [IdeaState.PROTOTYPING, IdeaState.TESTING],
    (IdeaState.PROTOTYPING, IdeaState.TESTING): [IdeaState.TESTING],
    (IdeaState.TESTING, IdeaState.PROTOTYPING): [IdeaState.PROTOTYPING],
}


def first_possible_day(idea: Idea, on: date, precision: str) -> date:
    """Return the first day that a new event of the idea can have, when its date `on` is known to `precision` only.

    For "day" it is `on`. For "month" or "year" it lies within that month or year, not before the latest event.
    """
    return first_day_meant(idea.state_since, idea, on, precision)


def first_day_meant(before: date | None, idea: Idea, on: date, precision: str) -> date:
    """Return the first day that the date `on` can mean: the day itself, or the first of its month or year, as
    `precision` says.

    Within that month or year it is not before the day `before` (None: no limit), nor before the start of the idea's
    cohort.
    """
    if precision == Precision.DAY:
        return on
    first = on.replace(day=1) if precision == Precision.MONTH else on.replace(month=1, day=1)
    known_days = [day for day in (before, idea.cohort.actual_start) if day and day >= first]
    same = [day for day in known_days if day.year == on.year and (precision == Precision.YEAR or day.month == on.month)]
    return max([first, *same])


def record(
    *, idea: Idea, state: str, at: datetime, by: User | None, on: date | None = None, **details: Any
) -> IdeaEvent:
    """Append an event to the idea, refresh its derived columns, plan or cancel its follow-up e-mails, and return the
    event.

    The event took effect `on` (by default the day of `at`); an imprecise date becomes its first possible day. `details`
    are further columns; an `effective_on` among them is taken as given. Raises DomainError when the idea cannot pass to
    this state.
    """
    recorded_on = local_day(idea.cohort, at)
    if "effective_on" not in details:
        details["effective_on"] = first_possible_day(idea, on or recorded_on, details.get("precision") or Precision.DAY)
    event = IdeaEvent.objects.create(idea=idea, state=state, recorded_at=at, recorded_on=recorded_on, by=by, **details)
    idea.refresh_from_db(fields=[*DERIVED_COLUMNS])
    reminders.sync_follow_up_reminders(idea, event, at=at, by=by)
    return event


def copy_supports(original: IdeaEvent, repeated: IdeaEvent) -> None:
    """Give the event `repeated`, which repeats the `original` event, the tests that support its decision, if any."""
    for support in original.supports.all() if original.decision else ():
        Support.objects.create(event=repeated, trial_id=support.trial_id)


def advance(*, idea: Idea, to: IdeaState, on: date, at: datetime, by: User | None) -> None:
    """Record that the idea is prototyping or testing (`to`) because its work shows it, from the day `on`.

    The day is not before the idea's latest event. Nothing is recorded when the state of the idea, such as parked or
    decided, does not follow from its work. The idea is locked and read again first; `at` is the current time.
    """
    lock_idea(idea)
    for state in STATES_FROM_WORK.get((idea.state, to), []):
        record(idea=idea, state=state, at=at, by=by, on=max(on, idea.state_since or on))


def lock_idea(idea: Idea) -> None:
    """Lock the row of the idea until the transaction ends, and read into `idea` the columns that its events set."""
    idea.refresh_from_db(fields=[*DERIVED_COLUMNS], from_queryset=Idea.objects.select_for_update(no_key=True))


def ensure_active(idea: Idea) -> None:
    """Raise DomainError when an idea cannot get new work: if parked, abandoned, merged, split, or a published fact."""
    if idea.retrospective:
        raise DomainError(_("This idea is only known from publications. Nothing can be added to it."))
    if idea.state in IDEA_REPLACED:
        raise DomainError(
            _("The idea is %(state)s. Add your work to an idea that continues it.") % {"state": idea.state_text}
        )
    if idea.state in {IdeaState.PARKED, IdeaState.ABANDONED}:
        raise DomainError(_("The idea is %(state)s. Resume or reopen it first.") % {"state": idea.get_state_display()})

"""How an idea's story is written: one event at a time, and the steps that the work itself shows."""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.clock import local_day
from prototypes.enums import IDEA_REPLACED, IdeaState
from prototypes.handover import reminders
from prototypes.ideas.models import KEPT
from prototypes.models import Challenge, Idea, IdeaEvent, Prototype, Support, Trial
from web.dates.precision import Precision
from web.errors import DomainError

M = TypeVar("M", bound=Model)

# The steps that work shows, by the state the idea is in; from any other state work changes nothing.
STEPS: dict[tuple[str, str], list[IdeaState]] = {
    (IdeaState.ACCEPTED, IdeaState.PROTOTYPING): [IdeaState.PROTOTYPING],
    (IdeaState.ACCEPTED, IdeaState.TESTING): [IdeaState.PROTOTYPING, IdeaState.TESTING],
    (IdeaState.PROTOTYPING, IdeaState.TESTING): [IdeaState.TESTING],
    (IdeaState.TESTING, IdeaState.PROTOTYPING): [IdeaState.PROTOTYPING],
}

SENT_BEFORE: dict[type[Model], StrOrPromise] = {
    Challenge: gettext_lazy(
        "You have already sent this form: it created “%(made)s”. To add another challenge, send it again."
    ),
    Idea: gettext_lazy("You have already sent this form: it created “%(made)s”. To add another idea, send it again."),
    Prototype: gettext_lazy(
        "You have already sent this form: it created “%(made)s”. To add another prototype, send it again."
    ),
    Trial: gettext_lazy("You have already sent this form: it created “%(made)s”. To add another test, send it again."),
}


def first_possible(idea: Idea, on: date, precision: str) -> date:
    """The first day an imprecise date may stand for: in its month or year, but not before what is known already."""
    return first_after(idea.state_since, idea, on, precision)


def first_after(before: date | None, idea: Idea, on: date, precision: str) -> date:
    """The same after the day of some earlier event."""
    if precision == Precision.DAY:
        return on
    first = on.replace(day=1) if precision == Precision.MONTH else on.replace(month=1, day=1)
    known = [day for day in (before, idea.cohort.actual_start) if day and day >= first]
    same = [day for day in known if day.year == on.year and (precision == Precision.YEAR or day.month == on.month)]
    return max([first, *same])


def record(*, idea: Idea, state: str, at: datetime, by: User | None, on: date | None = None, **told: Any) -> IdeaEvent:
    """Append an event that took effect `on` (by default the day it is recorded) and show the idea as it then is.

    An imprecise `on` becomes the first day it may stand for; `effective_on` is taken as it is. Whichever action tells
    it, the idea's letters are in step afterwards.
    """
    recorded_on = local_day(idea.cohort, at)
    if "effective_on" not in told:
        told["effective_on"] = first_possible(idea, on or recorded_on, told.get("precision") or Precision.DAY)
    event = IdeaEvent.objects.create(idea=idea, state=state, recorded_at=at, recorded_on=recorded_on, by=by, **told)
    idea.refresh_from_db(fields=[*KEPT])
    reminders.keep_in_step(idea, event, at=at, by=by)
    return event


def same_tests(told: IdeaEvent, again: IdeaEvent) -> None:
    """A decision that is told again stands on the tests it stood on."""
    for support in told.supports.all():
        Support.objects.create(event=again, trial_id=support.trial_id)


def advance(*, idea: Idea, to: IdeaState, on: date, at: datetime, by: User) -> None:
    """Record what the work shows: the idea is prototyping, or testing. Never earlier than its latest event.

    The idea's row is locked and read again first: others may have moved it on meanwhile.
    """
    lock_idea(idea)
    for state in STEPS.get((idea.state, to), []):
        record(idea=idea, state=state, at=at, by=by, on=max(on, idea.state_since or on))


def lock_idea(idea: Idea) -> None:
    """Keep others from moving the idea until the transaction ends, and see the state they left it in."""
    idea.refresh_from_db(fields=[*KEPT], from_queryset=Idea.objects.select_for_update(no_key=True))


def ensure_alive(idea: Idea) -> None:
    """Refuse new work on an idea that is set aside, ended, or only told by published facts."""
    if idea.retrospective:
        raise DomainError(_("This idea is only known from publications. Nothing can be added to it."))
    if idea.state in IDEA_REPLACED:
        raise DomainError(
            _("The idea is %(state)s. Add your work to an idea that continues it.") % {"state": idea.state_text}
        )
    if idea.state in {IdeaState.PARKED, IdeaState.ABANDONED}:
        raise DomainError(_("The idea is %(state)s. Take it up again first.") % {"state": idea.get_state_display()})


def sent_before(
    rows: QuerySet[M], entry: UUID | None, *, sentence: StrOrPromise | None = None, **told: Any
) -> M | None:
    """The row an earlier sending of the same form made, where it says what is `told` now.

    Raises DomainError where it says something else, so that nothing typed is lost: with `sentence`, or that of
    `SENT_BEFORE`.
    """
    made = rows.filter(entry=entry).first() if entry else None
    if made and any(getattr(made, name) != value for name, value in told.items()):
        raise DomainError((sentence or SENT_BEFORE[type(made)]) % {"made": made})
    return made

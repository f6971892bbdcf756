"""A test as pages show it: what was observed against the bar, and whether the bar moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from prototypes.ideas.views.story_lines import when
from prototypes.models import Trial
from prototypes.trials.meters import Meter, criterion, meter, observed
from prototypes.trials.success_criteria import moved_from
from web.dates.precision import Precision


@dataclass(frozen=True, slots=True)
class TrialCard:
    """`bar_before` is the criterion of the test before on the same measure, where this one moved it."""

    trial: Trial
    meter: Meter | None
    observed: str
    criterion: str
    held: str
    bar_before: str = ""


def trial_card(trial: Trial, today: date, others: Iterable[Trial] = ()) -> TrialCard:
    """`others` are the tests of the same idea that were locked."""
    before = moved_from(trial, others)
    return TrialCard(
        trial=trial,
        meter=meter(trial),
        observed=observed(trial),
        criterion=criterion(trial) if trial.threshold is not None else "",
        held=when(trial.held_on, Precision.DAY, today) if trial.held_on else "",
        bar_before=criterion(before) if before else "",
    )


def locked_trials(user: User, idea: int) -> list[Trial]:
    """The tests of an idea the person may read whose bars were fixed, to compare (one statement)."""
    return list(Trial.objects.visible_to(user).filter(prototype__idea=idea, locked_at__isnull=False))

"""A test as pages show it: the observation against the criterion, and whether the criterion changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from prototypes.ideas.views.timeline_entries import day_text
from prototypes.models import Trial
from prototypes.trials.meters import Meter, criterion, meter, observed_text
from prototypes.trials.success_criteria import previous_test_with_other_criterion


@dataclass(frozen=True, slots=True)
class TrialCard:
    """A test with its texts; `previous_criterion` is set if the previous test of the measure had another one.

    `picture` is its first picture, for `files/attachments/thumbnail.html`; None without one, and where pictures were
    not read with the test.
    """

    trial: Trial
    meter: Meter | None
    observed: str
    criterion: str
    held_day: str
    previous_criterion: str = ""
    picture: Mapping[str, Any] | None = None


def trial_card(trial: Trial, others: Iterable[Trial] = ()) -> TrialCard:
    """Return a test with the texts that pages show of it: bar, observed value, criterion, day held, and previous
    criterion.

    `others` are locked tests of the same idea, which tell whether the success criterion changed.
    """
    before = previous_test_with_other_criterion(trial, others)
    return TrialCard(
        trial=trial,
        meter=meter(trial),
        observed=observed_text(trial),
        criterion=criterion(trial) if trial.threshold is not None else "",
        held_day=day_text(trial.held_on) if trial.held_on else "",
        previous_criterion=criterion(before) if before else "",
        picture=next(iter(vars(trial).get("pictures", ())), None),
    )


def locked_trials(user: User, idea_id: int) -> list[Trial]:
    """Return the tests of the idea that were ever locked and that the person may read (one statement)."""
    return list(Trial.objects.visible_to(user).filter(prototype__idea=idea_id, locked_at__isnull=False))

"""What a cohort's work has produced so far; a failed test that is well told counts as an output too."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from cohorts.models import Cohort
from prototypes.enums import IDEA_HANDED_OVER, IdeaState, TrialState
from prototypes.models import Challenge, Idea, Trial


@dataclass(frozen=True, slots=True)
class Outputs:
    """Counts; `locked_before` of the `concluded` tests were locked before they were run.

    `told_failures` did not meet their threshold and say what was learnt, on what evidence: they are worth a success.
    """

    prototypes: int = 0
    concluded: int = 0
    locked_before: int = 0
    told_failures: int = 0
    handed_over: int = 0
    live: int = 0


def outputs(cohort: Cohort, challenge: Challenge | None = None) -> Outputs:
    """Of the cohort, or of one of its challenges (two statements)."""
    there = Q(prototype__idea__challenge=challenge) if challenge else Q(prototype__idea__cohort=cohort)
    trials = Trial.objects.filter(there, state=TrialState.CONCLUDED)
    told = trials.aggregate(
        concluded=Count("pk"),
        locked_before=Count("pk", filter=Q(locked_on__lte=F("held_on"))),
        told_failures=Count("pk", filter=Q(pk__in=trials.documented_failures().values("pk"))),
    )
    ideas = Idea.objects.filter(challenge=challenge) if challenge else Idea.objects.filter(cohort=cohort)
    made = ideas.aggregate(
        prototypes=Count("prototypes"),
        handed_over=Count("pk", distinct=True, filter=Q(state__in=IDEA_HANDED_OVER)),
        live=Count("pk", distinct=True, filter=Q(state=IdeaState.IMPLEMENTED)),
    )
    return Outputs(**told, **made)

"""What a cohort's work has produced so far; a failed test that is well told counts as an output too."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value

from accounts.models import User
from cohorts.models import Cohort
from prototypes.enums import IDEA_HANDED_OVER, IDEA_REPLACED, IdeaState, TrialState
from prototypes.models import Challenge, Idea, Prototype, Trial
from web.database.prepared import prepared

# Where a publication that says no more still says whether the idea was implemented.
TOLD = (IdeaState.IMPLEMENTED, IdeaState.ABANDONED, *IDEA_REPLACED)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Counts; `locked_before` of the `concluded` tests were locked before they were run.

    `told_failures` did not meet their threshold and say what was learnt, on what evidence: they are worth a success.
    `published` ideas are known from publications only, which leave `unknown` whether some of them were implemented.
    """

    prototypes: int = 0
    concluded: int = 0
    locked_before: int = 0
    told_failures: int = 0
    handed_over: int = 0
    live: int = 0
    published: int = 0
    unknown: int = 0

    @property
    def worked(self) -> bool:
        """Whether the work was written down here: of published ideas, none counted is none known."""
        return bool(self.prototypes or self.concluded or not self.published)


def outputs(user: User, cohort: Cohort, challenge: Challenge | None = None) -> Outputs:
    """Of the cohort, or of one of its challenges: of the work the person may read (two statements)."""
    within, pk = ("challenge", challenge.pk) if challenge else ("cohort", cohort.pk)
    return Outputs(
        **{name: count for row in (*_told(user, within, pk), *_made(user, within, pk)) for name, count in row.items()}
    )


@prepared
def _told(user: User, within: str, pk: int) -> QuerySet[Trial, Any]:
    trials = Trial.objects.visible_to(user).filter(**{f"prototype__idea__{within}": pk}, state=TrialState.CONCLUDED)
    counted = (
        trials.order_by()
        .values(one_group=Value(1))
        .annotate(
            concluded=Count("pk"),
            locked_before=Count("pk", filter=Q(locked_on__lte=F("held_on"))),
            told_failures=Count("pk", filter=Q(pk__in=trials.documented_failures().values("pk"))),
        )
    )
    return counted.values("concluded", "locked_before", "told_failures")


@prepared
def _made(user: User, within: str, pk: int) -> QuerySet[Idea, Any]:
    seen = Q(prototypes__in=Prototype.objects.visible_to(user).filter(**{f"idea__{within}": pk}).values("pk"))
    counted = (
        Idea.objects.visible_to(user)
        .filter(**{within: pk})
        .order_by()
        .values(one_group=Value(1))
        .annotate(
            made=Count("prototypes", filter=seen),
            handed_over=Count("pk", distinct=True, filter=Q(state__in=IDEA_HANDED_OVER)),
            live=Count("pk", distinct=True, filter=Q(state=IdeaState.IMPLEMENTED)),
            published=Count("pk", distinct=True, filter=Q(retrospective=True)),
            unknown=Count("pk", distinct=True, filter=Q(retrospective=True) & ~Q(state__in=TOLD)),
        )
    )
    return counted.values("handed_over", "live", "published", "unknown", prototypes=F("made"))

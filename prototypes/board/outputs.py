"""Counts of what a cohort's work has produced. A well documented failed test counts as an output too."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value

from accounts.models import User
from cohorts.models import Cohort
from prototypes.enums import IDEA_HANDED_OVER, IDEA_REPLACED, IdeaState, TrialState
from prototypes.models import Challenge, Idea, Prototype, Trial
from prototypes.trials.models import DOCUMENTED_FAILURE
from web.database.prepared import prepared

# States in which a publication tells whether the idea was implemented, even if it says nothing more.
OUTCOME_STATES = (IdeaState.IMPLEMENTED, IdeaState.ABANDONED, *IDEA_REPLACED)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Counts of the work of a cohort or of a challenge.

    `locked_beforehand` counts those `concluded` tests that were locked before they were run. `documented_failures` did
    not meet their threshold but state what was learnt and how strong the evidence is. `published` ideas are known from
    publications only; for `unknown` of them the outcome is not published.
    """

    prototypes: int = 0
    concluded: int = 0
    locked_beforehand: int = 0
    documented_failures: int = 0
    handed_over: int = 0
    live: int = 0
    published: int = 0
    unknown: int = 0

    @property
    def has_recorded_work(self) -> bool:
        """Return whether a page should show the counts of work: there are prototypes or concluded tests, or no
        published ideas.

        It is False where everything is only known from publications.
        """
        return bool(self.prototypes or self.concluded or not self.published)


def outputs(user: User, cohort: Cohort, challenge: Challenge | None = None) -> Outputs:
    """Return the counts of prototypes, concluded tests and ideas of a cohort, or of one of its challenges (two
    statements).

    Only rows that the person may read are counted.
    """
    scope, pk = ("challenge", challenge.pk) if challenge else ("cohort", cohort.pk)
    return Outputs(
        **{
            name: count
            for row in (*_trial_counts(user, scope, pk), *_idea_counts(user, scope, pk))
            for name, count in row.items()
        }
    )


@prepared
def _trial_counts(user: User, scope: str, pk: int) -> QuerySet[Trial, Any]:
    """Return one row with the number of concluded tests that the person may read; none without such tests.

    Columns: concluded, locked_beforehand (locked before they were held) and documented_failures. `scope` is "cohort" or
    "challenge", `pk` the key of that row.
    """
    trials = Trial.objects.visible_to(user).filter(**{f"prototype__idea__{scope}": pk}, state=TrialState.CONCLUDED)
    counted = (
        trials.order_by()
        .values(one_group=Value(1))
        .annotate(
            concluded=Count("pk"),
            locked_beforehand=Count("pk", filter=Q(locked_on__lte=F("held_on"))),
            documented_failures=Count("pk", filter=DOCUMENTED_FAILURE),
        )
    )
    return counted.values("concluded", "locked_beforehand", "documented_failures")


@prepared
def _idea_counts(user: User, scope: str, pk: int) -> QuerySet[Idea, Any]:
    """Return one row with the number of ideas and prototypes that the person may read; none without such ideas.

    Columns: prototypes, and ideas that are handed_over, live, published, or published without outcome (unknown).
    `scope` is "cohort" or "challenge", `pk` the key of that row.
    """
    visible = Q(prototypes__in=Prototype.objects.visible_to(user).filter(**{f"idea__{scope}": pk}).values("pk"))
    counted = (
        Idea.objects.visible_to(user)
        .filter(**{scope: pk})
        .order_by()
        .values(one_group=Value(1))
        .annotate(
            visible_prototypes=Count("prototypes", filter=visible),
            handed_over=Count("pk", distinct=True, filter=Q(state__in=IDEA_HANDED_OVER)),
            live=Count("pk", distinct=True, filter=Q(state=IdeaState.IMPLEMENTED)),
            published=Count("pk", distinct=True, filter=Q(retrospective=True)),
            unknown=Count("pk", distinct=True, filter=Q(retrospective=True) & ~Q(state__in=OUTCOME_STATES)),
        )
    )
    return counted.values("handed_over", "live", "published", "unknown", prototypes=F("visible_prototypes"))

"""Actions that calculate the rates of everything, and of whole editions, in advance."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext_lazy

from accounts.models import User
from figures.outcomes.models import RatesChange, RatesRollup
from figures.outcomes.queries import build_rollup
from figures.outcomes.rollups import is_rollup_current
from figures.scope.selection import EVERYTHING, FiguresScope
from programmes.enums import EditionState
from programmes.models import Edition
from prototypes.models import Idea
from web.actions import action
from web.dates.clock import platform_day

# Fewer ideas are counted as fast as a rollup is read.
MIN_IDEAS: Final = 2_000
# Long after the transactions themselves, so that none is still running. Changes are deleted once a day, because each
# deletion makes every rollup obsolete.
CHANGE_RETENTION: Final = timedelta(days=2)


@action(gettext_lazy("Rates calculated in advance"))
def keep_rates(*, at: datetime, by: User | None = None, min_ideas: int = MIN_IDEAS) -> int:
    """Recalculate for the day of `at` each stored rollup that is missing or out of date; return how many. Safe to run
    twice.

    Scopes with fewer than `min_ideas` ideas have no rollup.
    """
    if Idea.objects.count() < min_ideas:
        return 0
    _delete_old_changes(at - CHANGE_RETENTION)
    missing = [scope for scope in _rollup_scopes(min_ideas) if not is_rollup_current(scope.rollup, platform_day(at))]
    for scope in missing:
        _save_rollup(build_rollup(scope, platform_day(at)))
    return len(missing)


def _delete_old_changes(before: datetime) -> None:
    """Delete the recorded changes made before a moment, once the oldest of them is a day older."""
    if RatesChange.objects.filter(made_at__lt=before - timedelta(days=1)).exists():
        RatesChange.objects.filter(made_at__lt=before).delete()


def _rollup_scopes(min_ideas: int) -> list[FiguresScope]:
    """Return the scopes calculated in advance: everything, and each running edition with at least `min_ideas` ideas."""
    running = Edition.objects.filter(state=EditionState.RUNNING, retrospective=False)
    running = running.annotate(ideas=Count("cohorts__ideas")).filter(ideas__gte=min_ideas)
    return [EVERYTHING, *(FiguresScope(edition=edition) for edition in running.order_by("pk"))]


def _save_rollup(rollup: RatesRollup) -> None:
    """Save the rollup in place of the stored one of its scope; of two calculated at once the later one stays."""
    update_fields = ["as_of", "changes", "latest", "rows", "bounds", "counted_at"]
    RatesRollup.objects.bulk_create(
        [rollup], update_conflicts=True, unique_fields=["scope"], update_fields=update_fields
    )

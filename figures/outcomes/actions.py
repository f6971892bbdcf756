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
def refresh_rollups(*, at: datetime, by: User | None = None, min_ideas: int = MIN_IDEAS) -> int:
    """Recalculate each rollup (rates counted in advance) that is out of date on the day of `at`; return how many.

    Rollups are kept of everything and of each running edition with at least `min_ideas` ideas; with fewer in all,
    nothing is done. Recorded changes older than two days are deleted. `by` is not used. Safe to run twice.
    """
    if Idea.objects.count() < min_ideas:
        return 0
    _delete_old_changes(at - CHANGE_RETENTION)
    missing = [scope for scope in _rollup_scopes(min_ideas) if not is_rollup_current(scope.rollup, platform_day(at))]
    for scope in missing:
        _save_rollup(build_rollup(scope, platform_day(at)))
    return len(missing)


def _delete_old_changes(before: datetime) -> None:
    """Delete changes made before a moment, but once a day only: each deletion makes every rollup obsolete."""
    if RatesChange.objects.filter(made_at__lt=before - timedelta(days=1)).exists():
        RatesChange.objects.filter(made_at__lt=before).delete()


def _rollup_scopes(min_ideas: int) -> list[FiguresScope]:
    """Return everything, and each running edition with at least `min_ideas` ideas that is not published facts."""
    running = Edition.objects.filter(state=EditionState.RUNNING, retrospective=False)
    running = running.annotate(ideas=Count("cohorts__ideas")).filter(ideas__gte=min_ideas)
    return [EVERYTHING, *(FiguresScope(edition=edition) for edition in running.order_by("pk"))]


def _save_rollup(rollup: RatesRollup) -> None:
    """Save the rollup in place of the stored one with its scope; of two saved at once, the later one stays."""
    update_fields = ["as_of", "changes", "latest", "rows", "bounds", "counted_at"]
    RatesRollup.objects.bulk_create(
        [rollup], update_conflicts=True, unique_fields=["scope"], update_fields=update_fields
    )

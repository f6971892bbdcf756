"""Counting ahead what the rates of everything, and of whole editions, are made of."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext_lazy

from accounts.models import User
from figures.outcomes.models import RatesChange, RatesRollup
from figures.outcomes.queries import rolled_up
from figures.outcomes.rollups import holds
from figures.scope.selection import EVERYTHING, Scope
from programmes.enums import EditionState
from programmes.models import Edition
from prototypes.models import Idea
from web.actions import action
from web.dates.clock import platform_day

# Fewer ideas are counted as quickly as a rollup is read.
WORTH_IT: Final = 2_000
# Long after the transactions themselves: nothing that began then is still under way. Once a day, since whatever is
# forgotten makes every rollup count anew.
FORGOTTEN_AFTER: Final = timedelta(days=2)


@action(gettext_lazy("Rates calculated in advance"))
def keep_rates(*, at: datetime, by: User | None = None, least: int = WORTH_IT) -> int:
    """Count anew, for today, each rollup that is missing or no longer counts; returns how many. Safe to run twice.

    Nothing is kept of fewer than `least` ideas.
    """
    if Idea.objects.count() < least:
        return 0
    _forget(at - FORGOTTEN_AFTER)
    missing = [scope for scope in _kept_scopes(least) if not holds(scope.rollup, platform_day(at))]
    for scope in missing:
        _keep(rolled_up(scope, platform_day(at)))
    return len(missing)


def _forget(before: datetime) -> None:
    if RatesChange.objects.filter(made_at__lt=before - timedelta(days=1)).exists():
        RatesChange.objects.filter(made_at__lt=before).delete()


def _kept_scopes(least: int) -> list[Scope]:
    """What the lab reads most: everything, and each edition at work with so many ideas."""
    running = Edition.objects.filter(state=EditionState.RUNNING, retrospective=False)
    running = running.annotate(ideas=Count("cohorts__ideas")).filter(ideas__gte=least)
    return [EVERYTHING, *(Scope(edition=edition) for edition in running.order_by("pk"))]


def _keep(rollup: RatesRollup) -> None:
    """In the place of the one before; of two that count at once the later stays, and both are true."""
    changed = ["as_of", "changes", "latest", "rows", "bounds", "counted_at"]
    RatesRollup.objects.bulk_create([rollup], update_conflicts=True, unique_fields=["scope"], update_fields=changed)

"""Figures that anyone reads: totals of an edition over the cohorts that publish theirs, and how they changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from django.utils.timezone import make_aware

from figures.implementation.context import headline_context
from figures.implementation.lines import lines
from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
from figures.scope.sentences import coverage
from figures.scope.visibility import shared_cohorts
from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from programmes.models import Edition

PUBLISHED_SLUGS: Final = ("rate", "within_12", "within_24", "abandoned")  # what cohorts agree to publish
QUARTERS: Final = 4  # whose figures the page compares with those known then


@dataclass(frozen=True, slots=True)
class Revision:
    """The figures of a past day as they were known at its end, and as they are known now."""

    day: date
    known_then: Figures
    known_now: Figures

    @property
    def is_changed(self) -> bool:
        """Return whether later records changed what was known of that day."""
        then, now = self.known_then, self.known_now
        return (then.accepted, then.implemented, then.abandoned) != (now.accepted, now.implemented, now.abandoned)


def public_figures(today: date) -> list[dict[str, Any]]:
    """Return the template context of each edition of which a cohort publishes its figures, the latest edition first.

    Eleven statements for each edition.
    """
    consents = FiguresConsent.objects.open(Audience.PUBLIC).values("cohort__edition")
    return [
        _edition_context(edition, today) for edition in Edition.objects.filter(pk__in=consents).order_by("-starts_on")
    ]


def _edition_context(edition: Edition, today: date) -> dict[str, Any]:
    """Return the context of an edition: headline, lines, whose figures they are, and revisions."""
    visible = shared_cohorts(edition, Audience.PUBLIC)
    scope = visible.scope(edition=edition)
    figures = implementation_rates(scope=scope, as_of=today)
    return {
        "edition": edition,
        "as_of": today,
        **headline_context(figures),
        "lines": [line for line in lines(figures) if line.slug in PUBLISHED_SLUGS and line.display],
        "coverage": coverage(visible, scope).sentences,
        "revisions": list(_revisions(scope, today)),
    }


def _revisions(scope: FiguresScope, today: date) -> Iterator[Revision]:
    """Yield the figures of the last days of the four quarters before `today`, the latest first, if ideas counted."""
    for back in range(QUARTERS):
        day = last_day_of_quarter_before(today - relativedelta(months=3 * back))
        end = make_aware(datetime.combine(day, time.max))
        known_then = implementation_rates(scope=scope, as_of=day, known_at=end, bounded=False)
        known_now = implementation_rates(scope=scope, as_of=day, bounded=False)
        if known_then.accepted or known_now.accepted:
            yield Revision(day, known_then, known_now)


def last_day_of_quarter_before(day: date) -> date:
    """Return the last day of the quarter before the one that `day` is in."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) - timedelta(days=1)

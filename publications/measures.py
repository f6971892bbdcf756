"""The measures of an idea that its public page may show: those with a value from before it went live, and one after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import F
from django.utils.translation import gettext as _

from prototypes.effects.cards import latest_answers, latest_measurement
from prototypes.implementations.models import live_day
from prototypes.models import Idea, Implementation, Indicator, IndicatorValue
from prototypes.trials.meters import figure
from publications.models import METHOD_LENGTH

_QUESTION: Final = {"counted_from": F("follow_up__counted_from"), "months": F("follow_up__months")}


@dataclass(frozen=True, slots=True)
class MeasuredEffect:
    """An indicator with its value before, and the latest one after."""

    indicator: Indicator
    after: Decimal
    after_on: date

    def __str__(self) -> str:
        """Return what is measured, with both values: “Papers to provide (14 papers, then 8 papers)”."""
        values = {
            "measure": self.indicator.measure,
            "before": figure(self.indicator.baseline, self.indicator.unit),
            "after": figure(self.after, self.indicator.unit),
        }
        return _("%(measure)s (%(before)s, then %(after)s)") % values

    @property
    def words(self) -> dict[str, str]:
        """Return the words of the cohort, as French texts to review for the public."""
        return {
            "measure_fr": self.indicator.measure,
            "unit_fr": self.indicator.unit,
            "method_fr": self.indicator.method[:METHOD_LENGTH],
        }

    def as_facts(self) -> dict[str, Any]:
        """Return both values with the days on which they were measured, ready for JSON; the unit is a public text."""
        return {
            "before": float(self.indicator.baseline),
            "before_on": self.indicator.baseline_on.isoformat(),
            "after": float(self.after),
            "after_on": self.after_on.isoformat(),
        }


def measured_effects(idea: Idea) -> dict[int, MeasuredEffect]:
    """Return the effects that were measured, by the key of the first version of their indicator, in the order recorded.

    A baseline from after the idea went live is none. Three statements, one for an idea without indicators.
    """
    indicators = list(Indicator.objects.filter(idea=idea).current())
    if not indicators or (live := live_day(Implementation.objects.filter(idea=idea))) is None:
        return {}
    values = IndicatorValue.objects.filter(follow_up__idea=idea).order_by("follow_up__noted_on", "follow_up", "pk")
    columns = values.values("indicator_id", "value", "measured_on", **_QUESTION)
    answers = latest_answers(columns)
    effects = {}
    for indicator in indicators:
        after = latest_measurement(row for row in answers if row["indicator_id"] == indicator.first_id)
        if after and indicator.baseline_on < live:
            effects[indicator.first_id] = MeasuredEffect(indicator, after["value"], after["measured_on"])
    return effects

"""Facts that a publication copies from its subject: states, days, numbers, names of public bodies; no other text."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, Model
from django.utils.translation import gettext as _

from cohorts.models import Cohort
from programmes.models import Authority, Lesson, Method
from prototypes.effects.cards import latest_answers, latest_measurement
from prototypes.enums import FollowUpStart, PrototypeState, TrialState
from prototypes.implementations.models import live_day
from prototypes.models import FollowUp, Idea, IdeaEvent, Implementation, Indicator, IndicatorValue, Prototype, Trial
from prototypes.trials.meters import figure
from prototypes.trials.models import PERCENT
from publications.models import METHOD_LENGTH
from web.dates.precision import Precision

Facts = dict[str, Any]  # as stored: JSON
# By these columns `latest_answers` tells the questions of follow-ups apart.
_QUESTION_COLUMNS: Final = {"counted_from": F("follow_up__counted_from"), "months": F("follow_up__months")}


@dataclass(frozen=True, slots=True)
class MeasuredEffect:
    """An indicator, whose baseline is the value before, with the latest value since the idea went live."""

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

    def as_facts(self) -> Facts:
        """Return both values with the days on which they were measured, ready for JSON; the unit is a public text."""
        return {
            "before": float(self.indicator.baseline),
            "before_on": self.indicator.baseline_on.isoformat(),
            "after": float(self.after),
            "after_on": self.after_on.isoformat(),
        }


def measured_effects(idea: Idea) -> dict[int, MeasuredEffect]:
    """Return the indicators with values before and after, by the key of their first version, in the order recorded.

    One whose baseline was measured when the idea was live already is left out. Three statements, one for an idea
    without indicators.
    """
    indicators = list(idea.indicators.current())
    if not indicators or (live := live_day(Implementation.objects.filter(idea=idea))) is None:
        return {}
    values = IndicatorValue.objects.filter(follow_up__idea=idea).order_by("follow_up__noted_on", "follow_up", "pk")
    columns = values.values("indicator_id", "value", "measured_on", **_QUESTION_COLUMNS)
    answers = latest_answers(columns)
    effects = {}
    for indicator in indicators:
        after = latest_measurement(row for row in answers if row["indicator_id"] == indicator.first_id)
        if after and indicator.baseline_on < live:
            effects[indicator.first_id] = MeasuredEffect(indicator, after["value"], after["measured_on"])
    return effects


def facts_of(subject: Model, *, shows_tests: bool, indicator: int | None = None, today: date) -> Facts:
    """Return the facts of an idea, cohort, programme, lesson or method as they are on `today`, ready for JSON.

    Those of an idea include its prototypes and concluded tests if `shows_tests`, and the values of an `indicator` (the
    key of its first version) if there is one before and one after. Seven statements for an idea, three more with
    an indicator, none for a programme.
    """
    more = _READERS.get(type(subject), lambda _subject: {})(subject)
    if isinstance(subject, Idea) and shows_tests:
        more |= {"prototypes": list(_prototypes(subject)), "tests": list(_tests(subject))}
    if isinstance(subject, Idea) and indicator and (effect := measured_effects(subject).get(indicator)):
        more |= {"measure": effect.as_facts()}
    return {"as_of": today.isoformat(), **more}


def _facts_of_idea(idea: Idea) -> Facts:
    """Return the facts of an idea without its tests: state, events that count, where its authority uses it, and what
    follow-ups found.

    Whether another authority uses it is for that authority to publish.
    """
    events = IdeaEvent.objects.filter(idea=idea).uncorrected()
    own = Implementation.objects.filter(idea=idea, authority=idea.cohort.authority_id)
    live = list(own.not_withdrawn().select_related("authority"))
    return {
        **_of_authority(idea.cohort),
        "reference": idea.reference,
        "state": idea.state,
        "events": [
            {"state": row.state, **_dated(row.effective_on, row.precision)} for row in events if row.effective_on
        ],
        "live": [
            {
                "where": row.authority.name,
                "scope": row.scope,
                "state": row.state,
                **_dated(row.live_on, row.live_precision),
            }
            for row in live
        ],
        "follow_ups": list(_follow_ups(idea, FollowUpStart.LIVE if live_day(live) else FollowUpStart.HANDOVER)),
    }


def _follow_ups(idea: Idea, counted_from: FollowUpStart) -> Iterator[Facts]:
    """Yield the latest answer to each follow-up question whose months count from this event: whether the idea is in
    use, and the day of the answer; neither words nor evidence.
    """
    rows = FollowUp.objects.filter(idea=idea, counted_from=counted_from).order_by("months", "noted_on", "pk")
    for row in {row.months: row for row in rows}.values():
        yield {
            "counted_from": row.counted_from,
            "months": row.months,
            "answer": row.answer,
            **_dated(row.noted_on, Precision.DAY),
        }


def _prototypes(idea: Idea) -> Iterator[Facts]:
    """Yield the prototypes of an idea that are no longer drafts: when each was made, and how real it is."""
    for row in Prototype.objects.filter(idea=idea, made_on__isnull=False).exclude(state=PrototypeState.DRAFT):
        yield {"version": row.version, **_dated(row.made_on, Precision.DAY), "realism": row.fidelity}


def _tests(idea: Idea) -> Iterator[Facts]:
    """Yield the concluded tests of an idea's prototypes: when, how many people, how many of them succeeded where that
    was counted, what was expected and observed.
    """
    rows = Trial.objects.filter(prototype__idea=idea, state=TrialState.CONCLUDED).select_related("prototype")
    for row in rows.order_by("prototype__version", "number"):
        yield {
            "version": row.prototype.version,
            **_dated(row.held_on, Precision.DAY),
            "people": row.participants,
            "successes": row.successes,
            "comparator": row.comparator,
            "threshold": _number(row.threshold),
            "observed": _number(row.observed_value),
            "percent": row.unit.strip().startswith(PERCENT),
            "result": row.result,
            "decision": row.decision,
        }


def _facts_of_cohort(cohort: Cohort) -> Facts:
    """Return the facts of a cohort: its authority and edition, its state, and when it started."""
    start = cohort.actual_start or cohort.planned_start
    return {**_of_authority(cohort), "state": cohort.state, **_dated(start, cohort.actual_start_precision)}


def _of_authority(cohort: Cohort) -> Facts:
    """Return the names of the cohort, its authority and its edition, and where the authority's seat is."""
    authority: Authority = cohort.authority
    return {
        "cohort": cohort.name,
        "authority": authority.name,
        "edition": cohort.edition.name,
        "latitude": authority.latitude,
        "longitude": authority.longitude,
    }


_READERS: Final[Mapping[type[Model], Callable[[Any], Facts]]] = {
    Idea: _facts_of_idea,
    Cohort: _facts_of_cohort,
    Lesson: lambda lesson: {"edition": lesson.edition.name, "phase": lesson.phase},
    Method: lambda method: {"phase": method.phase, "minutes": method.minutes},
}


def _dated(day: date | None, precision: str) -> Facts:
    """Return a day with its precision, as they are stored; no key where the day is not known."""
    return {"on": day.isoformat(), "precision": str(precision)} if day else {}


def _number(value: Decimal | None) -> float | None:
    """Return a decimal number as JSON stores it."""
    return None if value is None else float(value)

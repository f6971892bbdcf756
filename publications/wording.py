"""The stored facts of a publication in words, in the active language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from cohorts.cohort.enums import CohortState
from programmes.enums import PhaseKind
from prototypes.enums import (
    Comparator,
    Fidelity,
    IdeaState,
    ImplementationScope,
    ImplementationState,
    Result,
    TrialDecision,
)
from prototypes.handover.follow_up_texts import follow_up_answer, follow_up_title
from prototypes.trials.meters import Meter, draw_meter
from prototypes.trials.models import PERCENT
from publications.enums import PublicationKind
from web.text import formats
from web.text.language import active_language

Fact = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step of an idea's story: when, what, and what a test found ("" and None for other steps)."""

    on: str
    title: StrOrPromise
    tone: str
    details: str = ""
    result: StrOrPromise = ""
    decision: StrOrPromise = ""
    meter: Meter | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an idea is in use: the authority, how much of it, whether it still is, and since when."""

    where: str
    scope: StrOrPromise
    state: StrOrPromise
    tone: str
    since: str


@dataclass(frozen=True, slots=True)
class FollowUpAnswerText:
    """The answer to a follow-up question, whether an idea is in use, with the months after which it was asked."""

    answer: str
    months: str
    day: str


@dataclass(frozen=True, slots=True)
class MeasuredBar:
    """A measured value with its unit, the day, and how much of the bar it fills, in percent."""

    text: str
    day: str
    share: float


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """What was measured of an idea, before it went live and after, in the words for the public."""

    measure: str
    before: MeasuredBar
    after: MeasuredBar
    method: str


def day_text(fact: Fact) -> str:
    """Return the day of a fact as people read it, as precise as it is known; "" where it is not."""
    if "on" not in fact:
        return ""
    return formats.precise_to(date.fromisoformat(fact["on"]), fact["precision"], active_language())


def state_text(kind: str, facts: Fact) -> tuple[StrOrPromise, str]:
    """Return label and tone of the state of an idea or a cohort; two empty texts for what has none."""
    if not facts.get("state"):
        return "", ""
    state = IdeaState(facts["state"]) if kind == PublicationKind.IDEA else CohortState(facts["state"])
    return state.label, state.tone


def phase_text(facts: Fact) -> StrOrPromise:
    """Return the phase that a lesson or a method belongs to; "" for any phase."""
    return PhaseKind(facts["phase"]).label if facts.get("phase") else ""


def time_text(facts: Fact) -> str:
    """Return how long a method takes; "" if that varies."""
    return formats.duration(facts["minutes"]) if facts.get("minutes") else ""


def dated_tests(facts: Fact) -> list[Fact]:
    """Return the stored tests of an idea that have a day; [] where there are none.

    Tests without a day are left out, because the page lists tests by day.
    """
    return [test for test in facts.get("tests", ()) if "on" in test]


def story_of(facts: Fact) -> list[StoryStep]:
    """Return the steps of an idea by day, the first first: its events, prototypes and tests."""
    steps = [(event["on"], 0, _event_step(event)) for event in facts.get("events", ())]
    steps += [(row["on"], 1, _prototype_step(row)) for row in facts.get("prototypes", ())]
    steps += [(test["on"], 2, _test_step(test)) for test in dated_tests(facts)]
    return [step for _day, _order, step in sorted(steps, key=lambda each: each[:2])]


def outcomes_of(facts: Fact) -> list[Outcome]:
    """Return where an idea is in use, or was."""
    return [
        Outcome(
            fact["where"],
            ImplementationScope(fact["scope"]).label if fact["scope"] else "",
            ImplementationState(fact["state"]).label,
            ImplementationState(fact["state"]).tone,
            day_text(fact),
        )
        for fact in facts.get("live", ())
    ]


def follow_ups_of(facts: Fact) -> list[FollowUpAnswerText]:
    """Return the answers to the follow-up questions, by the months after which they were asked."""
    return [
        FollowUpAnswerText(
            follow_up_answer(fact["counted_from"], fact["answer"]),
            follow_up_title(fact["counted_from"], fact["months"]),
            day_text(fact),
        )
        for fact in facts.get("follow_ups", ())
    ]


def before_and_after(facts: Fact, *, measure: str, unit: str, method: str) -> BeforeAfter | None:
    """Return what was measured before an idea went live and after; None if the version shows no measure.

    A percentage fills a bar of 100; for other units the larger value fills its bar.
    """
    if not (fact := facts.get("measure")):
        return None
    full = 100.0 if unit.startswith(PERCENT) else max(fact["before"], fact["after"])
    before, after = (
        MeasuredBar(
            formats.measured(_decimal(fact[name]), unit, active_language()),
            formats.long_day(date.fromisoformat(fact[f"{name}_on"]), active_language()),
            min(round(100 * fact[name] / full, 1), 100.0) if full else 0.0,
        )
        for name in ("before", "after")
    )
    return BeforeAfter(measure, before, after, method)


def _event_step(event: Fact) -> StoryStep:
    """Return the step for an event of an idea."""
    state = IdeaState(event["state"])
    return StoryStep(day_text(event), state.label, state.tone)


def _prototype_step(prototype: Fact) -> StoryStep:
    """Return the step for a prototype: when it was made, and how real it is."""
    level = str(Fidelity(prototype["realism"]).label).partition(" · ")[2] if prototype["realism"] else ""
    realism = _("realism: %(level)s") % {"level": level} if level else ""
    title = _("Prototype %(version)s") % {"version": prototype["version"]}
    return StoryStep(day_text(prototype), title, "waiting", realism)


def _test_step(test: Fact) -> StoryStep:
    """Return the step for a test: how many people took part, the criterion, what was observed, and the result."""
    people = test["people"] or 0
    parts = [ngettext("%(people)s person", "%(people)s people", people) % {"people": people}] if people else []
    if criterion := _criterion(test):
        parts.append(_("criterion fixed before: %(criterion)s") % {"criterion": criterion})
    if observed := _observed(test):
        parts.append(_("observed: %(value)s") % {"value": observed})
    result = Result(test["result"])
    decision = TrialDecision(test["decision"]).label if test["decision"] else ""
    title = _("Test of prototype %(version)s") % {"version": test["version"]}
    details = " · ".join(parts)
    return StoryStep(day_text(test), title, result.tone, details, result.label, decision, _meter(test))


def _meter(test: Fact) -> Meter | None:
    """Return the bar of a test, its observed value against its threshold; None where one of them is missing."""
    if test["observed"] is None or test["threshold"] is None:
        return None
    return draw_meter(
        _decimal(test["observed"]),
        _decimal(test["threshold"]),
        texts=(_observed(test), _criterion(test)),
        is_share=test["percent"],
        met=test["result"] == Result.MET,
    )


def _criterion(test: Fact) -> str:
    """Return the criterion that was fixed before a test: “at least 75 %”; "" without one."""
    if not test["comparator"] or test["threshold"] is None:
        return ""
    return f"{Comparator(test['comparator']).label} {_figure(test, 'threshold')}"


def _observed(test: Fact) -> str:
    """Return what a test observed: “11 of 20 (55 %)” where people were counted, else the value; "" without one."""
    if test["observed"] is None:
        return ""
    value, successes = _figure(test, "observed"), test.get("successes")
    if successes is None or not test["people"]:
        return value
    return _("%(some)s of %(all)s (%(value)s)") % {"some": successes, "all": test["people"], "value": value}


def _figure(test: Fact, key: str) -> str:
    """Return a number of a test, with the percent sign where its unit is percent; other units are not published."""
    return formats.measured(_decimal(test[key]), PERCENT if test["percent"] else "", active_language())


def _decimal(value: float) -> Decimal:
    """Return a number from the stored JSON as it is written there, without the digits that a float adds."""
    return Decimal(str(value))

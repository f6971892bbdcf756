"""The indicators of an idea as its page shows them: before, after and target side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.roles import Roles
from prototypes.effects.values import MeasuredValue, answer_text, current_indicators, measured_value
from prototypes.models import Idea, Indicator
from prototypes.permissions import can_steer_idea
from prototypes.trials.meters import figure


@dataclass(frozen=True, slots=True)
class IndicatorCard:
    """One indicator: its baseline and target with their unit, its latest value, and what each follow-up recorded.

    `correction_href` is empty where the reader may not correct it. `is_baseline_late` says that the baseline was not
    measured before the idea went live.
    """

    indicator: Indicator
    before: str
    target: str
    after: MeasuredValue | None
    answers: Sequence[str]
    correction_href: str
    is_baseline_late: bool


def indicator_cards(idea: Any, roles: Roles, live: date | None) -> list[IndicatorCard]:
    """Return the indicators of an idea for its page, in the order recorded.

    The idea was read with `lookups.with_timeline`; `roles` are those of the reader, `live` is the day it went live.
    """
    can_correct = bool(can_steer_idea(roles)) and not idea.retrospective
    rows = latest_answers(idea.value_rows)
    return [
        _card(
            indicator,
            [row for row in rows if row["indicator_id"] == indicator.first_id],
            correction_page(idea, indicator) if can_correct else "",
            live,
        )
        for indicator in current_indicators(idea.indicator_rows)
    ]


def latest_answers(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return, of the values of an idea in the order recorded, the latest of each indicator and follow-up question.

    They are in the order of the questions.
    """
    latest = {(row["indicator_id"], row["counted_from"], row["months"]): row for row in rows}
    return sorted(latest.values(), key=lambda row: int(row["months"]))


def latest_measurement(answers: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return, of the latest answers about an indicator, the one whose value was measured last; None without a value."""
    measured = [row for row in answers if row["value"] is not None]
    return max(measured, key=lambda row: (row["measured_on"], row["months"]), default=None)


def correction_page(idea: Idea, indicator: Indicator) -> str:
    """Return the URL of the page that corrects an indicator of the idea."""
    return reverse("prototypes:correct_indicator", args=[idea.pk, indicator.first_id])


def _card(
    indicator: Indicator, answers: Sequence[Mapping[str, Any]], correction_href: str, live: date | None
) -> IndicatorCard:
    """Return the card of one indicator; `answers` are the latest rows of its values, by follow-up question."""
    after = latest_measurement(answers)
    return IndicatorCard(
        indicator,
        before=figure(indicator.baseline, indicator.unit),
        target=figure(indicator.target, indicator.unit),
        after=measured_value(after, indicator.unit) if after else None,
        answers=[answer_text(row, indicator.unit) for row in answers],
        correction_href=correction_href,
        is_baseline_late=live is not None and indicator.baseline_on >= live,
    )

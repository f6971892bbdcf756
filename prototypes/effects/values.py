"""Indicators and their values, read from the nested rows of their idea, and as text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from prototypes.handover.follow_up_texts import follow_up_title
from prototypes.models import Indicator, IndicatorValue
from prototypes.trials.meters import figure
from web.database.nested_rows import row_from_nested
from web.text import formats
from web.text.language import active_language


@dataclass(frozen=True, slots=True)
class MeasuredValue:
    """A value of an indicator with its unit, the day it was measured, and the follow-up it belongs to."""

    text: str
    day: date | None
    follow_up: str


def current_indicators(rows: Iterable[Mapping[str, Any]]) -> list[Indicator]:
    """Return the version of each indicator that counts, in the order first recorded.

    `rows` are the nested rows of all versions, in the order recorded.
    """
    latest: dict[int, Indicator] = {}
    for row in rows:
        indicator = row_from_nested(Indicator, row)
        latest[indicator.first_id] = indicator
    return list(latest.values())


def measured_value(row: Mapping[str, Any], unit: str) -> MeasuredValue:
    """Return a value of an indicator in `unit` for the page; `row` is the nested row of a value, or of a reason."""
    value = row_from_nested(IndicatorValue, row)
    return MeasuredValue(
        figure(value.value, unit), value.measured_on, follow_up_title(row["counted_from"], row["months"])
    )


def answer_text(row: Mapping[str, Any], unit: str) -> str:
    """Return what a follow-up recorded of an indicator, such as “6 months after it went live: 12 days (3 May 2026)”.

    `row` is the nested row of the value, or of the reason why it was not measured; `unit` is the indicator's.
    """
    value = measured_value(row, unit)
    if value.day is None:
        return _("%(follow_up)s: not measured. %(reason)s") % {
            "follow_up": value.follow_up,
            "reason": row["not_measured"],
        }
    return _("%(follow_up)s: %(value)s (%(day)s)") % {
        "follow_up": value.follow_up,
        "value": value.text,
        "day": formats.short_day(value.day, active_language()),
    }

"""What a follow-up records of one indicator: a value with its day, or why it was not measured. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class IndicatorAnswer:
    """The answer for one indicator: `value` and `measured_on`, or the reason `not_measured`.

    `indicator` is the key of the indicator as it was first recorded.
    """

    indicator: int
    value: Decimal | None = None
    measured_on: date | None = None
    not_measured: str = ""


def value_field(indicator: int) -> str:
    """Return the name of the form field for the value of the indicator with this key."""
    return f"value_{indicator}"


def day_field_name(indicator: int) -> str:
    """Return the name of the form field for the day on which the indicator with this key was measured."""
    return f"measured_on_{indicator}"


def reason_field(indicator: int) -> str:
    """Return the name of the form field for why the indicator with this key was not measured."""
    return f"not_measured_{indicator}"


def as_form_values(indicators: Iterable[int], answers: Iterable[IndicatorAnswer]) -> dict[str, object]:
    """Return the values of the fields that a follow-up form has for these indicators, by name; empty without answer."""
    by_indicator = {answer.indicator: answer for answer in answers}
    values: dict[str, object] = {}
    for key in indicators:
        answer = by_indicator.get(key) or IndicatorAnswer(key)
        values |= {
            value_field(key): answer.value,
            day_field_name(key): answer.measured_on,
            reason_field(key): answer.not_measured,
        }
    return values

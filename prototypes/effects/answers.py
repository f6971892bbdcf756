"""What a follow-up records of one indicator: a value with its day, or why it was not measured. Pure."""

from collections.abc import Iterable, Mapping
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


def as_form_values(units: Mapping[int, str], answers: Iterable[IndicatorAnswer]) -> dict[str, object]:
    """Return the values of the fields that a follow-up form has for indicators, by name; empty without answer.

    `units` are those of the indicators, by key. They are among the values, so that a unit which was corrected since the
    form was opened is noticed.
    """
    by_indicator = {answer.indicator: answer for answer in answers}
    values: dict[str, object] = {}
    for key, unit in units.items():
        answer = by_indicator.get(key) or IndicatorAnswer(key)
        values |= {
            f"unit_{key}": unit,
            value_field(key): answer.value,
            day_field_name(key): answer.measured_on,
            reason_field(key): answer.not_measured,
        }
    return values

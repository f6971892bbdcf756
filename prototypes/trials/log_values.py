"""The values of the log of a test by field name: as recorded, as typed, and in comparison."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from prototypes.models import Trial
from web.forms.edit_conflicts import fingerprint

# The fields of the log form. `groups` are kept in their own rows and are not listed here.
LOG_FIELDS = (
    "participants",
    "successes",
    "observed_value",
    "result",
    "contradiction_reason",
    "learning",
    "held_on",
    "observation",
    "decision",
    "strength",
)

# The figures among them: a correction of a concluded test gives each of these, and `groups`.
FIGURES = ("held_on", "participants", "successes", "observed_value", "result", "contradiction_reason")


def groups(trial: Trial) -> dict[str, int]:
    """Return the number of participants of the test by segment, such as {"inhabitants": 8}; {} without groups."""
    return {group.segment: group.count for group in trial.groups.all()}


def recorded_values(trial: Trial) -> dict[str, Any]:
    """Return what is recorded of the test, by field of the log form: counts, day, observed value, result, texts,
    decision, strength.

    `groups` holds the number of participants by segment. A value that is not recorded is None or "".
    """
    return {name: getattr(trial, name) for name in LOG_FIELDS} | {"groups": groups(trial)}


def figures(trial: Trial) -> dict[str, Any]:
    """Return the figures of the test that a correction must give, by field of the log form.

    They are held_on, participants, successes, observed_value, result, contradiction_reason and groups.
    """
    return {name: getattr(trial, name) for name in FIGURES} | {"groups": groups(trial)}


def figures_as_typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures by field as people type them into the form: the groups as text, one a line; others unchanged."""
    return {**values, "groups": group_lines(values["groups"])}


def log_form_values(trial: Trial) -> dict[str, Any]:
    """Return the saved values of the form to log the test, by field; the groups are text, one a line."""
    recorded = recorded_values(trial)
    return recorded | {"groups": group_lines(recorded["groups"])}


def log_version(trial: Trial) -> str:
    """Return a hash of state and recorded values of the test, by which a draft on a phone remembers what its writer
    saw.
    """
    recorded = recorded_values(trial)
    counted = sorted(recorded.pop("groups").items())
    return fingerprint(trial.state, *recorded.values(), *counted)


def equals_recorded(answers: Mapping[str, Any], trial: Trial) -> bool:
    """Return whether the answers of a draft, as JSON stores them, equal what is recorded of the test.

    Empty and missing values are equal; only fields that the answers have are compared.
    """
    recorded = json_values(recorded_values(trial))
    return all((recorded[name] or None) == (value or None) for name, value in answers.items())


def json_values(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers by field as JSON stores them: decimals and dates as text, other values unchanged."""
    return {name: _json_value(value) for name, value in answers.items()}


def _json_value(value: Any) -> Any:
    """Return one value as JSON stores it: a decimal as text without needless zeros, a date as ISO text, others
    unchanged.
    """
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, (int, str, dict)) else str(value)


def group_lines(counts: Mapping[str, int]) -> str:
    """Return groups of people as text for the form, one a line with its number: “inhabitants 8”. `counts` is by
    segment.
    """
    return "\n".join(f"{segment} {count}" for segment, count in counts.items())

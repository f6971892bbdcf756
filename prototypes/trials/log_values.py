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
    """Return the number of participants of the test by segment."""
    return {group.segment: group.count for group in trial.groups.all()}


def recorded_values(trial: Trial) -> dict[str, Any]:
    """Return the recorded values of the test by field of the log form, groups included."""
    return {name: getattr(trial, name) for name in LOG_FIELDS} | {"groups": groups(trial)}


def figures(trial: Trial) -> dict[str, Any]:
    """Return the figures of the test that a correction must give, by field of the log form, groups included."""
    return {name: getattr(trial, name) for name in FIGURES} | {"groups": groups(trial)}


def figures_as_typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures by field as people type them into the form: groups as text, one a line."""
    return {**values, "groups": group_lines(values["groups"])}


def log_form_values(trial: Trial) -> dict[str, Any]:
    """Return the values that the form to log the test starts from, by field."""
    recorded = recorded_values(trial)
    return recorded | {"groups": group_lines(recorded["groups"])}


def log_version(trial: Trial) -> str:
    """Return a token for what is recorded of the test now, by which a draft remembers what its writer saw."""
    recorded = recorded_values(trial)
    counted = sorted(recorded.pop("groups").items())
    return fingerprint(trial.state, *recorded.values(), *counted)


def equals_recorded(answers: Mapping[str, Any], trial: Trial) -> bool:
    """Return whether the answers of a draft, as they are stored, equal what is recorded of the test.

    Empty and missing values are equal; only fields that the answers have are compared.
    """
    recorded = plain(recorded_values(trial))
    return all((recorded[name] or None) == (value or None) for name, value in answers.items())


def plain(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers by field as JSON stores them: decimals and dates as text."""
    return {name: _plain(value) for name, value in answers.items()}


def _plain(value: Any) -> Any:
    """Return one value as JSON stores it: a decimal without needless zeros, a date as ISO text."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, (int, str, dict)) else str(value)


def group_lines(counts: Mapping[str, int]) -> str:
    """Return groups of people as people type them into the form, such as “inhabitants 8”, one a line."""
    return "\n".join(f"{segment} {count}" for segment, count in counts.items())

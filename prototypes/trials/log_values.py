"""What the log of a test says: its values by the names of the form, as they are recorded, typed and compared."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from prototypes.models import Trial
from web.forms.edit_conflicts import fingerprint

# What a log says, by the names of its form; `groups` besides, which are rows of their own.
LOGGED = (
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

# The figures among them, `groups` besides: a correction of a concluded test names each.
FIGURES = ("held_on", "participants", "successes", "observed_value", "result", "contradiction_reason")


def groups(trial: Trial) -> dict[str, int]:
    return {group.segment: group.count for group in trial.groups.all()}


def standing(trial: Trial) -> dict[str, Any]:
    """What is logged of a test already, by the names of the form."""
    return {name: getattr(trial, name) for name in LOGGED} | {"groups": groups(trial)}


def figures(trial: Trial) -> dict[str, Any]:
    """Return the figures of a test by the names of the form, groups included."""
    return {name: getattr(trial, name) for name in FIGURES} | {"groups": groups(trial)}


def figures_as_typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures as their form takes them: groups one a line."""
    return {**values, "groups": lines(values["groups"])}


def logged(trial: Trial) -> dict[str, Any]:
    """What the form of a log starts from, by field."""
    stands = standing(trial)
    return stands | {"groups": lines(stands["groups"])}


def version(trial: Trial) -> str:
    """A mark of what stands, for a draft to remember what its writer saw. Empty answers of one kind are alike."""
    stands = standing(trial)
    counted = sorted(stands.pop("groups").items())
    return fingerprint(trial.state, *stands.values(), *counted)


def says_the_same(said: Mapping[str, Any], trial: Trial) -> bool:
    """Whether a draft's answers, as they are kept, are what stands."""
    stands = plain(standing(trial))
    return all((stands[name] or None) == (value or None) for name, value in said.items())


def plain(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as JSON keeps them."""
    return {name: _plain(value) for name, value in answers.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, (int, str, dict)) else str(value)


def lines(counted: Mapping[str, int]) -> str:
    """Groups of people as their form takes them: one a line."""
    return "\n".join(f"{segment} {count}" for segment, count in counted.items())

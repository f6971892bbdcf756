"""Corrections of an innovation team's days, and the reason why it closed, read from its history."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import F
from django_stubs_ext import StrOrPromise

from cohorts.models import InnovationTeam
from cohorts.teams.enums import TEAM_DAYS, TeamState
from cohorts.teams.steps import DAY_LABELS


@dataclass(frozen=True, slots=True)
class EarlierDay:
    """The day that a step of an innovation team had before it was corrected; None when it had none."""

    step: StrOrPromise
    day: date | None


@dataclass(frozen=True, slots=True)
class TeamChange:
    """A correction of a team's days, or the closing of the team, with the reason.

    `before` holds the days before the correction; a closing has none.
    """

    recorded_on: date
    reason: str
    before: tuple[EarlierDay, ...] = ()


def changes_of(teams: Iterable[InnovationTeam]) -> dict[int, list[TeamChange]]:
    """Return, by team id, the corrections of days and the closing (with a reason) of innovation teams, the earliest
    first.

    Read from the history in one statement; teams without any have no key.
    """
    lines: Any = InnovationTeam.pgh_event_model.objects.filter(  # type: ignore[attr-defined] # given by `tracked`
        pgh_obj__in=[team.pk for team in teams]
    )
    context = {name: F(f"pgh_context__metadata__{name}") for name in ("action", "reason")}
    rows = lines.order_by("pgh_obj", "pgh_id").values("pgh_obj", "state", "recorded_on", *TEAM_DAYS.values(), **context)
    changes = defaultdict(list)
    for before, after in pairwise(rows):
        if before["pgh_obj"] == after["pgh_obj"] and (change := _change_between(before, after)):
            changes[after["pgh_obj"]].append(change)
    return changes


def _change_between(before: dict[str, Any], after: dict[str, Any]) -> TeamChange | None:
    """Return the correction of days, or the closing, between two rows that follow each other in a team's history; None
    for others.

    `before` and `after` are mappings of state, days, action and reason. A closing without a reason gives None.
    """
    if after["action"] == "close_team" and after["reason"]:
        return TeamChange(after["recorded_on"], after["reason"])
    if after["action"] != "correct_team_days":
        return None
    changed = [(state, before[day]) for state, day in TEAM_DAYS.items() if before[day] != after[day]]
    days = tuple(EarlierDay(DAY_LABELS.get(state, TeamState(state).label), day) for state, day in changed)
    return TeamChange(after["recorded_on"], after["reason"], days) if days else None

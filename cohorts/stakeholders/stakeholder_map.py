"""The map of a cohort's stakeholders: influence by interest, today or on an earlier day, and who moved on it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from cohorts.clock import local_day
from cohorts.models import Cohort, Stakeholder
from cohorts.stakeholders.enums import Level

LEVELS: Final = tuple(Level)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a stakeholder is on the map."""

    influence: Level
    interest: Level


@dataclass(frozen=True, slots=True)
class Move:
    """A change of a stakeholder's position, on the day on which it was recorded."""

    day: date
    stakeholder: Stakeholder
    before: Position
    after: Position


@dataclass(frozen=True, slots=True)
class MapRow:
    """The stakeholders of one level of influence, in a cell for each level of interest, the lowest first."""

    influence: Level
    cells: tuple[tuple[Stakeholder, ...], ...]


@dataclass(frozen=True, slots=True)
class StakeholderMap:
    """The map on one day: rows from the highest influence to the lowest, and all moves so far, the latest first."""

    rows: tuple[MapRow, ...]
    moves: tuple[Move, ...]


def stakeholder_map(cohort: Cohort, stakeholders: Sequence[Stakeholder], day: date) -> StakeholderMap:
    """Return the map of these stakeholders of the cohort on a day of its authority, from their history (one statement).

    Stakeholders recorded after that day are left out. Those without history, as rows loaded in bulk, never moved.
    """
    positions = _positions(cohort, stakeholders)
    cells: dict[Position, list[Stakeholder]] = defaultdict(list)
    for stakeholder in stakeholders:
        if position := _position_on(day, stakeholder, positions.get(stakeholder.pk, ())):
            cells[position].append(stakeholder)
    rows = (
        MapRow(influence, tuple(tuple(cells[Position(influence, interest)]) for interest in LEVELS))
        for influence in reversed(LEVELS)
    )
    return StakeholderMap(tuple(rows), _moves(stakeholders, positions, day))


def _positions(cohort: Cohort, stakeholders: Iterable[Stakeholder]) -> Mapping[int, list[tuple[date, Position]]]:
    """Return the recorded positions of each stakeholder by key, with their days, the earliest first."""
    events: Any = Stakeholder.pgh_event_model.objects.filter(  # type: ignore[attr-defined] # given by `tracked`
        pgh_obj__in=[stakeholder.pk for stakeholder in stakeholders]
    )
    positions: dict[int, list[tuple[date, Position]]] = defaultdict(list)
    for key, moment, *levels in events.order_by("pgh_obj", "pgh_id").values_list(
        "pgh_obj", "pgh_created_at", "influence", "interest"
    ):
        positions[key].append((local_day(cohort, moment), Position(*map(Level, levels))))
    return positions


def _position_on(day: date, stakeholder: Stakeholder, positions: Sequence[tuple[date, Position]]) -> Position | None:
    """Return the position of a stakeholder at the end of a day; None for one recorded later."""
    if stakeholder.created_on and stakeholder.created_on > day:
        return None
    now = Position(Level(stakeholder.influence), Level(stakeholder.interest))
    earlier = [position for recorded_on, position in positions if recorded_on <= day]
    first = [position for _recorded_on, position in positions[:1]]
    return (earlier[-1:] or first or [now])[0]


def _moves(
    stakeholders: Iterable[Stakeholder], positions: Mapping[int, list[tuple[date, Position]]], day: date
) -> tuple[Move, ...]:
    """Return the changes of position up to a day, the latest first."""
    moves = (
        Move(recorded_on, stakeholder, before, after)
        for stakeholder in stakeholders
        for (_, before), (recorded_on, after) in pairwise(positions.get(stakeholder.pk, ()))
        if before != after and recorded_on <= day
    )
    return tuple(sorted(moves, key=lambda move: move.day, reverse=True))

"""Points of a plan: what each week and each person contributes, and the points of a complete plan."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from planning.solver.problem import DAYS_A_WEEK, FAIRNESS, UNSURE, WEIGHTS, Residency, ScoreCriterion

WEEK = timedelta(weeks=1)


def fullness(residency: Residency, monday: date) -> float:
    """Return the worth of a week, from 0 to 1: its working days without bridges out of five, half if to confirm."""
    days = residency.days_in(monday) - residency.bridges.get(monday, 0)
    return days / DAYS_A_WEEK * (UNSURE if monday in residency.unsure_weeks else 1)


def presence(residency: Residency, person: str, monday: date) -> float:
    """Return the worth of a person on site in a week: 1, or half if the person is still to confirm."""
    return UNSURE if (person, monday) in residency.unsure_people else 1


def evenness(residency: Residency, position: int, monday: date) -> float:
    """Return how close a week is to its place in an even pace, from 0 to 1: squared distance, as in the proposals of
    `programmes.workdays`.

    The time is cut into equal parts, one for each week; the middle of a part gives 1, its ends and beyond give 0.
    """
    first, last = residency.all_mondays[0], residency.all_mondays[-1]
    part = ((last - first).days + 7) / 7 / residency.weeks
    middle = part * (position + 0.5) - 0.5
    distance = (monday - first).days / 7 - middle
    return 1 - min(1, (distance / (part / 2)) ** 2)


def points_of(
    residency: Residency, mondays: Collection[date], people: Mapping[date, Collection[str]]
) -> dict[ScoreCriterion, float]:
    """Return the exact points of a plan, by criterion; `people` are those on site in each week that was placed."""
    count, size = residency.open_weeks, len(residency.team)
    ordered = sorted(mondays)
    placed = [monday for monday in ordered if monday not in residency.confirmed_weeks]
    seats = sum(presence(residency, person, monday) for monday in placed for person in people[monday])
    values = {
        ScoreCriterion.TEAM: seats / (count * size) if count * size else 0.0,
        ScoreCriterion.FULL_WEEKS: sum(fullness(residency, monday) for monday in placed) / count if count else 0.0,
        ScoreCriterion.SPREAD: sum(evenness(residency, at, monday) for at, monday in enumerate(ordered))
        / residency.weeks,
    }
    points = {criterion: WEIGHTS[criterion] * value for criterion, value in values.items()}
    return {**points, ScoreCriterion.WEEKENDS: _weekend_points(residency, placed, people)}


def _weekend_points(residency: Residency, placed: Collection[date], people: Mapping[date, Collection[str]]) -> float:
    """Return the points for weekends: all of them if nobody is elsewhere in the week before or after an on-site week.

    Most are lost with the weekends of everyone, `FAIRNESS` of them with those of the person who has most.
    """
    count, size, weight = residency.open_weeks, len(residency.team), WEIGHTS[ScoreCriterion.WEEKENDS]
    if not (count and size):
        return float(weight)
    away = {
        person: sum(
            residency.is_elsewhere(person, monday + step)
            for monday in placed
            if person in people[monday]
            for step in (-WEEK, WEEK)
        )
        for person in residency.team
    }
    of_all, of_worst = sum(away.values()) / (2 * count * size), max(away.values()) / (2 * count)
    return weight - (weight - FAIRNESS) * of_all - FAIRNESS * of_worst


def rounded(points: Mapping[ScoreCriterion, float]) -> dict[ScoreCriterion, int]:
    """Return whole points whose total is the rounded-down total: the largest fractions are rounded up."""
    rounded_down = {criterion: int(value + 1e-6) for criterion, value in points.items()}
    missing = int(sum(points.values()) + 1e-6) - sum(rounded_down.values())
    by_fraction = sorted(points, key=lambda criterion: rounded_down[criterion] - points[criterion])
    return {criterion: rounded_down[criterion] + (criterion in by_fraction[:missing]) for criterion in points}

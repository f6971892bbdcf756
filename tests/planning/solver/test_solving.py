"""Plans of small residencies: compared with every plan there is, and twenty that cannot be planned."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain, combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.solver import conflicts
from planning.solver.problem import STEPS, WEIGHTS, PlanRule, Residency, RuleKind, ScoreCriterion, WeeksPlan
from planning.solver.scoring import points_of, rounded
from planning.solver.solving import conflict_of, solve, solve_together

WEEK = timedelta(weeks=1)
FIRST = date(2027, 1, 4)
K = RuleKind
TEAM = {"ana": frozenset({"sociology"}), "bo": frozenset({"design"})}
BOTH = frozenset({"sociology", "design"})


def monday(number: int) -> date:
    return FIRST + number * WEEK


def residency(length: int = 8, **more: Any) -> Residency:
    """A residency of two on-site weeks, three apart at least, with a sociologist and a designer."""
    values: dict[str, Any] = {"weeks": 2, "weeks_apart": 3, "team": TEAM}
    return Residency(key="a", mondays=tuple(map(monday, range(length))), **{**values, **more})


def against(kind: RuleKind, *weeks: int, subject: str = "") -> dict[date, tuple[PlanRule, ...]]:
    return {monday(week): (PlanRule(kind, subject, monday(week)),) for week in weeks}


def absent(person: str, *weeks: int, kind: RuleKind = K.AWAY) -> dict[tuple[str, date], PlanRule]:
    return {(person, monday(week)): PlanRule(kind, person, monday(week)) for week in weeks}


def every_plan(row: Residency) -> Iterator[dict[date, frozenset[str]]]:
    """Yield the people of each week of every plan that respects all rules, by trying them all."""
    for chosen in combinations(row.all_mondays, row.weeks):
        placed = [day for day in chosen if day not in row.confirmed_weeks]
        gaps = [(later - earlier) // WEEK for earlier, later in combinations(chosen, 2)]
        if not (
            set(row.confirmed_weeks) <= set(chosen)
            and row.locked <= set(chosen)
            and min(gaps, default=99) >= row.weeks_apart
            and not any(set(row.ruled_out.get(day, ())) - row.exceptions for day in placed)
        ):
            continue
        for people in product(_groups(row), repeat=len(placed)):
            plan = dict(zip(placed, people, strict=True))
            if _people_fit(row, plan):
                yield plan


def _groups(row: Residency) -> list[frozenset[str]]:
    sizes = range(len(row.team) + 1)
    return [frozenset(group) for group in chain.from_iterable(combinations(row.team, size) for size in sizes)]


def _people_fit(row: Residency, plan: dict[date, frozenset[str]]) -> bool:
    days = sum(len(people) * row.days_in(day) for day, people in plan.items())
    return (row.days_left is None or days <= row.days_left) and all(
        not any((person, day) in row.away for person in people)
        and row.required <= frozenset().union(*(row.team[person] for person in people))
        for day, people in plan.items()
    )


def exact(row: Residency, plan: WeeksPlan | dict[date, frozenset[str]]) -> float:
    people = plan.people if isinstance(plan, WeeksPlan) else plan
    return sum(points_of(row, {*people, *row.confirmed_weeks}, people).values())


@st.composite
def residencies(draw: st.DrawFn) -> Residency:
    numbers = st.sets(st.integers(0, 6), max_size=3)
    closed = draw(numbers)
    return residency(
        7,
        weeks_apart=draw(st.integers(2, 4)),
        required=draw(st.sampled_from([frozenset(), frozenset({"design"}), BOTH])),
        ruled_out=against(K.HOST, *closed, subject="school"),
        exceptions=frozenset(PlanRule(K.HOST, "school", monday(week)) for week in closed if week == 3),
        away=absent("ana", *draw(numbers)) | absent("bo", *draw(numbers), kind=K.ELSEWHERE),
        days={monday(week): 4 for week in draw(numbers)},
        bridges={monday(week): 1 for week in draw(numbers)},
        unsure_weeks=frozenset(map(monday, draw(numbers))),
        unsure_people=frozenset(("ana", monday(week)) for week in draw(numbers)),
        confirmed_weeks=draw(st.sampled_from([(), (monday(0),)])),
        locked=frozenset(map(monday, draw(st.sets(st.integers(1, 6), max_size=1)))),
        days_left=draw(st.sampled_from([None, 15, 20])),
    )


@settings(max_examples=40, deadline=None)
@given(row=residencies())
def test_no_other_plan_has_more_points(row):
    settled = dict.fromkeys(row.confirmed_weeks, row)
    row = replace(row, ruled_out={day: rules for day, rules in row.ruled_out.items() if day not in settled})
    plans, outcome = list(every_plan(row)), solve(row)
    assert bool(outcome.plans) == bool(plans)
    if not plans:
        assert outcome.conflict
        return
    best_by_weeks: dict[frozenset[date], float] = {}
    for plan in plans:
        best_by_weeks[frozenset(plan)] = max(exact(row, plan), best_by_weeks.get(frozenset(plan), 0.0))
    found = [exact(row, plan) for plan in outcome.plans]
    assert found == pytest.approx(sorted(best_by_weeks.values(), reverse=True)[:3], abs=0.01)
    assert len({plan.mondays for plan in outcome.plans}) == len(outcome.plans)


@dataclass(frozen=True)
class Impossible:
    """A residency without a plan, the rules that contradict each other, and the fewest that are to be lifted."""

    name: str
    row: Residency
    conflict: set[PlanRule]
    fewest: int = 1
    change: PlanRule | None = field(default=None)


SPACING, WEEKS, DAYS = PlanRule(K.SPACING), PlanRule(K.WEEKS), PlanRule(K.DAYS)
SOCIOLOGY, DESIGN = PlanRule(K.DISCIPLINE, "sociology"), PlanRule(K.DISCIPLINE, "design")
ANA_AWAY, BO_AWAY, BO_ELSEWHERE = PlanRule(K.AWAY, "ana"), PlanRule(K.AWAY, "bo"), PlanRule(K.ELSEWHERE, "bo")
SCHOOL, BEDS, HOLIDAYS = PlanRule(K.HOST, "school"), PlanRule(K.HOST, "beds"), PlanRule(K.SCHOOL_HOLIDAYS)
ALL = range(8)


def locked(*weeks: int) -> dict[str, Any]:
    return {"locked": frozenset(map(monday, weeks))}


def lock(week: int) -> PlanRule:
    return PlanRule(K.LOCKED, "", monday(week))


def closed(host: str, *weeks: int) -> dict[date, tuple[PlanRule, ...]]:
    return against(K.HOST, *weeks, subject=host)


def in_need(*, away: dict[tuple[str, date], PlanRule], **more: Any) -> Residency:
    return residency(required=BOTH, away=away, **more)


TWO_HOSTS = {**closed("school", *range(4)), **closed("beds", *range(4, 8))}
NEVER_TOGETHER = absent("ana", *range(4)) | absent("bo", *range(4, 8))
ALWAYS_ELSEWHERE = absent("bo", *range(7), kind=K.ELSEWHERE)
IMPOSSIBLE = [
    Impossible("too short", residency(3), {WEEKS, SPACING}, change=SPACING),
    Impossible("too many weeks", residency(4, weeks=3, weeks_apart=2), {WEEKS}, change=WEEKS),
    Impossible("host closed", residency(ruled_out=closed("school", *ALL)), {WEEKS, SCHOOL}, 2),
    Impossible("holidays", residency(ruled_out=against(K.SCHOOL_HOLIDAYS, *range(7))), {WEEKS, HOLIDAYS}),
    Impossible("closed season", residency(ruled_out=against(K.CLOSED, *range(1, 8))), {WEEKS, PlanRule(K.CLOSED)}),
    Impossible("edition meets", residency(4, ruled_out=against(K.EDITION, 0)), {WEEKS, SPACING, PlanRule(K.EDITION)}),
    Impossible("own session", residency(4, ruled_out=against(K.SESSION, 3)), {WEEKS, SPACING, PlanRule(K.SESSION)}),
    Impossible("two hosts", residency(ruled_out=TWO_HOSTS), {WEEKS, SCHOOL, BEDS}, 2),
    Impossible("nobody", residency(required=frozenset({"law"})), {WEEKS, PlanRule(K.DISCIPLINE, "law")}, 2),
    Impossible("always away", in_need(away=absent("ana", *ALL)), {WEEKS, SOCIOLOGY, ANA_AWAY}, 2),
    Impossible("elsewhere", in_need(away=ALWAYS_ELSEWHERE), {WEEKS, DESIGN, BO_ELSEWHERE}),
    Impossible("never together", in_need(away=NEVER_TOGETHER), {WEEKS, SOCIOLOGY, DESIGN, ANA_AWAY, BO_AWAY}, 2),
    Impossible("in holidays", residency(ruled_out=against(K.SCHOOL_HOLIDAYS, 2), **locked(2)), {lock(2), HOLIDAYS}),
    Impossible("locked host", residency(ruled_out=closed("school", 2), **locked(2)), {lock(2), SCHOOL}),
    Impossible("locked too close", residency(**locked(2, 4)), {lock(2), lock(4), SPACING}),
    Impossible("three locked", residency(**locked(0, 3, 6)), {lock(0), lock(3), lock(6), WEEKS}),
    Impossible("locked alone", in_need(away=absent("ana", 5), **locked(5)), {lock(5), SOCIOLOGY, ANA_AWAY}),
    Impossible("locked in the middle", residency(5, **locked(2)), {lock(2), SPACING, WEEKS}),
    Impossible("days agreed", residency(required=BOTH, days_left=15), {WEEKS, SOCIOLOGY, DESIGN, DAYS}, change=DAYS),
    Impossible("near a confirmed week", residency(5, confirmed_weeks=(monday(2),)), {WEEKS, SPACING}, change=SPACING),
]


@pytest.mark.parametrize("case", IMPOSSIBLE, ids=lambda case: case.name)
def test_the_smallest_set_of_rules_that_contradict_each_other_is_named(case):
    outcome = solve(case.row)
    assert (outcome.plans, set(outcome.conflict)) == ((), case.conflict)
    assert len(outcome.changes[0].lifted) == case.fewest
    if case.change:
        assert case.change in {fixed for change in outcome.changes for fixed in change.lifted}


@pytest.mark.parametrize("case", IMPOSSIBLE, ids=lambda case: case.name)
def test_each_change_is_enough(case):
    for change in solve(case.row).changes:
        row = replace(case.row, exceptions=frozenset(change.lifted))
        if not {K.LOCKED} & {fixed.kind for fixed in change.lifted}:
            assert solve(row).plans


def test_a_conflict_is_as_small_as_can_be_where_there_are_too_many_to_compare(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(conflicts, "MOST_SETS", 1)
    for case in IMPOSSIBLE:
        assert set(conflict_of(case.row)) == case.conflict, case.name


def test_there_are_twenty_cases():
    assert len({case.name for case in IMPOSSIBLE}) == 20


def test_a_residency_that_can_be_planned_has_no_conflict():
    assert conflict_of(residency()) == ()


def test_a_locked_week_is_in_each_plan():
    assert all(monday(1) in plan.mondays for plan in solve(residency(**locked(1))).plans)


def test_an_exception_is_used_only_where_it_brings_points():
    row = residency(required=BOTH, exceptions=frozenset({PlanRule(K.DISCIPLINE, "design", monday(1))}))
    assert solve(row).plans[0].lifted == ()


def test_with_few_days_agreed_the_plan_says_who_comes():
    plan = solve(residency(days_left=15)).plans[0]
    assert sum(map(len, plan.people.values())) == 3


def test_nobody_is_at_two_sites_in_one_week():
    rows = [residency(), replace(residency(), key="b")]
    first, second = (outcome.plans[0].people for outcome in solve_together(rows))
    assert all(not people & second.get(day, frozenset()) for day, people in first.items())


def test_a_residency_without_a_plan_does_not_stop_the_others():
    rows = [residency(required=frozenset({"law"})), replace(residency(), key="b")]
    first, second = solve_together(rows)
    assert (first.plans, bool(first.conflict), len(second.plans)) == ((), True, 3)


def test_steps_are_reported():
    steps: list[int] = []
    solve(residency(3), steps.append)
    solve(residency(), steps.append)
    assert (max(steps) <= STEPS, steps[-3:]) == (True, [1, 2, 3])


@given(st.lists(st.floats(0, 40), min_size=4, max_size=4))
def test_whole_points_add_up_to_the_rounded_total(values):
    points = dict(zip(ScoreCriterion, values, strict=True))
    assert sum(rounded(points).values()) == int(sum(values) + 1e-6)


def test_weights_are_a_hundred_points():
    assert sum(WEIGHTS.values()) == 100

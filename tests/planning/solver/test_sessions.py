"""Plans of sessions of small editions: compared with every plan there is, and some that cannot be planned."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.solver.linear import LinearModel, NoAnswerInTimeError, find_another
from planning.solver.problem import STEPS
from planning.solver.session_model import moved_sessions, solve_sessions
from planning.solver.sessions import (
    Days,
    DaysOption,
    EditionSessions,
    OpenSession,
    SessionRule,
    SessionRuleKind,
    people_rule,
    share_someone,
)

K = SessionRuleKind
FIRST = date(2027, 3, 1)
ALWAYS = ((date.min, date.max),)
PEOPLE = people_rule(("a", "b"))


def no_report(_step: int) -> None:
    """Report to nobody."""


def days(*numbers: int) -> Days:
    return tuple(FIRST + timedelta(days=number) for number in numbers)


def session(key: str, current: int, *others: int, **broken: SessionRuleKind) -> OpenSession:
    """Return a session of one day, of the cohort that its key begins with, which costs a day for each that it moves.

    `broken` are rules about it that a day breaks: d3=K.LOCKED.
    """
    options = tuple(
        DaysOption(
            days(day),
            abs(day - current),
            frozenset({SessionRule(broken[f"d{day}"], key)} if f"d{day}" in broken else ()),
        )
        for day in (current, *others)
    )
    return OpenSession(key, key[0], days(current), options)


def edition(*sessions: OpenSession, shared: Any = (("a", "b"),)) -> EditionSessions:
    return EditionSessions(sessions=sessions, shared=dict.fromkeys(shared, ALWAYS))


def respects_all(row: EditionSessions, chosen: tuple[DaysOption, ...]) -> bool:
    """Return whether these options break no rule, cohorts keep the order of their sessions, and nobody is expected
    twice.
    """
    pairs = list(zip(row.sessions, chosen, strict=True))
    for cohort in "abc":
        own = [option.days for session, option in pairs if session.cohort == cohort]
        if any(later[0] <= earlier[-1] for earlier, later in pairwise(own)):
            return False
    for pair in row.shared:
        first, second = ({day for one, option in pairs if one.cohort == each for day in option.days} for each in pair)
        if any(share_someone(row.shared, pair, day) for day in first & second):
            return False
    return not any(option.broken_rules for option in chosen)


def every_plan(row: EditionSessions) -> Iterator[tuple[int, dict[str, Days]]]:
    """Yield the cost and the days of every plan that respects all rules, by trying them all."""
    for chosen in product(*(each.options for each in row.sessions)):
        if respects_all(row, chosen):
            found = {each.key: option.days for each, option in zip(row.sessions, chosen, strict=True)}
            yield sum(option.cost for option in chosen), found


@st.composite
def editions(draw: st.DrawFn) -> EditionSessions:
    """Draw an edition of three cohorts with sessions of one or two days; some cohorts share people for a time."""
    rows = []
    for key in ("a1", "a2", "b1", "c1"):
        length, starts = draw(st.integers(1, 2)), draw(st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True))
        options = tuple(DaysOption(days(*range(start, start + length)), draw(st.integers(0, 9))) for start in starts)
        rows.append(OpenSession(key, key[0], options[0].days, options))
    times = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda each: (days(*sorted(each)),))
    shared = draw(st.dictionaries(st.sampled_from([("a", "b"), ("a", "c"), ("b", "c")]), times))
    return EditionSessions(sessions=tuple(rows), shared=shared)


@settings(max_examples=60, deadline=None)
@given(row=editions())
def test_no_other_plan_costs_less(row: EditionSessions):
    possible, found = list(every_plan(row)), solve_sessions(row, no_report)
    assert bool(found.plans) == bool(possible)
    if not possible:
        return
    assert found.plans[0].cost == min(cost for cost, _chosen in possible)
    assert [plan.cost for plan in found.plans] == sorted(plan.cost for plan in found.plans)
    assert all((plan.cost, dict(plan.chosen)) in possible for plan in found.plans)
    assert len({tuple(plan.chosen.values()) for plan in found.plans}) == len(found.plans)


def test_only_what_has_to_move_moves_and_other_plans_move_something_else():
    row = edition(session("a1", 0, 1, 8), session("a2", 20, 21), session("b1", 0, 2, 9))
    plans = solve_sessions(row, no_report).plans
    assert [[each.key for each in moved_sessions(row, plan)] for plan in plans] == [["a1"], ["b1"], ["a1"]]
    assert [plan.cost for plan in plans] == [1, 2, 8]
    assert len(solve_sessions(edition(session("a1", 0, 1), session("b1", 3, 2)), no_report).plans) == 1


def test_someone_who_has_left_does_not_stop_a_session():
    row = EditionSessions(sessions=(session("a1", 4, 5), session("b1", 4, 5)), shared={("a", "b"): (days(0, 3),)})
    assert solve_sessions(row, no_report).plans[0].cost == 0


def rule(kind: SessionRuleKind, key: str) -> SessionRule:
    return SessionRule(kind, key)


@pytest.mark.parametrize(
    ("row", "conflict", "changes"),
    [
        (
            edition(session("a1", 0, 1, d1=K.LOCKED), session("b1", 0, 1, d1=K.LOCKED)),
            {PEOPLE, rule(K.LOCKED, "a1"), rule(K.LOCKED, "b1")},
            [{rule(K.LOCKED, "a1")}, {rule(K.LOCKED, "b1")}, {PEOPLE}],
        ),
        (
            edition(session("a1", 0, 50, d50=K.NEAR), session("b1", 0)),
            {PEOPLE, rule(K.NEAR, "a1")},
            [{rule(K.NEAR, "a1")}, {PEOPLE}],
        ),
        (
            edition(session("a1", 0, 1, d1=K.HOLIDAYS), session("a2", 2), session("b1", 0)),
            {PEOPLE, rule(K.HOLIDAYS, "a1")},
            [{rule(K.HOLIDAYS, "a1")}, {PEOPLE}],
        ),
        (edition(session("a1", 0), session("b1", 0)), {PEOPLE}, [{PEOPLE}]),
        (
            edition(
                session("a1", 0), session("b1", 0), session("c1", 0, 1, d1=K.LOCKED), shared=(("a", "b"), ("b", "c"))
            ),
            {PEOPLE},
            [{PEOPLE, people_rule(("b", "c"))}, {PEOPLE, rule(K.LOCKED, "c1")}],
        ),
        (edition(session("a1", 0), session("a2", 0)), set(), []),  # two sessions of one cohort: nothing helps
    ],
    ids=["both locked", "too far", "holidays", "fixed", "three cohorts", "one cohort"],
)
def test_what_contradicts_itself_is_named(
    row: EditionSessions, conflict: set[SessionRule], changes: list[set[SessionRule]]
):
    steps: list[int] = []
    found = solve_sessions(row, steps.append)
    assert (found.plans, set(found.conflict)) == ((), conflict)
    assert sorted(map(sorted_rules, (change.lifted for change in found.changes))) == sorted(map(sorted_rules, changes))
    assert steps == sorted(steps)
    assert max(steps) <= STEPS


def sorted_rules(rules: Any) -> list[Any]:
    return sorted(each.sort_key for each in rules)


def test_a_model_that_is_not_solved_in_time_is_not_taken_for_one_without_a_plan():
    model = LinearModel(seconds=0)
    chosen = [model.add_variable() for _ in range(60)]
    for first in range(60):
        model.at_most({chosen[first]: 3, chosen[first * 7 % 60 - 1]: 5, chosen[first * 11 % 60 - 2]: 7}, 11)
    points = {variable: 1.0 + variable % 7 for variable in chosen}
    with pytest.raises(NoAnswerInTimeError):
        find_another(lambda: model.maximise(points), [])
    assert find_another(lambda: model.maximise(points), ["plan"]) is None


@pytest.mark.parametrize("order", [(2, 5), (5, 2)])
def test_of_plans_that_cost_the_same_the_one_with_the_shorter_moves_is_chosen(order: tuple[int, int]):
    offered = (DaysOption(days(3)), *(DaysOption(days(day), 2) for day in order))  # a Monday costs one day more
    fixed = OpenSession("b1", "b", days(3), (DaysOption(days(3)),))
    row = edition(OpenSession("a1", "a", days(3), offered), fixed)
    assert solve_sessions(row, no_report).plans[0].chosen["a1"] == days(2)

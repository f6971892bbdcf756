"""Plans of small editions: compared with every plan there is, and twenty that cannot be planned."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.solver.exchange_model import proposals_of, solve_exchanges
from planning.solver.exchanges import (
    KM_PER_MEMBER_DAY,
    DateOption,
    EditionExchanges,
    ExchangeCriterion,
    ExchangeRule,
    ExchangeRuleKind,
    ExchangesPlan,
    HostRecord,
    OpenExchange,
    with_totals,
)
from planning.solver.problem import STEPS
from tests.planning.exchange_order import is_in_order, out_of_turn

K = ExchangeRuleKind
WEEK = timedelta(weeks=1)
FIRST = date(2027, 6, 1)
TURNS, CLOSED, EDITION = ExchangeRule(K.TURNS), ExchangeRule(K.CLOSED), ExchangeRule(K.EDITION)


def day(number: int, week: int = 0) -> date:
    """Return a day of the window of an Intertransfo, in a week of it."""
    return FIRST + number * 26 * WEEK + week * WEEK


def about(kind: ExchangeRuleKind, subject: str) -> ExchangeRule:
    return ExchangeRule(kind, subject)


def no_report(_step: int) -> None:
    """Report to nobody."""


def exchange(number: int, hosts: str, *broken: ExchangeRule, weeks: int = 2, **more: Any) -> OpenExchange:
    """Return an Intertransfo that these hosts may take in some weeks; all its options break these rules."""
    rules = frozenset(broken)
    options = [DateOption(host, day(number, week), 10 * week, rules) for host in hosts for week in range(weeks)]
    values = {"able": frozenset(hosts), "options": tuple(options), **more}
    return OpenExchange(key=str(number), days=2, **values)


def edition(*exchanges: OpenExchange, **turns: int) -> EditionExchanges:
    """Return an edition of the hosts a, b and c, of which the last is far away."""
    hosts = {
        host: HostRecord(turns.get(host, 0), None, travel) for host, travel in zip("abc", (200, 200, 900), strict=True)
    }
    far = {host: {other: 100 * (host != other) + 300 * ("c" in {host, other}) for other in "abc"} for host in "abc"}
    return EditionExchanges(exchanges=exchanges, hosts=hosts, kilometres=far, people=30)


def every_plan(row: EditionExchanges) -> Iterator[ExchangesPlan]:
    """Yield every plan that breaks no rule, by trying them all."""
    for options in product(*(each.options for each in row.exchanges)):
        plan = with_totals(row, {each.key: option for each, option in zip(row.exchanges, options, strict=True)})
        if not plan.lifted and is_in_order(row, plan) and not out_of_turn(row, plan):
            yield plan


def cost(row: EditionExchanges, plan: ExchangesPlan) -> float:
    """Return what a plan costs in member-days."""
    totals = plan.totals
    travel = totals[ExchangeCriterion.TRAVEL] / KM_PER_MEMBER_DAY
    return totals[ExchangeCriterion.DATES] + travel + row.weight_of_furthest * totals[ExchangeCriterion.FURTHEST]


def places(plan: ExchangesPlan) -> list[tuple[str, date]]:
    return [(option.host, option.day) for option in plan.chosen.values()]


@st.composite
def editions(draw: st.DrawFn) -> EditionExchanges:
    """Draw an edition of up to three Intertransfos whose windows may touch."""
    hosts = {
        host: HostRecord(
            draw(st.integers(0, 1)), draw(st.sampled_from([None, day(-1), day(-2)])), draw(st.integers(0, 900))
        )
        for host in "abc"
    }
    rows = []
    for number in range(draw(st.integers(1, 3))):
        days = draw(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6)), min_size=1, max_size=4, unique=True))
        options = tuple(
            DateOption(host, FIRST + timedelta(days=3 * number + shift), draw(st.integers(0, 50)))
            for host, shift in days
        )
        able = frozenset(draw(st.sets(st.sampled_from("abc"))))
        rows.append(OpenExchange(str(number), 2, options, able, draw(st.sampled_from([True, True, False]))))
    far = {host: {other: draw(st.integers(0, 500)) for other in "abc"} for host in "abc"}
    proposed = {row.key: (row.options[0].host, row.options[0].day) for row in rows}
    return EditionExchanges(exchanges=tuple(rows), hosts=hosts, kilometres=far, people=30, one_by_one=proposed)


@settings(max_examples=60, deadline=None)
@given(row=editions())
def test_no_other_plan_is_better_and_one_is_never_worse_than_the_proposals(row):
    possible, found = list(every_plan(row)), solve_exchanges(row, no_report)
    assert bool(found.plans) == bool(possible)
    if not possible:
        return
    best = min(cost(row, plan) for plan in possible)
    assert cost(row, found.plans[0]) == pytest.approx(best, abs=0.05)
    assert len({tuple(places(plan)) for plan in found.plans}) == len(found.plans)
    assert all(places(plan) in [places(each) for each in possible] for plan in found.plans)
    proposed = proposals_of(row)
    assert proposed is not None
    if any(plan.is_never_worse_than(proposed) for plan in possible):
        assert any(plan.is_never_worse_than(proposed) for plan in found.plans)


@dataclass(frozen=True)
class Impossible:
    """An edition without a plan, the rules that contradict each other, and the fewest that are to be lifted."""

    name: str
    row: EditionExchanges
    conflict: set[ExchangeRule]
    fewest: int = 1


def near(number: int) -> ExchangeRule:
    return about(K.TARGET, str(number))


def locked(number: int) -> ExchangeRule:
    return about(K.LOCKED, str(number))


def starts(host: str) -> ExchangeRule:
    return about(K.STARTS, host)


def declined(host: str) -> ExchangeRule:
    return about(K.DECLINED, host)


def either(number: int, *exchanges: OpenExchange, able: str = "abc") -> OpenExchange:
    """Return an Intertransfo with the options of several."""
    options = tuple(option for each in exchanges for option in each.options)
    return OpenExchange(str(number), 2, options, frozenset(able))


def on(number: int, host: str, when: date, *broken: ExchangeRule) -> OpenExchange:
    """Return an Intertransfo with one option."""
    return OpenExchange(str(number), 2, (DateOption(host, when, 0, frozenset(broken)),), frozenset("abc"))


FREE = exchange(0, "abc")
IMPOSSIBLE = [
    Impossible("closed", edition(exchange(0, "abc", CLOSED)), {CLOSED}),
    Impossible("after the end", edition(exchange(0, "abc", EDITION)), {EDITION}),
    Impossible("far from the target", edition(exchange(0, "abc", near(0))), {near(0)}),
    Impossible("closed and far", edition(exchange(0, "a", CLOSED, near(0))), {near(0)}, 2),
    Impossible(
        "closed or far", edition(either(0, exchange(0, "a", CLOSED), exchange(0, "a", near(0)))), {CLOSED, near(0)}
    ),
    Impossible("starts later", edition(exchange(0, "a", starts("a"))), {starts("a")}),
    Impossible(
        "all start later",
        edition(either(0, exchange(0, "a", starts("a")), exchange(0, "b", starts("b")))),
        {starts("a"), starts("b")},
    ),
    Impossible("declined", edition(exchange(0, "a", declined("a"))), {declined("a")}),
    Impossible(
        "all declined",
        edition(either(0, *(exchange(0, host, declined(host)) for host in "abc"))),
        {declined(host) for host in "abc"},
    ),
    Impossible(
        "one declined, the other starts later",
        edition(either(0, exchange(0, "a", declined("a")), exchange(0, "b", starts("b")))),
        {declined("a"), starts("b")},
    ),
    Impossible("host again at once", edition(exchange(0, "a"), exchange(1, "a", able=frozenset("ab"))), {TURNS}),
    Impossible("has hosted most", edition(exchange(0, "a", able=frozenset("ab")), a=1), {TURNS}),
    Impossible(
        "the one in turn is closed",
        edition(either(0, exchange(0, "a"), exchange(0, "b", CLOSED), able="ab"), a=1),
        {TURNS, CLOSED},
    ),
    Impossible(
        "the one in turn starts later",
        edition(either(0, exchange(0, "a"), exchange(0, "b", starts("b")), able="ab"), a=1),
        {TURNS, starts("b")},
    ),
    Impossible(
        "locked in a closed time",
        edition(either(0, exchange(0, "a", locked(0)), exchange(0, "a", CLOSED))),
        {locked(0), CLOSED},
    ),
    Impossible(
        "locked after the end",
        edition(either(0, exchange(0, "a", locked(0)), exchange(0, "a", EDITION))),
        {locked(0), EDITION},
    ),
    Impossible(
        "locked too early for the next",
        edition(
            either(0, on(0, "a", day(1, 3)), on(0, "a", day(0), locked(0))),
            either(1, on(1, "b", day(1)), on(1, "b", day(1, 4), near(1))),
        ),
        {locked(0), near(1)},
    ),
    Impossible(
        "two locked at once",
        edition(
            either(0, on(0, "a", day(1)), on(0, "a", day(0), locked(0))),
            either(1, on(1, "b", day(1)), on(1, "b", day(1, 1), locked(1))),
        ),
        {locked(0), locked(1)},
    ),
    Impossible(
        "nothing at the end",
        edition(exchange(0, "abc"), either(1, exchange(1, "b", CLOSED), exchange(1, "c", EDITION))),
        {CLOSED, EDITION},
    ),
    Impossible(
        "two far from their targets", edition(exchange(0, "a", near(0)), exchange(1, "b", near(1))), {near(0)}, 2
    ),
]


@pytest.mark.parametrize("case", IMPOSSIBLE, ids=lambda case: case.name)
def test_the_smallest_set_of_rules_that_contradict_each_other_is_named_and_each_change_is_enough(case):
    found = solve_exchanges(case.row, no_report)
    assert (found.plans, set(found.conflict)) == ((), case.conflict)
    assert len(found.changes[0].lifted) == case.fewest
    for change in found.changes:
        assert set(change.lifted) >= set(change.plan.lifted)
        assert not (out_of_turn(case.row, change.plan) and TURNS not in change.lifted)
        assert solve_exchanges(without(case.row, set(change.lifted)), no_report).plans


def without(row: EditionExchanges, lifted: set[ExchangeRule]) -> EditionExchanges:
    """Return an edition in which these rules do not hold."""
    rows = [
        replace(
            each,
            options=tuple(replace(option, broken_rules=option.broken_rules - lifted) for option in each.options),
            takes_turn=each.takes_turn and TURNS not in lifted,
        )
        for each in row.exchanges
    ]
    return replace(row, exchanges=tuple(rows))


def test_there_are_twenty_cases():
    assert len({case.name for case in IMPOSSIBLE}) == 20


def test_of_plans_that_are_equal_the_one_that_changes_less_is_better():
    for week in range(2):
        options = tuple(DateOption("a", day(0, each)) for each in range(2))
        row = edition(OpenExchange("0", 2, options, frozenset("abc"), current=("a", day(0, week))))
        assert places(solve_exchanges(row, no_report).plans[0]) == [("a", day(0, week))]


def test_among_cohorts_with_as_many_turns_the_one_that_waited_longest_hosts_first():
    row = edition(exchange(0, "abc"), exchange(1, "abc"), exchange(2, "abc"))
    hosted = {"a": day(-1), "b": day(-3), "c": day(-2)}
    hosts = {host: HostRecord(1, when, row.hosts[host].travel) for host, when in hosted.items()}
    best = solve_exchanges(replace(row, hosts=hosts), no_report).plans[0]
    assert [host for host, _day in places(best)] == ["b", "c", "a"]


def test_an_edition_without_any_day_left_has_neither_plan_nor_change():
    found = solve_exchanges(edition(exchange(0, "")), no_report)
    assert (found.plans, found.conflict, found.changes) == ((), (), ())


def test_steps_of_editions_are_reported():
    steps: list[int] = []
    solve_exchanges(edition(exchange(0, "a", CLOSED)), steps.append)
    solve_exchanges(edition(FREE), steps.append)
    assert (max(steps) <= STEPS, steps[-3:]) == (True, [1, 2, 3])

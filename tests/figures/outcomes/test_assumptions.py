"""The rates under less favourable assumptions: what each counts in another way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.outcomes.assumptions import ASSUMPTIONS, Acceptance, acceptance, assumptions, if_wrong_json, upper_bound
from figures.outcomes.outcome_counts import Figures, shares_json
from figures.rates import MonthCounts, wilson
from tests.figures.outcomes.test_outcome_counts import DAY, EXAMPLE, NOTHING, figures_of

# Ten ideas: one implemented at once, three later of which one in part, one abandoned, five open of which two are not
# confirmed; and two merged ones.
TEN = Figures(
    DAY,
    (MonthCounts(0.5, 1, 0, 0), MonthCounts(6, 3, 0, 0), MonthCounts(8, 0, 1, 0), MonthCounts(14, 0, 0, 5)),
    doubts={"unconfirmed": {14: 2}, "in_part": {6: 1}, "merged": {3: 2}},
)


def test_each_assumption_counts_its_ideas_in_another_way():
    assert {
        one.slug: (one.ideas, one.figures.implemented, one.figures.abandoned, one.figures.open)
        for one in assumptions(TEN)
    } == {
        "unconfirmed_abandoned": (2, 4, 3, 3),
        "merged_not_implemented": (2, 4, 3, 5),
        "in_part_abandoned": (1, 3, 2, 5),
        "at_once_left_out": (1, 3, 1, 5),
    }


def test_ideas_are_abandoned_after_the_months_they_were_seen_for():
    by_month = {one.slug: one.figures.by_month for one in assumptions(TEN)}
    assert by_month["merged_not_implemented"][1] == MonthCounts(3, 0, 2, 0)
    assert by_month["unconfirmed_abandoned"][-1] == MonthCounts(14, 0, 2, 3)
    assert by_month["in_part_abandoned"][1] == MonthCounts(6, 2, 1, 0)


@pytest.mark.parametrize(("months", "ideas"), [(0, 1), (1, 1), (1.0323, 0)])
def test_at_once_is_within_a_month(months: float, ideas: int):
    figures = Figures(DAY, (MonthCounts(months, 1, 0, 0), MonthCounts(9, 0, 0, 5)))
    assert {one.slug: one.ideas for one in assumptions(figures)}["at_once_left_out"] == ideas


def test_assumptions_that_concern_no_idea_change_nothing():
    assert [(one.ideas, shares_json(one.figures)) for one in assumptions(EXAMPLE)] == [(0, shares_json(EXAMPLE))] * 4


def test_without_an_accepted_idea_there_is_no_assumption():
    assert assumptions(replace(NOTHING, doubts={"merged": {3: 1}})) == []


ideas = st.lists(st.tuples(st.integers(0, 30), st.sampled_from([0, 1, 2])), min_size=1, max_size=30)


@given(ideas, st.data())
def test_no_assumption_makes_the_shares_higher(rows: list[tuple[int, int]], data: st.DataObject):
    figures = figures_of(rows)
    some = {
        "unconfirmed": [months for months, outcome in rows if outcome == 0],
        "in_part": [months for months, outcome in rows if outcome == 1],
        "merged": list(range(0, 30, 7)),
    }
    doubts = {
        name: {month: months.count(month) for month in data.draw(st.sets(st.sampled_from(months)))}
        for name, months in some.items()
        if months
    }
    for one in assumptions(replace(figures, doubts=doubts)):
        assert (one.figures.rate or 0) <= (figures.rate or 0)
        for months in (12, 24):
            share = one.figures.curve.at(months).implemented or 0
            assert share <= (figures.curve.at(months).implemented or 0) + 1e-12, one.slug


def test_acceptance_counts_the_ideas_accepted_of_those_captured():
    found = acceptance(replace(EXAMPLE, captured=6, days_to_acceptance=20))
    assert (found, found and found.share) == (Acceptance(24, 30, 20), 0.8)


@pytest.mark.parametrize("figures", [NOTHING, replace(EXAMPLE, of_period=True)], ids=["none", "period"])
def test_without_captured_ideas_or_in_a_period_there_is_no_acceptance(figures: Figures):
    assert acceptance(figures) is None


def test_upper_bound_is_given_where_nothing_is_implemented_yet():
    open_ideas = figures_of([(3, 0)] * 12)
    assert upper_bound(open_ideas) == wilson(0, 12)[1]
    several = replace(open_ideas, cohort_months=(([], [], [3] * 6),) * 2)
    assert upper_bound(several) == wilson(0, 2)[1]
    assert [upper_bound(figures) for figures in (EXAMPLE, NOTHING)] == [None, None]


def test_json_has_each_assumption_acceptance_and_the_upper_bound():
    answer = if_wrong_json(TEN)
    assert list(answer) == [*ASSUMPTIONS, "acceptance", "upper_bound"]
    assert answer["in_part_abandoned"] == {
        "ideas": 1,
        "stock": {"rate": 0.3},
        "incidence": [{"months": 12, "implemented": 0.3}, {"months": 24, "implemented": 0.3}],
    }
    assert answer["acceptance"] == {"captured": 10, "accepted": 10, "half_within_days": None}
    assert answer["upper_bound"] is None
    assert if_wrong_json(NOTHING) == {"acceptance": None, "upper_bound": None}

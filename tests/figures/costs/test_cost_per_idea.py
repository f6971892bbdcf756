"""What a cohort cost for each implemented idea: the division, the interval, the sentences."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from figures.costs.cost_per_idea import cost_so_far, estimated_cost
from figures.costs.panels import cost_panel
from figures.outcomes.outcome_counts import Figures, month_counts
from tests.factories.cast import Cast
from tests.factories.prototypes import IdeaFactory, measured_idea

SPENT = Decimal(84_000)


def figures(**ideas: Any) -> Figures:
    """Return the figures of one cohort, from pairs of months and number by outcome."""
    counts = {(months, outcome): number for outcome, pairs in ideas.items() for months, number in pairs}
    return Figures(date(2026, 11, 24), by_month=month_counts(counts))


def test_without_an_implemented_idea_there_is_no_cost():
    nothing = figures(open=[(30, 10)])
    assert (cost_so_far(SPENT, nothing), estimated_cost(SPENT, nothing)) == (None, None)


def test_the_interval_of_the_cost_is_that_of_the_share():
    followed = figures(implemented=[(3, 4)], open=[(30, 6)])
    assert cost_so_far(SPENT, followed) == Decimal(21_000)
    estimate, within = estimated_cost(SPENT, followed), followed.share_within(24)
    assert estimate is not None
    assert (estimate.months, estimate.low, estimate.high) == (24, within.low, within.high)
    assert float(estimate.least) == pytest.approx(84_000 / (10 * within.high))
    assert float(estimate.most) == pytest.approx(84_000 / (10 * within.low))


def test_a_year_is_used_where_two_are_not_known():
    young = figures(implemented=[(3, 4)], open=[(13, 6), (1, 1)])
    assert estimated_cost(SPENT, young).months == 12
    assert estimated_cost(SPENT, figures(implemented=[(3, 1)], open=[(1, 6)])) is None


@given(st.integers(1, 30), st.integers(0, 30), st.integers(1, 10**9))
def test_the_estimate_contains_the_plain_cost_where_all_outcomes_are_known(
    implemented: int, still_open: int, cents: int
):
    known = figures(implemented=[(2, implemented)], open=[(25, still_open)] if still_open else [])
    estimate = estimated_cost(Decimal(cents), known)
    if estimate is not None:
        assert estimate.least <= cost_so_far(Decimal(cents), known) * Decimal("1.000001")
        assert estimate.most is None or cost_so_far(Decimal(cents), known) <= estimate.most * Decimal("1.000001")


@pytest.mark.django_db
def test_the_panel_counts_the_ideas_of_its_cohort_only(cast: Cast):
    request = RequestFactory().get("/")
    measured_idea(cohort=cast.other_cohort)
    assert cost_panel(request, cast.cohort, SPENT) is None
    IdeaFactory(cohort=cast.cohort, state="accepted")
    with override("en"):
        assert cost_panel(request, cast.cohort, SPENT) == {
            "cost": "",
            "so_far": "No idea is implemented yet: there is no cost per implemented idea.",
            "estimate": "",
        }
        measured_idea(cohort=cast.cohort)
        assert cost_panel(request, cast.cohort, Decimal(0)) is None
        panel = cost_panel(request, cast.cohort, SPENT)
        assert panel is not None
        assert (panel["cost"], panel["estimate"]) == ("€84,000", "")
        assert panel["so_far"] == "By 24 November 2026: €84,000 spent, 1 idea implemented of 2 accepted."

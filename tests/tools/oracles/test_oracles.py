"""The curve of five hundred sets of ideas, compared with two independent implementations: R and lifelines."""

import warnings
from math import isnan, nan

import pandas as pd
import pytest
from lifelines import AalenJohansenFitter

from figures.rates import cumulative_incidence
from tests.full import only_in_full
from tools.oracles import survfit
from tools.oracles.__main__ import ESTIMATES, INTERVALS, distances, interval_distances, share_distances
from tools.oracles.sets import ABANDONED, IMPLEMENTED, OPEN, SETS, portfolio

CODES = {IMPLEMENTED: 1, ABANDONED: 2, OPEN: 0}


def test_sets_cover_every_edge_case():
    sets = [portfolio(number) for number in range(SETS)]
    kinds = [frozenset(outcome for _, outcome in ideas) for ideas in sets]
    shares_open = [sum(outcome == OPEN for _, outcome in ideas) / len(ideas) for ideas in sets]
    corners = {
        "one idea": sum(len(ideas) == 1 for ideas in sets),
        "no events": kinds.count(frozenset({OPEN})),
        "all abandoned": kinds.count(frozenset({ABANDONED})),
        "all implemented": kinds.count(frozenset({IMPLEMENTED})),
        "heavy censoring": sum(0.7 < share < 1 for share in shares_open),
        "ties of all three kinds": sum(_tied(ideas) for ideas in sets),
    }
    assert {corner: found >= 20 for corner, found in corners.items()} == dict.fromkeys(corners, True)


def _tied(ideas):
    months = {month for month, _ in ideas}
    return any(len({outcome for when, outcome in ideas if when == month}) == 3 for month in months)


def test_figures_equal_those_recorded_from_r():
    """The first, the middle and the last step of each set that has any."""
    recorded, compared = survfit.recorded_answer(), 0
    for number in range(SETS):
        steps = {step.months: step for step in cumulative_incidence(portfolio(number)).steps}
        rows = recorded.steps.get(number, [])
        assert bool(rows) == bool(steps), number
        for row in rows:
            mine = steps[row.months]
            assert mine.at_risk == row.at_risk
            assert max(share_distances(mine, row)) <= ESTIMATES, (number, row)
            assert max(interval_distances(mine, row)) <= INTERVALS, (number, row)
            compared += 1
    assert compared > 900


@only_in_full
def test_figures_equal_those_of_installed_r():
    runner = survfit.find_rscript()
    if runner is None:
        pytest.skip("R with survival and cmprsk is not installed: its figures are read as they were written down")
    estimates, ends, steps = distances(survfit.run_survfit(runner))
    assert (estimates <= ESTIMATES, ends <= INTERVALS, steps > 3000) == (True, True, True)


def untied(ideas):
    """Return the same ideas at distinct instants: lifelines would otherwise move ties at random, across censoring too.

    Within a month events come before censoring; splitting a tie does not change the estimate after it. Everything moves
    one month later, because lifelines reserves time 0. Returns the durations, the codes, and the end of each month.
    """
    rows = sorted((month, outcome == OPEN, CODES[outcome]) for month, outcome in ideas)
    instants = [month + 1 + rank / 1000 for rank, (month, _, _) in enumerate(rows)]
    return instants, [code for _, _, code in rows], {month: i for i, (month, _, _) in zip(instants, rows, strict=True)}


def lifelines_figures(ideas):
    durations, codes, ends = untied(ideas)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # log(0) until the first implementation
        fit = AalenJohansenFitter().fit(pd.Series(durations), pd.Series(codes), event_of_interest=1)
    shares, bounds = fit.cumulative_density_.iloc[:, 0], fit.confidence_interval_
    return {month: (shares[end], *sorted_bounds(bounds.loc[end])) for month, end in ends.items()}


def sorted_bounds(bounds):
    return sorted(bounds) if not any(map(isnan, bounds)) else (nan, nan)


def test_figures_equal_those_of_lifelines():
    """Every sixth set, because each takes a quarter of a second."""
    estimates = intervals = 0
    for number in range(0, SETS, 6):
        ideas = portfolio(number)
        curve = cumulative_incidence(ideas)
        for month, (share, low, high) in lifelines_figures(ideas).items():
            point = curve.at(month)
            assert point.implemented == pytest.approx(share, abs=ESTIMATES), (number, month)
            estimates += 1
            if not isnan(low):  # it divides by the number left after the event, which may be 0
                assert (point.low, point.high) == pytest.approx((low, high), abs=INTERVALS), (number, month)
                intervals += 1
    assert (estimates > 700, intervals > 300) == (True, True)

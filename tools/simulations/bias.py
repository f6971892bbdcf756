"""By how much the estimated share at whole months differs from the true one, with exact and with completed months."""

from dataclasses import dataclass
from math import sqrt
from random import Random
from statistics import fmean, stdev

from figures.rates import cumulative_incidence
from tools.simulations.draws import AS_OF, Future, dated_ideas

HORIZONS = (6, 12, 18, 24)
IDEAS = 200
LONGEST = 36  # months before the as-of date in which ideas are accepted


@dataclass(frozen=True)
class Bias:
    """The mean difference of the estimate from the truth, in points (hundredths), with its standard error.

    `exact` and `completed` are against the share of the same ideas if all were followed, whose mean is the truth:
    that takes most of the chance out. `estimate` is the mean estimate with exact months.
    """

    months: int
    truth: float
    estimate: float
    exact: float
    completed: float
    standard_error: float


def biases(repetitions: int, seed: int) -> list[Bias]:
    """Return the bias at each horizon, over `repetitions` sets of 200 ideas followed for up to three years."""
    chance, future = Random(seed), Future()
    draws = [_one_set(chance, future) for _ in range(repetitions)]
    return [_bias(months, future.share_within(months), [draw[months] for draw in draws]) for months in HORIZONS]


def _one_set(chance: Random, future: Future) -> dict[int, tuple[float, float, float]]:
    """Return per horizon the estimates of one set: with exact months, completed months, and with all followed."""
    ideas = list(dated_ideas(chance, IDEAS, future, LONGEST))
    exact, completed = (
        cumulative_incidence(idea.observation(AS_OF, exact=choice) for idea in ideas) for choice in (True, False)
    )
    return {
        months: (
            exact.at(months).implemented or 0.0,
            completed.at(months).implemented or 0.0,
            fmean(idea.implemented and idea.months <= months for idea in ideas),
        )
        for months in HORIZONS
    }


def _bias(months: int, truth: float, draws: list[tuple[float, float, float]]) -> Bias:
    exact = [100 * (estimate - full) for estimate, _, full in draws]
    completed = [100 * (estimate - full) for _, estimate, full in draws]
    error = stdev(exact) / sqrt(len(draws))
    estimate = fmean(estimate for estimate, _, _ in draws)
    return Bias(months, truth, estimate, fmean(exact), fmean(completed), error)

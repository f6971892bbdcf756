"""How often each interval contains the truth, scenario by scenario."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import exp, log, sqrt
from random import Random
from statistics import fmean

from figures.implementation.funnel import Others, limits
from figures.intervals.differences import ShareWithLimits, share_difference
from figures.intervals.pooled import pooled_count, pooled_incidence
from figures.intervals.student import t_multiplier
from figures.rates import cumulative_incidence, wilson
from tools.simulations.draws import (
    Future,
    cohort_counts,
    cohort_months,
    observed,
    successes,
)

HORIZON = 12
SHARES = (0.1, 0.2, 0.35, 0.5, 0.8)
LIKENESS = (0.0, 0.05, 0.2)
SIZES = {
    2: [(8, 8), (5, 40), (12, 25), (40, 40)],
    3: [(12, 12, 12), (5, 10, 40), (5, 40, 40)],
    4: [(12, 12, 12, 12), (5, 8, 20, 60), (5, 5, 5, 80)],
    6: [(6, 9, 12, 15, 20, 30), (3, 3, 3, 3, 50, 50)],
    12: [(25,) * 12, (5,) * 11 + (80,)],
}
# Each cohort's ideas are followed between so many months: all beyond the horizon, or later cohorts not so long.
FOLLOWED = {
    2: [((18, 30), (18, 30)), ((18, 30), (8, 20))],
    3: [((18, 30),) * 3, ((24, 30), (13, 20), (2, 8))],
    4: [((18, 30),) * 4, ((24, 30), (18, 24), (10, 16), (2, 8)), ((24, 30), (13, 24), (3, 9), (2, 8))],
    6: [
        ((18, 30),) * 6,
        ((24, 30), (24, 30), (15, 21), (10, 16), (6, 12), (2, 8)),
        ((24, 30), (13, 24), *((2, 8),) * 4),
    ],
}
COHORT_SIZES = {
    2: [(12, 12), (10, 40)],
    3: [(12, 12, 12), (10, 20, 40)],
    4: [(12, 12, 12, 12), (8, 12, 20, 40)],
    6: [(12,) * 6, (6, 9, 12, 15, 20, 30)],
}
FUTURES = (
    Future(0.55, 14),
    Future(0.55, 14, likeness=0.05, frailty=0.1),
    Future(0.5, 20, likeness=0.2, frailty=0.2),
    Future(0.9, 9, likeness=0.1, frailty=0.3),
)

# One draw: whether the interval contained the truth, and its width; None where there is no interval.
Trial = tuple[bool, float] | None


@dataclass(frozen=True)
class Coverage:
    """How often an interval contained the truth in one scenario, and how wide it was on average."""

    interval: str
    scenario: str
    covered: float
    width: float
    repetitions: int

    def is_below(self, least: float) -> bool:
        """Whether the coverage is below `least` by more than chance explains (2.6 standard errors: 1 of 200 times)."""
        return self.covered < least - 2.6 * sqrt(least * (1 - least) / self.repetitions)


def _measured(interval: str, scenario: str, trial: Callable[[Random], Trial], repetitions: int, seed: int) -> Coverage:
    """Return the coverage over so many draws; each scenario has a sequence of random numbers of its own."""
    chance = Random(f"{seed} {interval} {scenario}")
    trials = [result for _ in range(repetitions) if (result := trial(chance))]
    return Coverage(interval, scenario, fmean(hit for hit, _ in trials), fmean(size for _, size in trials), len(trials))


def _trial(low: float | None, high: float | None, truth: float) -> Trial:
    """Return whether bounds contain the truth, and their distance."""
    if low is None or high is None:
        return None
    return low <= truth <= high, high - low


# Intervals of ideas that have nothing in common


def plain_count(repetitions: int, seed: int) -> Iterator[Coverage]:
    """Yield the coverage of Wilson's interval."""
    for ideas, share in product((10, 24, 50, 100, 200), SHARES):

        def trial(chance: Random, ideas: int = ideas, share: float = share) -> Trial:
            return _trial(*wilson(successes(chance, ideas, share), ideas), share)

        yield _measured("Wilson", f"{ideas} ideas, {share:.0%}", trial, repetitions, seed)


def incidence(repetitions: int, seed: int) -> Iterator[Coverage]:
    """Yield the coverage of the log-log interval at 12 months."""
    for ideas, implemented, followed in product((24, 50, 100, 200), (0.3, 0.55, 0.9), ((14, 30), (0, 30))):
        future = Future(implemented)

        def trial(chance: Random, ideas: int = ideas, future: Future = future, followed=followed) -> Trial:
            point = cumulative_incidence(observed(chance, ideas, future, followed)).at(HORIZON)
            return _trial(*point.limits(), future.share_within(HORIZON))

        words = f"{ideas} ideas, {future.share_within(HORIZON):.0%}, followed {followed[0]}-{followed[1]} months"
        yield _measured("log-log at 12 months", words, trial, repetitions, seed)


# Intervals of pooled shares


def pooled_counts(repetitions: int, seed: int) -> Iterator[Coverage]:
    """Yield the coverage of the interval by cohort of a plain count, and of two simpler ones that do not cover."""
    methods: dict[str, Callable[[list[tuple[int, int]]], tuple[float | None, float | None]]] = {
        "by cohort": lambda counts: (pooled_count(counts).low, pooled_count(counts).high),
        "by cohort, CR3 residuals": weighted_by_size,
        "Wilson, likeness ignored": lambda counts: wilson(*(sum(column) for column in zip(*counts, strict=True))),
    }
    for name, bounds in methods.items():
        for cohorts, sizes_of_cohorts in SIZES.items():
            for sizes, share, likeness in product(sizes_of_cohorts, SHARES, LIKENESS):

                def trial(chance: Random, sizes=sizes, share=share, likeness=likeness, bounds=bounds) -> Trial:
                    low, high = bounds(cohort_counts(chance, sizes, share, likeness))
                    return _trial(low, high, share)

                words = f"{list(sizes)}, {share:.0%}, likeness {likeness}"
                yield _measured(f"{name}, {cohorts} cohorts", words, trial, repetitions, seed)


def weighted_by_size(counts: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Return the usual interval by cohort: residuals of the ratio estimator, each cohort left out in turn (CR3)."""
    implemented, accepted = (sum(column) for column in zip(*counts, strict=True))
    independent, share, cohorts = wilson(implemented, accepted), implemented / accepted, len(counts)
    if implemented in {0, accepted}:
        return wilson(round(share) * cohorts, cohorts)
    left_out = sum(((ours - share * ideas) / (accepted - ideas)) ** 2 for ours, ideas in counts)
    margin = t_multiplier(0.95, cohorts - 1) * sqrt(left_out * (cohorts - 1) / cohorts) / (share * (1 - share))
    centre = log(share / (1 - share))
    low, high = (1 / (1 + exp(min(-centre - sign * margin, 700))) for sign in (-1, 1))
    return min(low, independent[0]), max(high, independent[1])


def pooled_incidences(repetitions: int, seed: int) -> Iterator[Coverage]:
    """Yield the coverage of the interval by cohort at 12 months, also where later cohorts are followed less long."""
    for cohorts, sizes_of_cohorts in COHORT_SIZES.items():
        for sizes, followed, future in product(sizes_of_cohorts, FOLLOWED[cohorts], FUTURES):

            def trial(chance: Random, sizes=sizes, followed=followed, future: Future = future) -> Trial:
                groups = [
                    cohort_months(observed(chance, ideas, future.of_one_cohort(chance), months))
                    for ideas, months in zip(sizes, followed, strict=True)
                ]
                pooled = pooled_incidence(groups, HORIZON)
                return _trial(pooled.low, pooled.high, future.share_within(HORIZON))

            words = f"{list(sizes)}, followed {followed[-1]} last, likeness {future.likeness}, frailty {future.frailty}"
            yield _measured(f"by cohort at 12 months, {cohorts} cohorts", words, trial, repetitions, seed)


# The prediction of the funnel, and differences


def predictions(repetitions: int, seed: int) -> Iterator[Coverage]:
    """Yield how often the share of a cohort lies in the range predicted from so many ideas of the others.

    It is the inner range of the funnel, the one prediction that a page shows.
    """
    for ideas, others, share in product((5, 10, 24, 60), (10, 15, 24, 50, 100, 200), SHARES):

        def trial(chance: Random, ideas: int = ideas, others: int = others, share: float = share) -> Trial:
            predicted = limits(ideas, Others(successes(chance, others, share), others))
            return _trial(predicted.low, predicted.high, successes(chance, ideas, share) / ideas)

        yield _measured("prediction", f"{ideas} ideas from {others}, {share:.0%}", trial, repetitions, seed)


def differences(repetitions: int, seed: int) -> Iterator[Coverage]:
    """Yield the coverage of the interval of a difference of two shares at 12 months."""
    for ideas, (one, other) in product(((15, 15), (24, 60), (100, 200)), ((0.3, 0.3), (0.3, 0.6), (0.55, 0.9))):
        futures = Future(one), Future(other)

        def trial(chance: Random, ideas=ideas, futures=futures) -> Trial:
            curves = [
                cumulative_incidence(observed(chance, *group, (6, 30))) for group in zip(ideas, futures, strict=True)
            ]
            points = [curve.at(HORIZON) for curve in curves]
            groups = [ShareWithLimits(point.implemented or 0.0, *point.limits()) for point in points]
            first, second = (future.share_within(HORIZON) for future in futures)
            return _trial(*share_difference(*groups)[1:], first - second)

        words = f"{ideas} ideas, {futures[0].share_within(HORIZON):.0%} and {futures[1].share_within(HORIZON):.0%}"
        yield _measured("difference at 12 months", words, trial, repetitions, seed)

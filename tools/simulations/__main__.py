"""Prints how often each interval contains the truth, and the bias of the estimator at whole months.

`python -m tools.simulations --repetitions 2000`. Exits with 1 when an interval that must cover 93 % does not in one of
its scenarios, by more than chance explains, or when the bias reaches 0.3 points.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from statistics import fmean

from tools.simulations import coverage
from tools.simulations.bias import biases
from tools.simulations.coverage import Coverage

LEAST = 0.93
LARGEST_BIAS = 0.3  # points

Simulation = Callable[[int, int], Iterator[Coverage]]

SIMULATIONS: dict[str, Simulation] = {
    "count": coverage.plain_count,
    "incidence": coverage.incidence,
    "pooled-count": coverage.pooled_counts,
    "pooled-incidence": coverage.pooled_incidences,
    "prediction": coverage.predictions,
    "difference": coverage.differences,
}
# Intervals that must cover in every scenario; of the others only the figures are printed.
MUST_COVER = ("by cohort", "prediction", "difference")


def must_cover(interval: str) -> bool:
    """Return whether the interval of that name must cover 93 % in every scenario."""
    return interval.startswith(MUST_COVER) and "CR3" not in interval


def print_coverage(results: Iterable[Coverage]) -> bool:
    """Print one line per interval, worst scenario last; return whether one that must cover does not."""
    failed = False
    for interval, scenarios in groupby(sorted(results, key=lambda one: one.interval), lambda one: one.interval):
        group = list(scenarios)
        worst = min(group, key=lambda one: one.covered)
        below = must_cover(interval) and worst.is_below(LEAST)
        failed |= below
        mean, width = fmean(one.covered for one in group), fmean(one.width for one in group)
        print(
            f"{interval:<42} {len(group):>3} scenarios  mean {mean:6.1%}  worst {worst.covered:6.1%}"
            f"  width {width:5.2f}  ({worst.scenario}){'  RED' if below else ''}",
            flush=True,
        )
    return failed


def print_bias(repetitions: int, seed: int) -> bool:
    """Print the bias at each horizon; return whether it is too large with exact months."""
    results = biases(repetitions, seed)
    for one in results:
        print(
            f"{one.months:>2} months: true {one.truth:6.2%}  estimated {one.estimate:6.2%}"
            f"  bias {one.exact:+.2f} ± {1.96 * one.standard_error:.2f} points"
            f"  (completed months alone: {one.completed:+.2f})",
            flush=True,
        )
    return any(abs(one.exact) >= LARGEST_BIAS for one in results)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.simulations", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=1000, help="draws per scenario, at least 5")
    parser.add_argument("--sets", type=int, default=0, help="sets of ideas for the bias (default: as many)")
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--only", nargs="+", choices=[*SIMULATIONS, "bias"], default=[*SIMULATIONS, "bias"])
    options = parser.parse_args(words)
    if options.repetitions < 5:
        parser.error("With fewer than 5 repetitions a scenario may have no interval to judge.")
    failed = False
    for name in options.only:
        if name == "bias":
            failed |= print_bias(options.sets or options.repetitions, options.seed)
        else:
            failed |= print_coverage(SIMULATIONS[name](options.repetitions, options.seed))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

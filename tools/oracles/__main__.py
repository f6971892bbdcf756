"""`make oracles`: compares the curves of five hundred sets with those of R, at every step, and records R's figures.

Prints the largest difference; exits with 1 when it is above the tolerance, or when R is missing.
"""

import sys

from figures.rates import CurvePoint, cumulative_incidence
from tools.oracles import survfit
from tools.oracles.sets import SETS, portfolio

ESTIMATES, INTERVALS = 1e-9, 1e-6


def distances(answer: survfit.SurvfitAnswer) -> tuple[float, float, int]:
    """Return the largest difference of estimates and of interval bounds over all steps, and the number of steps."""
    estimates, ends, steps = [0.0], [0.0], 0
    for number in range(SETS):
        for mine, yours in paired_steps(number, answer):
            estimates += share_distances(mine, yours)
            ends += interval_distances(mine, yours)
            steps += 1
    return max(estimates), max(ends), steps


def paired_steps(number: int, answer: survfit.SurvfitAnswer) -> list[tuple[CurvePoint, survfit.SurvfitStep]]:
    """Return our steps with R's, which have the same months and the same numbers at risk."""
    ours = cumulative_incidence(portfolio(number)).steps
    theirs = answer.steps.get(number, [])
    if [(step.months, step.at_risk) for step in ours] != [(step.months, step.at_risk) for step in theirs]:
        raise SystemExit(f"Set {number}: the steps differ.")
    return list(zip(ours, theirs, strict=True))


def share_distances(mine: CurvePoint, yours: survfit.SurvfitStep) -> list[float]:
    """Return the differences of the estimates from those of `survfit` and of `cuminc`."""
    shares = (mine.implemented, mine.abandoned, mine.open, mine.implemented, mine.abandoned)
    theirs = (yours.implemented, yours.abandoned, yours.open, yours.cuminc_implemented, yours.cuminc_abandoned)
    return [abs((a or 0.0) - b) for a, b in zip(shares, theirs, strict=True)]


def interval_distances(mine: CurvePoint, yours: survfit.SurvfitStep) -> list[float]:
    """Return the differences of the interval bounds. Where a share is 0 or 1, R has none, or one without width."""
    if mine.low is None or mine.high is None:
        return [(yours.high or 0.0) - (yours.low or 0.0)]
    if yours.low is None or yours.high is None:
        raise SystemExit(f"R has no interval for {mine}.")
    return [abs(mine.low - yours.low), abs(mine.high - yours.high)]


def main() -> int:
    runner = survfit.find_rscript()
    if runner is None:
        print("R with survival and cmprsk is not installed: apt-get install r-cran-survival r-cran-cmprsk")
        return 1
    answer = survfit.run_survfit(runner)
    estimates, ends, steps = distances(answer)
    print(f"{answer.of}: {SETS} sets, {steps} steps, estimates within {estimates:.1e}, intervals within {ends:.1e}")
    survfit.record_answer(answer)
    return int(estimates > ESTIMATES or ends > INTERVALS)


if __name__ == "__main__":
    sys.exit(main())

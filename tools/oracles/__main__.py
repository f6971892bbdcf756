"""`make oracles`: the curve of five hundred sets against R's own, every step, and what R says written down anew.

Prints how far apart they are at most; exits with 1 where that is more than is promised, or where R is missing.
"""

import sys

from figures.rates import CurvePoint, cumulative_incidence
from tools.oracles import survfit
from tools.oracles.sets import SETS, portfolio

ESTIMATES, INTERVALS = 1e-9, 1e-6


def distances(answer: survfit.Answer) -> tuple[float, float, int]:
    """The largest distance of estimates and of ends of intervals, over all steps; and how many steps there are."""
    estimates, ends, steps = [0.0], [0.0], 0
    for number in range(SETS):
        for mine, yours in paired(number, answer):
            estimates += apart(mine, yours)
            ends += apart_at_ends(mine, yours)
            steps += 1
    return max(estimates), max(ends), steps


def paired(number: int, answer: survfit.Answer) -> list[tuple[CurvePoint, survfit.Step]]:
    """Our steps beside R's, which come at the same months with the same number at risk."""
    ours = cumulative_incidence(portfolio(number)).steps
    theirs = answer.steps.get(number, [])
    if [(step.months, step.at_risk) for step in ours] != [(step.months, step.at_risk) for step in theirs]:
        raise SystemExit(f"Set {number}: the steps differ.")
    return list(zip(ours, theirs, strict=True))


def apart(mine: CurvePoint, yours: survfit.Step) -> list[float]:
    """How far the estimates are from `survfit`'s and from `cuminc`'s."""
    shares = (mine.implemented, mine.abandoned, mine.open, mine.implemented, mine.abandoned)
    theirs = (yours.implemented, yours.abandoned, yours.open, yours.cuminc_implemented, yours.cuminc_abandoned)
    return [abs((a or 0.0) - b) for a, b in zip(shares, theirs, strict=True)]


def apart_at_ends(mine: CurvePoint, yours: survfit.Step) -> list[float]:
    """How far the ends of the interval are apart. Where a share is 0 or 1 R has none, or one without any width."""
    if mine.low is None or mine.high is None:
        return [(yours.high or 0.0) - (yours.low or 0.0)]
    if yours.low is None or yours.high is None:
        raise SystemExit(f"R has no interval for {mine}.")
    return [abs(mine.low - yours.low), abs(mine.high - yours.high)]


def main() -> int:
    runner = survfit.installed()
    if runner is None:
        print("R with survival and cmprsk is not installed: apt-get install r-cran-survival r-cran-cmprsk")
        return 1
    answer = survfit.asked(runner)
    estimates, ends, steps = distances(answer)
    print(f"{answer.of}: {SETS} sets, {steps} steps, estimates within {estimates:.1e}, intervals within {ends:.1e}")
    survfit.keep(answer)
    return int(estimates > ESTIMATES or ends > INTERVALS)


if __name__ == "__main__":
    sys.exit(main())

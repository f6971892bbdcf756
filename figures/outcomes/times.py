"""Time until an idea is implemented or abandoned, whichever comes first: Kaplan-Meier. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from figures.rates import MonthCounts, cumulative_incidence_from_counts


class OutcomeTimes(NamedTuple):
    """The months by which a quarter, half and three quarters of the ideas have an outcome; None where not reached."""

    quarter: int | None
    median: int | None
    three_quarters: int | None


def time_to_outcome(rows: Iterable[MonthCounts]) -> OutcomeTimes:
    """Return the months after which a quarter, half and three quarters of the ideas were implemented or abandoned.

    `rows` are the numbers of ideas by months and outcome. Kaplan-Meier with open ideas censored; used for both outcomes
    together only, because with abandoned ideas censored it would overstate how many are implemented.
    """
    curve = cumulative_incidence_from_counts((row.months, row.implemented + row.abandoned, 0, row.open) for row in rows)
    return OutcomeTimes(*(curve.months_to_quantile(share) for share in (0.25, 0.5, 0.75)))

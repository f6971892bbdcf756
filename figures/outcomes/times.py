"""How long until anything is decided about an idea, implemented or abandoned: Kaplan-Meier. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from figures.rates import MonthCounts, cumulative_incidence_from_counts


class OutcomeTimes(NamedTuple):
    """The months by which a quarter, half and three quarters have an outcome; None where that is not reached."""

    quarter: int | None
    median: int | None
    three_quarters: int | None


def time_to_outcome(rows: Iterable[MonthCounts]) -> OutcomeTimes:
    """Months from acceptance to implementation or abandonment, whichever it is.

    Kaplan-Meier with open ideas censored: nothing competes where both count, and the estimate of one kind of event is
    Kaplan-Meier's. Its only use here: with abandoned ideas censored it would overstate how many are implemented.
    """
    curve = cumulative_incidence_from_counts((row.months, row.implemented + row.abandoned, 0, row.open) for row in rows)
    return OutcomeTimes(*(curve.months_to_quantile(share) for share in (0.25, 0.5, 0.75)))

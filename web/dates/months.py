"""Count the months between two dates as people do, without side effects."""

from calendar import monthrange
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta


def completed_months(start: date, end: date) -> int:
    """Return the completed calendar months from `start` to `end`, counted as dateutil does.

    A month is complete on the same day of a later month or, where that month is too
    short, on its last day: 31 January to 28 February is one. PostgreSQL's `age` counts
    none there. Raises ValueError when `end` comes before `start`.
    """
    if end < start:
        raise ValueError(f"The end, {end}, comes before the start, {start}.")
    months = 12 * (end.year - start.year) + end.month - start.month
    _, last_day = monthrange(end.year, end.month)
    return months - (end.day < min(start.day, last_day))


def months_between(start: date, end: date) -> float:
    """Return the months from `start` to `end`: completed ones, and the share of the running one that has passed.

    That share is the days since the last monthly anniversary of `start` over the days from it to the next one, so that
    12 months end on the anniversary. Raises ValueError when `end` comes before `start`.
    """
    completed = completed_months(start, end)
    last, following = (start + relativedelta(months=completed + more) for more in (0, 1))
    return completed + (end - last).days / (following - last).days


def rounded_months(months: float) -> Decimal:
    """Return a number of months rounded to four decimals, for files: they take a float for a share, a Decimal not."""
    return Decimal(f"{months:.4f}".rstrip("0").rstrip("."))

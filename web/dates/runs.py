"""Groups dates that follow each other, without side effects."""

from collections.abc import Iterable
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def consecutive_runs(days: Iterable[date]) -> list[list[date]]:
    """Return the dates, sorted, as runs of days that follow each other without a gap; [] without any.

    The dates may come in any order, each once.
    """
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == ONE_DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs

"""When an idea is stale: it had no update for six months."""

from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

STALE_AFTER_MONTHS: Final = 6


def stale_cutoff(today: date) -> date:
    """Return the latest day of a last update that makes an idea stale on the day `today`: six months before."""
    return today - relativedelta(months=STALE_AFTER_MONTHS)

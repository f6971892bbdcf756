"""When an idea is stale: nobody gave a sign of it for six months. Pure."""

from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

SILENT_MONTHS: Final = 6


def silence(today: date) -> date:
    """The last day of a sign that is six months old."""
    return today - relativedelta(months=SILENT_MONTHS)

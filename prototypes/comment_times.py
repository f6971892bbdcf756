"""When a comment reaches those it concerns: with the others of its day, not one by one."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

AT: Final = time(17)  # local: what was said in the course of a day goes together at its end


def next_letter(at: datetime, is_open: Callable[[date], bool]) -> datetime:
    """The next end of a working day after that moment."""
    day = timezone.localtime(at).date()
    if timezone.localtime(at).time() >= AT:
        day += timedelta(days=1)
    while not is_open(day):
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, AT))

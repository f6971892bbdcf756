"""Refuse dates that must be typing errors, in every form and in the database."""

from datetime import date, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
A_YEAR: Final = timedelta(days=366)
MAX_SPAN: Final = timedelta(days=3653)  # ten years, of an edition and of a cohort
CHECK_THE_YEAR = _("Check the year: dates must be between 1990 and 2100.")
TOO_LONG = _("These dates are more than ten years apart. Check the year.")


def is_plausible(day: date) -> bool:
    """Return whether a date lies from 1 January 1990 to 31 December 2100."""
    return FIRST_DAY <= day <= LAST_DAY


def check_year(day: date) -> None:
    """Raise ValidationError, with the request to check the year, for a date before 1990 or after 2100."""
    if not is_plausible(day):
        raise ValidationError(CHECK_THE_YEAR, code="implausible")


def is_far_from(day: date, start: date | None, end: date | None) -> bool:
    """Return whether a date is more than a year before `start` or more than a year after `end`; None is no limit."""
    return bool((start and start - day > A_YEAR) or (end and day - end > A_YEAR))


def plausible_dates(name: str, *columns: str) -> CheckConstraint:
    """Return a database constraint called `name`: each of the columns is empty or a date from 1990 to 2100."""
    ranges = {f"{column}__range": (FIRST_DAY, LAST_DAY) for column in columns}
    return CheckConstraint(condition=Q(**ranges), name=name)


def at_most_ten_years(name: str, *, start: str, end: str) -> CheckConstraint:
    """Return a database constraint called `name`: `end` is at most ten years after `start`, both columns; either may be
    empty.
    """
    return CheckConstraint(condition=Q(**{f"{end}__lte": F(start) + MAX_SPAN}), name=name)

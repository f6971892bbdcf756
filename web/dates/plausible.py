"""Which dates are plausible at all: what lies outside is a slip of the keyboard, on every form and in the database."""

from datetime import date, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
A_YEAR: Final = timedelta(days=366)
LONGEST: Final = timedelta(days=3653)  # ten years, of an edition and of a cohort
CHECK_THE_YEAR = _("Check the year: dates must be between 1990 and 2100.")
TOO_LONG = _("These dates are more than ten years apart. Check the year.")


def is_plausible(day: date) -> bool:
    return FIRST_DAY <= day <= LAST_DAY


def check_year(day: date) -> None:
    """Raises ValidationError for a day nobody can mean."""
    if not is_plausible(day):
        raise ValidationError(CHECK_THE_YEAR, code="implausible")


def far_from(day: date, start: date | None, end: date | None) -> bool:
    """Whether a day lies more than a year outside a span; an end that is unknown bounds nothing."""
    return bool((start and start - day > A_YEAR) or (end and day - end > A_YEAR))


def plausible_dates(name: str, *columns: str) -> CheckConstraint:
    """The database's own rule: each of the columns is empty or plausible."""
    within = {f"{column}__range": (FIRST_DAY, LAST_DAY) for column in columns}
    return CheckConstraint(condition=Q(**within), name=name)


def at_most_ten_years(name: str, *, start: str, end: str) -> CheckConstraint:
    """The database's own rule: the two columns lie no further apart; either may be empty."""
    return CheckConstraint(condition=Q(**{f"{end}__lte": F(start) + LONGEST}), name=name)

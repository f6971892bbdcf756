"""The precision of a date: of some published facts only the month or the year is known."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    """The known part of a date; the stored day is the first day that it can be."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


def precision_field() -> "models.CharField[str, str]":
    """Return the model field for how precisely the date field declared before it is known: day (default), month or
    year.
    """
    return models.CharField(_("precision"), max_length=5, choices=Precision.choices, default=Precision.DAY)

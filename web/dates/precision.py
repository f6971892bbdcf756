"""How precisely a date is known: some published facts only have a month or a year."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    """What of a date can be trusted; the stored day is the first one it may stand for."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


def precision_field() -> "models.CharField[str, str]":
    """A column beside a date that says how precise it is."""
    return models.CharField(_("precision"), max_length=5, choices=Precision.choices, default=Precision.DAY)

"""The day from which a row is there, for those who read no further than a day of their own: past members, above all."""

from typing import Any, Final

from django.db import models
from django.db.models.functions import Greatest
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from web.plausible import FIRST_DAY
from web.triggers import Rule

RULE: Final = "born_on_fixed"


def born_field() -> "models.DateField[Any, Any]":
    """Empty of what was there before this was kept, which is as if it had always been there."""
    return models.DateField(_("here since"), null=True, editable=False, default=localdate)


def born_fixed(name: str) -> Rule:
    """The day never changes: nobody moves a row to where more people read it, or fewer. `name` is the trigger's."""
    return Rule(name=name, rule=RULE, broken="TG_OP = 'UPDATE' AND NEW.born_on IS DISTINCT FROM OLD.born_on")


def latest(*days: Any) -> Greatest:
    """The last of several such days, empty ones left out: that of a row and of what it belongs to."""
    return Greatest(models.Value(FIRST_DAY, output_field=models.DateField()), *days)

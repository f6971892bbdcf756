"""Limit the length of texts in the database as their forms do, so that no index and no page fails on a long one."""

from typing import Final

from django.db.models import CheckConstraint
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

MAX_CHARACTERS: Final = 10_000  # of a text of several lines: about five printed pages
TEXT_TOO_LONG: Final = _("This text is too long: shorten it.")


def max_length_constraint(characters: int, column: str, *, name: str) -> CheckConstraint:
    """Return a database constraint called `name`: the text in `column` has at most `characters` characters."""
    return CheckConstraint(condition=LessThanOrEqual(Length(column), characters), name=name)

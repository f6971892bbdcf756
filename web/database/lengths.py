"""How long a text may be in the database: as long as its form takes, so that no index and no page chokes on one."""

from typing import Final

from django.db.models import CheckConstraint
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

MOST_LETTERS: Final = 10_000  # of a text of several lines: about five printed pages
TOO_MANY_LETTERS: Final = _("This text is too long: shorten it.")


def at_most(letters: int, column: str, *, name: str) -> CheckConstraint:
    """The database's own rule: the text of the column is no longer."""
    return CheckConstraint(condition=LessThanOrEqual(Length(column), letters), name=name)

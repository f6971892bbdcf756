"""Names in the order people read them, É beside E, capitals or not; and what stands where a person was erased."""

import re
from typing import Any, Final

from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NO_ADDRESS: Final = gettext_lazy("A name cannot contain a web address. Remove the address.")
ERASED: Final = re.compile(r"#(\d+)")


def by_name(column: str = "name") -> tuple[Lower, str]:
    """What to give to `order_by`; rows that share a name stay in the order they were made."""
    return Lower(Unaccent(column)), "pk"


def mark_of(person: int) -> str:
    """What the database keeps in place of the name of somebody who is erased: no word of any language."""
    return f"#{person}"


def shown_name(name: str) -> str:
    """A name as people read it; of somebody who was erased, which former member it was, in the reader's language."""
    erased = ERASED.fullmatch(name)
    return _("Former member %(n)s") % {"n": erased[1]} if erased else name


class PersonName(models.CharField):  # type: ignore[type-arg] # generic for the type checker only
    """A person's name, read from the database as people read it."""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        return shown_name(value) if value and value[0] == "#" else value

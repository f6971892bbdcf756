"""The order of names, in which accents and capitals do not count, and the names of erased people."""

import re
from typing import Any, Final

from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NO_ADDRESS: Final = gettext_lazy("A name cannot contain a web address. Remove the address.")
ERASED_NAME: Final = re.compile(r"#(\d+)")


def name_ordering(column: str = "name") -> tuple[Lower, str]:
    """Return the arguments of `order_by` that sort rows by the name in `column`, then by primary key.

    Accents and capitals do not count.
    """
    return Lower(Unaccent(column)), "pk"


def erased_name(person: int) -> str:
    """Return what the database stores as the name of the erased person with this primary key: "#12"."""
    return f"#{person}"


def display_name(name: str) -> str:
    """Return a stored name as people read it: “Former member 12”, in their language, for the erased person "#12".

    Any other name is returned unchanged.
    """
    match = ERASED_NAME.fullmatch(name)
    return _("Former member %(n)s") % {"n": match[1]} if match else name


class PersonName(models.CharField):  # type: ignore[type-arg] # generic for the type checker only
    """A person's name; rows give the `display_name`."""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Return the stored name as people read it: “Former member 12” for an erased person.

        Django calls it for each value it reads.
        """
        return display_name(value) if value and value[0] == "#" else value

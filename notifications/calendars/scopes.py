"""What a calendar contains: one person's own events, those of a cohort or an edition, or everything one may see."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from accounts.models import User

PERSON: Final = "person"
EVERYTHING: Final = "everything"
OWN_ADDRESS: Final = "mine"


@dataclass(frozen=True, slots=True)
class CalendarScope:
    """What a calendar contains: `about` is a slug, and with `object_id` names the object, as in a `CalendarFeed`.

    `PERSON` and `EVERYTHING` have the id of the reader; a slug of another app, such as "cohort", the id of its row.
    `slug` and `name` are those of the row, empty for the reader's own.
    """

    about: str
    object_id: int
    slug: str = ""
    name: str = ""

    @property
    def address(self) -> str:
        """The value of `of` in the address of a calendar: "" for everything, "mine", or like "cohort:metz"."""
        return {EVERYTHING: "", PERSON: OWN_ADDRESS}.get(self.about, f"{self.about}:{self.slug}")


def own_scope(user: User) -> CalendarScope:
    """Return the scope of a person's own events: those where they are expected."""
    return CalendarScope(PERSON, user.pk)


def full_scope(user: User) -> CalendarScope:
    """Return the scope of all events that a person may see."""
    return CalendarScope(EVERYTHING, user.pk)


@dataclass(frozen=True, slots=True)
class CalendarQuery:
    """A request for the events of a scope that `user` may see, from `first` to `last`, both included.

    A source reads at most `limit` rows: a calendar with more says that it is not complete.
    """

    user: User
    scope: CalendarScope
    first: date
    last: date
    limit: int

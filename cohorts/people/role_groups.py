"""A cohort's people by role, as its page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.models import Membership
from cohorts.people.enums import Role

# Roles in the order of the page, with what several people under one are called.
CIRCLES: dict[Role, StrOrPromise] = {
    Role.AMBASSADOR: _("Ambassadors"),
    Role.RESIDENT: _("Residents"),
    Role.PILOT: _("Pilot"),
    Role.COORDINATOR: _("Coordinator"),
    Role.RELAY: _("Relays"),
    Role.ELECTED: _("Elected officials"),
    Role.DIRECTION: _("Direction"),
}


@dataclass(frozen=True, slots=True)
class Circle:
    """The people under one role; `about` says what they bring or where they work."""

    role: Role
    label: StrOrPromise
    people: tuple[Membership, ...]

    @property
    def tone(self) -> str:
        return "resident" if self.role == Role.RESIDENT else ""

    @property
    def about(self) -> str:
        """Disciplines of residents, the pilot's department; each once."""
        said = [member.discipline or (member.unit if self.role == Role.PILOT else "") for member in self.people]
        return ", ".join(dict.fromkeys(filter(None, said)))


def circles(members: Iterable[Membership]) -> list[Circle]:
    """The roles somebody holds, in the order of the page."""
    held = list(members)
    found = (
        Circle(role, label, tuple(member for member in held if member.role == role)) for role, label in CIRCLES.items()
    )
    return [circle for circle in found if circle.people]

"""Members of a cohort by role, for its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.models import Membership
from cohorts.people.enums import MembershipRole

# Roles in the order of the page, with their plural labels.
GROUP_LABELS: dict[MembershipRole, StrOrPromise] = {
    MembershipRole.AMBASSADOR: _("Ambassadors"),
    MembershipRole.RESIDENT: _("Residents"),
    MembershipRole.PILOT: _("Pilot"),
    MembershipRole.COORDINATOR: _("Coordinator"),
    MembershipRole.RELAY: _("Relays"),
    MembershipRole.ELECTED: _("Elected officials"),
    MembershipRole.DIRECTION: _("Direction"),
}


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """The members of a cohort who have one role, with the role's plural label, for the cohort's page."""

    role: MembershipRole
    label: StrOrPromise
    people: tuple[Membership, ...]

    @property
    def tone(self) -> str:
        """The name of the colour of these people's pictures: "resident" for residents, "" for other roles."""
        return "resident" if self.role == MembershipRole.RESIDENT else ""

    @property
    def about(self) -> str:
        """The disciplines of the members, or the department of a pilot without one, each once, separated by commas; ""
        if none is given.
        """
        texts = [
            member.discipline or (member.unit if self.role == MembershipRole.PILOT else "") for member in self.people
        ]
        return ", ".join(dict.fromkeys(filter(None, texts)))


def role_groups(members: Iterable[Membership]) -> list[RoleGroup]:
    """Return the members of a cohort grouped by role: ambassadors, residents, pilot, coordinator, then those who come
    when invited.

    Roles without members are left out; within a group the order of `members` stays.
    """
    members = list(members)
    groups = (
        RoleGroup(role, label, tuple(member for member in members if member.role == role))
        for role, label in GROUP_LABELS.items()
    )
    return [group for group in groups if group.people]

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
        """The tone of the pictures of these people: residents have their own."""
        return "resident" if self.role == MembershipRole.RESIDENT else ""

    @property
    def about(self) -> str:
        """The disciplines of residents, or the department of the pilot, each once; "" for other roles."""
        texts = [
            member.discipline or (member.unit if self.role == MembershipRole.PILOT else "") for member in self.people
        ]
        return ", ".join(dict.fromkeys(filter(None, texts)))


def role_groups(members: Iterable[Membership]) -> list[RoleGroup]:
    """Return the members of a cohort grouped by role, in the order of its page; roles without members are left out."""
    members = list(members)
    groups = (
        RoleGroup(role, label, tuple(member for member in members if member.role == role))
        for role, label in GROUP_LABELS.items()
    )
    return [group for group in groups if group.people]

"""Roles that coordinators and pilots can invite to: not their own role, and not the role that leads them."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from cohorts.people.enums import MembershipRole

INVITABLE_ROLES: Final[Mapping[MembershipRole, tuple[MembershipRole, ...]]] = {
    MembershipRole.COORDINATOR: tuple(role for role in MembershipRole if role != MembershipRole.COORDINATOR),
    MembershipRole.PILOT: tuple(
        role for role in MembershipRole if role not in (MembershipRole.COORDINATOR, MembershipRole.PILOT)
    ),
}
ROLE_NOT_ALLOWED: Final = _("Only the lab can name coordinators. Only the lab and the coordinator can name pilots.")

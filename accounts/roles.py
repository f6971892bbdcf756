"""The roles that permissions are given by, and the groups of roles that several of them share."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class Role(StrEnum):
    """What a person is in a cohort on a day.

    The values are the letters of the tables in the documentation and the tests.
    """

    LAB = "S"  # administrators and members of the lab, in every cohort
    LAB_READER = "L"  # readers of the lab, who see what the lab sees
    COORDINATOR = "C"
    RESIDENT = "D"  # from outside: the design team
    PILOT = "P"
    AMBASSADOR = "M"
    RELAY = "R"  # relays, elected officials and the direction
    ADMIN = "A"  # of the cohort's authority
    NEIGHBOUR = "N"  # a member of another cohort of the edition


ROLE_LABELS: Final[Mapping[Role, StrOrPromise]] = MappingProxyType(
    {
        Role.AMBASSADOR: _("ambassador"),
        Role.PILOT: _("pilot"),
        Role.RESIDENT: _("resident"),
        Role.COORDINATOR: _("coordinator"),
        Role.RELAY: _("relay, elected official or direction"),
        Role.ADMIN: _("admin of the authority"),
        Role.LAB: _("lab staff"),
    }
)

Roles = frozenset[Role]

STAFF: Final = frozenset({Role.LAB})
STAFF_AND_READERS: Final = STAFF | {Role.LAB_READER}  # for what one reads
LEADS: Final = frozenset({Role.LAB, Role.COORDINATOR, Role.PILOT})
LEADS_AND_RESIDENTS: Final = LEADS | {Role.RESIDENT}
RESIDENTS_AND_AMBASSADORS: Final = frozenset({Role.RESIDENT, Role.AMBASSADOR})
LEADS_RESIDENTS_AND_AMBASSADORS: Final = LEADS_AND_RESIDENTS | {Role.AMBASSADOR}
MEMBERS: Final = frozenset({Role.COORDINATOR, Role.RESIDENT, Role.PILOT, Role.AMBASSADOR, Role.RELAY})
LAB_PILOT_AND_ADMIN: Final = frozenset({Role.LAB, Role.PILOT, Role.ADMIN})
ACTIVE: Final = MEMBERS | {Role.LAB, Role.ADMIN}  # everyone but neighbours

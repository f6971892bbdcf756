"""Agreements with funders as owners of files: the signed document, and its annexes."""

from typing import Final

from accounts.models import User
from cohorts.models import Agreement
from cohorts.permissions import can_manage_cohorts
from files.enums import FileAudience
from files.registries import Owner
from web.dates.clock import Today, platform_zone

AGREEMENT: Final = "agreement"


def owner_of(agreement: Agreement, user: User) -> Owner:
    """Return the agreement, which the user may read, as the owner of its documents; lab staff add and change them."""
    can_write = can_manage_cohorts(user)
    return Owner(
        about=AGREEMENT,
        object_id=agreement.pk,
        name=str(agreement),
        href=agreement.get_absolute_url(),
        person=user,
        audience=FileAudience.COHORT,
        can_add=can_write,
        can_edit=can_write,
        can_edit_own=can_write,
        zone=agreement.cohort.authority.time_zone if agreement.cohort else str(platform_zone()),
    )


def find_agreement(pk: int, user: User, today: Today) -> Owner | None:
    """Return the agreement with the id `pk` as the owner of its documents; None if the user may not read it."""
    rows = Agreement.objects.visible_to(user, today).select_related("funder", "edition", "cohort__authority")
    row = rows.filter(pk=pk).first()
    return owner_of(row, user) if row else None

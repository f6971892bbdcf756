"""Who has access to editions: people with a role in a cohort of the edition, and admins of its authorities."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.visibility import in_ending_editions
from web.database.arrays import among
from web.dates.clock import today_everywhere


def active_mandates(user: User) -> QuerySet[Any]:
    """Return the person's mandates as an authority admin that are active today, by the date at each authority.

    A mandate that has ended, or starts later, is left out.
    """
    admins: QuerySet[Any] = user.administered.active(today_everywhere())
    return admins


def in_own_editions(user: User, path: str = "", created_on_field: str = "") -> Q:
    """Return a filter for rows of the editions the person takes part in; lab staff get all rows, people not signed in
    none.

    A person takes part as a present or past member of a cohort, or as an admin of one of its authorities today. `path`
    is the lookup from the row to its edition ("edition__"), empty for editions. `created_on_field` names the field with
    the row's day: past members then see only rows created by the last day of their membership.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    access, edition = user.access, f"{path}pk"
    created = [created_on_field] if created_on_field else []
    return among(edition, access.editions) | in_ending_editions(access, edition, created)

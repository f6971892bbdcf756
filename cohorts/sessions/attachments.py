"""Sessions as owners of attached files."""

from typing import Final

from accounts.models import User
from accounts.roles import Roles
from cohorts.models import Cohort, Session
from cohorts.permissions import roles_of
from files.enums import FileAudience
from files.permissions import decisions
from files.registries import Owner
from web.dates.clock import Today

SESSION: Final = "session"


def audience(cohort: Cohort, *, opens: bool = True) -> FileAudience:
    """Return how close a reader is to a cohort, which decides on the consents with which they see its files.

    Everyone is only signed in for published facts. Otherwise the reader is in the cohort if they may open its page
    (`opens`), else in its edition.
    """
    if cohort.retrospective:
        return FileAudience.SIGNED_IN
    return FileAudience.COHORT if opens else FileAudience.EDITION


def owner_of(row: Session, user: User, roles: Roles) -> Owner:
    """Return the session as the owner of attached files, with what the user, who may read it, can do with them.

    `roles` are the user's in the cohort; the session has been read with the annotation `readable_until`.
    """
    return Owner(
        about=SESSION,
        object_id=row.pk,
        name=str(row),
        href=row.get_absolute_url(),
        person=user,
        audience=audience(row.cohort),
        **decisions(roles, published=row.retrospective or row.cohort.retrospective),
        until=vars(row)["readable_until"],
        zone=row.cohort.authority.time_zone,
    )


def find_session(pk: int, user: User, today: Today) -> Owner | None:
    """Return the session `pk` as the owner of attached files; None when the user may not see it."""
    row = (
        Session.objects.visible_to(user).readable_until(user).select_related("cohort__authority").filter(pk=pk).first()
    )
    return owner_of(row, user, roles_of(user, row.cohort, today)) if row else None

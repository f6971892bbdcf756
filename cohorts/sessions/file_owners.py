"""Sessions as owners of attached files."""

from typing import Final

from accounts.models import User
from accounts.roles import Roles
from cohorts.models import Cohort, Session
from cohorts.permissions import roles_of
from files.enums import FileAudience
from files.permissions import file_decisions
from files.registries import Owner
from web.dates.clock import Today

SESSION: Final = "session"


def audience(cohort: Cohort, *, opens: bool = True) -> FileAudience:
    """Return how close a reader is to a cohort, which decides on the consents with which they see its files.

    A reader who may open the cohort's page (`opens`) is in the cohort, any other in its edition. For imported published
    facts everyone counts as just signed in.
    """
    if cohort.retrospective:
        return FileAudience.SIGNED_IN
    return FileAudience.COHORT if opens else FileAudience.EDITION


def owner_of(row: Session, user: User, roles: Roles) -> Owner:
    """Return the session `row` as the owner of its files, with what `user`, who may read the session, can do with them.

    `roles` are the user's in the cohort. The session must have been read with the annotation `readable_until`.
    """
    return Owner(
        about=SESSION,
        object_id=row.pk,
        name=str(row),
        href=row.get_absolute_url(),
        person=user,
        audience=audience(row.cohort),
        **file_decisions(roles, published=row.retrospective or row.cohort.retrospective),
        until=vars(row)["readable_until"],
        zone=row.cohort.authority.time_zone,
    )


def find_session(pk: int, user: User, today: Today) -> Owner | None:
    """Return the session with the id `pk` as the owner of its files; None when there is none that the user may see.

    `today` decides on the roles of the user in its cohort.
    """
    row = (
        Session.objects.visible_to(user).readable_until(user).select_related("cohort__authority").filter(pk=pk).first()
    )
    return owner_of(row, user, roles_of(user, row.cohort, today)) if row else None

"""What pictures and documents of this app belong to: sessions."""

from typing import Final

from accounts.models import User
from cohorts.models import Cohort, Session
from cohorts.permissions import standing
from files.enums import Circle
from files.permissions import decisions
from files.registries import Owner
from web.dates.clock import Today

SESSION: Final = "session"


def circle(cohort: Cohort, *, opens: bool = True) -> Circle:
    """How near to a cohort somebody is who may read something of it; `opens` says whether they may open the cohort.

    Published facts are open to everyone: reading them says nothing of who reads.
    """
    if cohort.retrospective:
        return Circle.SIGNED_IN
    return Circle.COHORT if opens else Circle.EDITION


def of_session(row: Session, user: User, letters: frozenset[str]) -> Owner:
    """A session as the holder of files, for someone who may read it; annotated with `read_until`."""
    return Owner(
        about=SESSION,
        object_id=row.pk,
        name=str(row),
        href=row.get_absolute_url(),
        person=user,
        circle=circle(row.cohort),
        **decisions(letters, published=row.retrospective or row.cohort.retrospective),
        until=vars(row)["read_until"],
        zone=row.cohort.authority.time_zone,
    )


def find_session(pk: int, user: User, today: Today) -> Owner | None:
    row = (
        Session.objects.visible_to(user).readable_until(user).select_related("cohort__authority").filter(pk=pk).first()
    )
    return of_session(row, user, standing(user, row.cohort, today)) if row else None

"""Which rows a person may see by a mandate, or by a place in an edition, as each `visible_to` asks."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from web.dates.clock import today_everywhere


def mandates(user: User) -> QuerySet[Any]:
    """What makes the person an admin today: whose mandate has ended reads nothing by it any more."""
    found: QuerySet[Any] = user.administered.active(today_everywhere())
    return found


def lived_by(user: User, path: str = "", born: str = "") -> Q:
    """Rows of editions the person is or was in, or answers for an authority of today; all for lab staff.

    `path` leads to the edition ("edition__"), empty for editions themselves. `born` names the column that says since
    when a row is there: whoever left the edition reads what was there on their last day.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    there = user.memberships.filter(cohort__edition=OuterRef(f"{path}pk"))
    if born:
        there = there.filter(Q(ends_on=None) | Q(ends_on__gte=OuterRef(born)))
    return Q(Exists(there)) | Q(**{f"{path}pk__in": mandates(user).values("authority__cohorts__edition")})

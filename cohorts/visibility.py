"""Which rows a person may see: those of cohorts they are in, or were in until their last day."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Case, Exists, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.models import User
from programmes.visibility import mandates
from web.database.created_on import latest
from web.dates.clock import Day, day_of_rows


def active_on(at: Day | Combinable, prefix: str = "") -> Q:
    """Return the condition that a membership is active on a day (a `Today`: on the local day of its cohort)."""
    day = day_of_rows(at, f"{prefix}cohort__authority")
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def within_reach(user: User, path: str = "", *born: str) -> Q:
    """Rows whose cohort the person may see; `path` leads to the cohort ("cohort__"), empty for cohorts themselves.

    Members, and admins of its authority today; published facts are open to everyone signed in. Lab staff see all.
    Nobody who is signed out sees anything. Past members see what was there on their last day: `born` names the columns
    that say since when a row, and what it belongs to, is there. Of cohorts, without any, they see theirs.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    bounded = with_last_day(user)
    left = Q(**{f"{path}pk__in": bounded.values("cohort")})
    if born:
        left &= was_there(user, born, cohort=OuterRef(f"{path}pk"))
    return beyond_any_day(user, path) | left


def beyond_any_day(user: User, path: str = "") -> Q:
    """Of the above what somebody who is signed in reads whenever it came: no last day bounds it."""
    return (
        Q(**{f"{path}pk__in": without_last_day(user).values("cohort")})
        | Q(**{f"{path}authority__in": mandates(user).values("authority")})
        | Q(**{f"{path}retrospective": True})
    )


def without_last_day(user: User) -> models.QuerySet[Any]:
    found: models.QuerySet[Any] = user.memberships.filter(ends_on=None)
    return found


def with_last_day(user: User) -> models.QuerySet[Any]:
    """Past memberships, and those whose end is known: no clock is read, since nothing is born after today."""
    found: models.QuerySet[Any] = user.memberships.filter(ends_on__isnull=False)
    return found


def was_there(user: User, born: Iterable[str], **where: Combinable) -> Q:
    """Rows that were there on the last day of one of the person's memberships, of those that lie `where` they do."""
    return Q(Exists(with_last_day(user).filter(ends_on__gte=latest(*map(OuterRef, born)), **where)))


def read_until(user: User, cohort: str) -> Combinable:
    """The last day of what the person reads in a row's cohort, None without one; `cohort` leads there from the row.

    For what hangs on rows without a column to them. Of what was shared it is their last day in the edition.
    """
    if user.is_lab_staff:
        return Value(None, models.DateField())
    cohorts: Any = user.memberships.model._meta.get_field("cohort").related_model
    there, edition = OuterRef(cohort), {"cohort__edition__cohorts": OuterRef(cohort)}
    free = Exists(cohorts.objects.filter(beyond_any_day(user), pk=there))
    beside = Exists(without_last_day(user).filter(**edition))
    shared = Case(When(beside, then=None), default=_last_of(user, **edition), output_field=models.DateField())
    own = Coalesce(_last_of(user, cohort=there), shared)
    return Case(When(free, then=None), default=own, output_field=models.DateField())


def _last_of(user: User, **where: Combinable) -> Subquery:
    days = with_last_day(user).filter(**where).order_by().values("user")
    return Subquery(days.annotate(last=Max("ends_on")).values("last"))

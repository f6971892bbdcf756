"""Which rows a person may see: those of cohorts they belong to, or belonged to until their last day."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Case, Exists, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.models import User
from programmes.visibility import active_mandates
from web.database.created_on import latest_day
from web.dates.clock import Day, day_of_rows


def active_on(at: Day | Combinable, prefix: str = "") -> Q:
    """Return the condition that a membership has begun and not ended on the day `at`: its first and last day count.

    `at` is a date, an expression, or a `Today`: then the day is local to the authority of each cohort. `prefix` is the
    lookup path to the memberships, such as "memberships__".
    """
    day = day_of_rows(at, f"{prefix}cohort__authority")
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def visible_rows(user: User, path: str = "", *created: str) -> Q:
    """Return the condition for rows whose cohort the user may see; everything for lab staff, nothing when signed out.

    Members and today's admins of the authority see all rows of a cohort, and everyone signed in sees imported published
    facts. Past members see what existed on their last day in it.

    `path` leads from the row to its cohort ("cohort__"), empty for cohorts. `created` names the columns with the days
    on which the row, and the rows it belongs to, were created; empty for cohorts, of which past members see all theirs.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    ended = memberships_with_end(user)
    past = Q(**{f"{path}pk__in": ended.values("cohort")})
    if created:
        past &= existed_on_last_day(user, created, cohort=OuterRef(f"{path}pk"))
    return always_visible(user, path) | past


def always_visible(user: User, path: str = "") -> Q:
    """Return the condition for rows that the signed-in user sees whatever the day on which they were created.

    These are rows of cohorts in which their membership has no end, of authorities they administer today, and imported
    published facts. `path` leads from the row to its cohort ("cohort__").
    """
    return (
        Q(**{f"{path}pk__in": memberships_without_end(user).values("cohort")})
        | Q(**{f"{path}authority__in": active_mandates(user).values("authority")})
        | Q(**{f"{path}retrospective": True})
    )


def memberships_without_end(user: User) -> models.QuerySet[Any]:
    """Return the memberships of the user that have no last day, in all cohorts."""
    rows: models.QuerySet[Any] = user.memberships.filter(ends_on=None)
    return rows


def memberships_with_end(user: User) -> models.QuerySet[Any]:
    """Return the memberships of the person that have a last day, past or to come.

    The clock is not read: no row has a creation day after today.
    """
    rows: models.QuerySet[Any] = user.memberships.filter(ends_on__isnull=False)
    return rows


def existed_on_last_day(user: User, created: Iterable[str], **where: Combinable) -> Q:
    """Return the condition for rows created no later than the last day of one of the user's memberships that have one.

    `created` names the columns with the days on which a row, and those it belongs to, were created; `where` are
    conditions on the memberships that count.
    """
    return Q(Exists(memberships_with_end(user).filter(ends_on__gte=latest_day(*map(OuterRef, created)), **where)))


def readable_until(user: User, cohort: str) -> Combinable:
    """Return an expression for the last day up to which the user may read things of a row's cohort; NULL for no limit.

    `cohort` is the lookup path from the row to its cohort. A past member's limit is their last day in the cohort; for
    what another cohort shared, it is their last day in the edition. Used for rows without a column that leads to what
    they belong to.
    """
    if user.is_lab_staff:
        return Value(None, models.DateField())
    cohorts: Any = user.memberships.model._meta.get_field("cohort").related_model
    row_cohort, edition = OuterRef(cohort), {"cohort__edition__cohorts": OuterRef(cohort)}
    is_always_visible = Exists(cohorts.objects.filter(always_visible(user), pk=row_cohort))
    has_open_membership = Exists(memberships_without_end(user).filter(**edition))
    last_in_edition = Case(
        When(has_open_membership, then=None), default=_latest_last_day(user, **edition), output_field=models.DateField()
    )
    own = Coalesce(_latest_last_day(user, cohort=row_cohort), last_in_edition)
    return Case(When(is_always_visible, then=None), default=own, output_field=models.DateField())


def _latest_last_day(user: User, **where: Combinable) -> Subquery:
    """Return the subquery of the latest last day among the user's memberships that meet the conditions `where`; NULL if
    none has one.
    """
    days = memberships_with_end(user).filter(**where).order_by().values("user")
    return Subquery(days.annotate(last=Max("ends_on")).values("last"))

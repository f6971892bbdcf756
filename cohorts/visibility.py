"""Which rows a person may see: those of cohorts they belong to, or belonged to until their last day."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.visibility import Access, in_ending_cohorts
from web.database.arrays import among, among_keys, day_for
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
    access = user.access
    return always_visible(access, path) | in_ending_cohorts(access, f"{path}pk", created)


def always_visible(access: Access, path: str = "") -> Q:
    """Return the condition for rows that a signed-in person sees whatever the day on which they were created.

    These are rows of cohorts in which their membership has no end, of authorities they administer today, and imported
    published facts. `path` leads from the row to its cohort ("cohort__").
    """
    published = among_keys(f"{path}pk", cohorts_with(Q(retrospective=True))) if path else Q(retrospective=True)
    return among(f"{path}pk", access.cohorts) | published


def cohorts_with(condition: Q) -> models.QuerySet[Any, Any]:
    """Return the keys of the cohorts that meet the condition: a subquery, which PostgreSQL runs once in a statement."""
    cohorts: models.QuerySet[Any] = apps.get_model("cohorts.Cohort")._default_manager.filter(condition)
    return cohorts.values("pk")


def readable_until(user: User, cohort: str) -> Combinable:
    """Return an expression for the last day up to which the user may read things of a row's cohort; NULL for no limit.

    `cohort` is the lookup path from the row to its cohort. A past member's limit is their last day in the cohort; for
    what another cohort shared, it is their last day in the edition. Used for rows without a column that leads to what
    they belong to.
    """
    access = user.access
    if not access.ending_editions and not access.ending_cohorts:
        return Value(None, models.DateField())
    days = (
        day_for(cohort, access.ending_cohorts, access.last_days_in_cohorts),
        day_for(f"{cohort}__edition", access.ending_editions, access.last_days_in_editions),
    )
    return Case(When(always_visible(access, f"{cohort}__"), then=None), default=Coalesce(*days))

"""Queries for who led the sessions of a cohort or an edition."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.models import User
from cohorts.models import Cohort, Session
from cohorts.sessions.enums import SessionState
from cohorts.sessions.models import SessionQuerySet
from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts
from web.database.nested_rows import nested

HELD: Final = (SessionState.HELD, SessionState.REPORTED)


def held(sessions: SessionQuerySet) -> SessionQuerySet:
    """Return the sessions that took place, without published facts, in order of time."""
    return sessions.at_work().filter(state__in=HELD).in_order()


def sessions_of_cohort(user: User) -> dict[str, ArraySubquery]:
    """Return the column `held_sessions` for a query of cohorts: day and lead of each session that the user may see."""
    rows = held(Session.objects.visible_to(user)).filter(cohort=OuterRef("pk"))
    return {"held_sessions": nested(rows, "last_day", "led_by")}


def sessions_of_edition(visible: VisibleCohorts, scope: FiguresScope) -> list[tuple[date, str, date | None]]:
    """Return the last day, the lead and the start of the cohort of each session that the reader may count in an
    edition; one statement.
    """
    cohorts: Iterable[Any] = [cohort.pk for cohort in visible.cohorts_in(scope)]
    if visible.own is None:  # lab staff count all
        cohorts = Cohort.objects.filter(edition=scope.edition).values("pk")
    rows = held(Session.objects.filter(cohort__in=cohorts))
    values = rows.values_list("last_day", "led_by", "cohort__actual_start")
    return [(day, led_by, start) for day, led_by, start in values if day]

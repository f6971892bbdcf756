"""Who may read which exchanges, and what was said at them. Every page starts from `visible_to`."""

from __future__ import annotations

from django.db.models import OuterRef, Q

from accounts.models import User
from cohorts.visibility import was_there, with_last_day, without_last_day
from programmes.visibility import mandates


def readable(user: User, exchange: str = "", *below: str) -> Q:
    """Rows whose exchange the person may read: members of its cohorts, and admins of their authorities today.

    Published facts are open. Past members read what was there on their last day: see `cohorts.queries.within_reach`.
    `exchange` leads to it ("exchange__"), empty for exchanges themselves; `below` names days since when rows are there.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    edition = f"{exchange}edition"
    left = Q(**{f"{edition}__in": with_last_day(user).values("cohort__edition")})
    left &= was_there(user, [f"{exchange}born_on", *below], cohort__edition=OuterRef(edition))
    return (
        Q(**{f"{edition}__in": without_last_day(user).values("cohort__edition")})
        | Q(**{f"{edition}__in": mandates(user).values("authority__cohorts__edition")})
        | Q(**{f"{exchange}retrospective": True})
        | left
    )


def said_at(user: User) -> Q:
    """What is said at exchanges, and written of them: rows of their own, each since its day."""
    return readable(user, "exchange__", "born_on")

"""Which exchanges, and which of their content, a person may read. Every page starts from `visible_to`."""

from __future__ import annotations

from django.db.models import OuterRef, Q

from accounts.models import User
from cohorts.visibility import existed_on_last_day, memberships_with_end, memberships_without_end
from programmes.visibility import active_mandates


def readable_by(user: User, exchange: str = "", *created_on_fields: str) -> Q:
    """Return a filter for rows whose exchange the person may read; lab staff read all, people not signed in nothing.

    Others read exchanges of editions where they are a member or an authority admin today, and imported published facts.
    Past members read what existed on their last day: see `cohorts.visibility.visible_rows`. `exchange` is the lookup
    path to the exchange ("exchange__"), empty for exchanges themselves; `created_on_fields` are further fields with the
    day from which a row exists.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    edition = f"{exchange}edition"
    left = Q(**{f"{edition}__in": memberships_with_end(user).values("cohort__edition")})
    left &= existed_on_last_day(user, [f"{exchange}created_on", *created_on_fields], cohort__edition=OuterRef(edition))
    return (
        Q(**{f"{edition}__in": memberships_without_end(user).values("cohort__edition")})
        | Q(**{f"{edition}__in": active_mandates(user).values("authority__cohorts__edition")})
        | Q(**{f"{exchange}retrospective": True})
        | left
    )


def content_visible_to(user: User) -> Q:
    """Return a filter for questions, contributions and other content of exchanges that the person may read.

    That is the content of exchanges of editions where they are a member or an authority admin today, and of imported
    published facts; all for lab staff. Past members read what was added until their last day.
    """
    return readable_by(user, "exchange__", "created_on")

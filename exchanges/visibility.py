"""Which exchanges, and which of their content, a person may read. Every page starts from `visible_to`."""

from django.db.models import Q

from accounts.models import User
from accounts.visibility import in_ending_editions
from web.database.arrays import among


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
    access, edition = user.access, f"{exchange}edition"
    return (
        among(edition, access.editions)
        | Q(**{f"{exchange}retrospective": True})
        | in_ending_editions(access, edition, [f"{exchange}created_on", *created_on_fields])
    )


def content_visible_to(user: User) -> Q:
    """Return a filter for questions, contributions and other content of exchanges that the person may read.

    That is the content of exchanges of editions where they are a member or an authority admin today, and of imported
    published facts; all for lab staff. Past members read what was added until their last day.
    """
    return readable_by(user, "exchange__", "created_on")

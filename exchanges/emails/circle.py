"""The people of an exchange to whom lab staff may write an e-mail."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import can_change_as_lab
from cohorts.permissions import ONLY_STAFF
from exchanges.emails.event_kinds import in_scope, names
from exchanges.emails.recipients import CONTRIBUTION_MISSING, EXCHANGE_AUDIENCES
from exchanges.models import Exchange
from notifications.group_emails.circles import CircleAccess, CirclePage, EmailCircle
from notifications.reminders.recipients import NOBODY

AUDIENCES: Final = {
    "active_members": _("Members of the edition who have not declined"),
    "unanswered": _("People who have not answered"),
    "registered": _("Registered"),
    "attendees": _("People who came or are still expected"),
    CONTRIBUTION_MISSING: _("Cohorts that have not contributed"),
}


def _find(user: User, pk: int) -> CircleAccess | None:
    """Return the name of an exchange that the user may see, and whether they may write to its people: lab staff may
    but its readers.

    They are people of several cohorts, whose leads write to their own.
    """
    if not Exchange.objects.visible_to(user).filter(pk=pk).exists():
        return None
    return CircleAccess(names([pk])[pk], can_change_as_lab(user, ONLY_STAFF))


def _people(exchange_id: int, audience: str, at: datetime) -> Q:
    """Return a filter for the people in an audience of an exchange at the moment `at`."""
    if audience not in AUDIENCES:
        return NOBODY
    return EXCHANGE_AUDIENCES.people[audience](exchange_id, EXCHANGE_AUDIENCES.today(exchange_id, at))


def _pages(pks: Collection[int]) -> dict[int, CirclePage]:
    """Return name and page of each exchange by its id (one statement)."""
    return {pk: CirclePage(name, reverse("exchanges:exchange", args=[pk])) for pk, name in names(pks).items()}


EXCHANGE_CIRCLE: Final = EmailCircle(
    find=_find,
    audiences=AUDIENCES,
    people=_people,
    pages=_pages,
    button=_("See the Intertransfo"),
    in_scope=in_scope,
)

"""The notice on the home page about access requests that wait for an answer."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.access_requests.permissions import can_read_requests
from cohorts.models import AccessRequest
from web.database.nested_rows import CappedCount
from web.dates.clock import Today
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, capped_count_text, since_day


def _count_pending(user: User, today: Today) -> CappedCount | None:
    """Return the subquery, for the home page, that counts the access requests nobody has answered; None except for lab
    staff.

    `today` is part of the interface of home page notices and not used.
    """
    if not can_read_requests(user):
        return None
    return CappedCount(AccessRequest.objects.visible_to(user).pending(), earliest="requested_at")


def _pending_notices(request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return the home page's notice with the number of people who wait for access; an empty list when nobody does.

    `rows` holds the result of the counting subquery: one mapping with `count` and `earliest`.
    """
    count = rows[0]["count"]
    if not count:
        return []
    text = ngettext("%(count)s person asks for access.", "%(count)s people ask for access.", count)
    reason = _("They signed in with their organisation’s account, and nobody invited them.")
    address, since = reverse("cohorts:access_requests"), since_day(rows[0]["earliest"])
    text %= {"count": capped_count_text(count)}
    return [HomeNotice(text, reason, address, _("Answer"), when=since)]


def count_open_requests(user: User) -> int | None:
    """Return how many access requests nobody has answered yet (one statement); None for anyone but lab staff."""
    return AccessRequest.objects.visible_to(user).pending().count() if can_read_requests(user) else None


# Access requests without an answer.
pending_requests = HomeNoticeSource(_count_pending, _pending_notices, "access_requests")

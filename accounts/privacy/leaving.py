"""People who leave: what is left without anybody, told before they do, and whom lab staff may still call back."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.registries import gaps
from web.database.nested_rows import nested
from web.dates.clock import Today, platform_day
from web.pages.home import Attention, Found, Watch
from web.text.names import by_name

MOST = 100  # counted; beyond that the number helps nobody


def what_is_left(user: User, at: datetime) -> list[str]:
    """What has nobody any more once the person is gone, in sentences."""
    today = platform_day(at)
    return [sentence for gap in gaps for sentence in gap(user, today)]


def _find(user: User, _today: Today) -> ArraySubquery | None:
    return nested(closed_accounts()[:MOST], "id") if user.is_lab_staff else None


def _say(_request: HttpRequest, found: Found) -> list[Attention]:
    if not found:
        return []
    strong = ngettext("%(n)d account is closed.", "%(n)d accounts are closed.", len(found)) % {"n": len(found)}
    text = _(
        "Check what no longer has a person in charge, and whether an account should be opened again before it"
        " is erased."
    )
    return [Attention(strong, text, reverse("leaving"), _("See closed accounts"))]


people_leaving = Watch(_find, _say)


def closed_accounts() -> QuerySet[User]:
    """Those that will be erased, the soonest first: only of closed accounts is it said when."""
    return User.objects.filter(erase_on__isnull=False).order_by("erase_on", *by_name("full_name"))

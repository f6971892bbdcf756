"""What lab staff are told of people who leave, and who may look after accounts that are closed."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from web.decisions import ALLOW, Decision, deny
from web.home import Attention, Found, Watch
from web.names import by_name
from web.nested import nested

MOST = 100  # counted; beyond that the number helps nobody
ONLY_STAFF = gettext_lazy("Only lab staff look after closed accounts and the registers.")


def may_keep_accounts(user: User) -> Decision:
    """Read who leaves, open an account again, read the registers of consents and of what is done with data."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)


def leaving() -> QuerySet[User]:
    """Closed accounts that will be erased, the soonest first."""
    return User.objects.filter(erase_on__isnull=False, is_active=False).order_by("erase_on", *by_name("full_name"))


def _find(user: User, _today: date) -> ArraySubquery | None:
    return nested(leaving()[:MOST], "id") if user.is_lab_staff else None


def _say(_request: HttpRequest, found: Found) -> list[Attention]:
    if not found:
        return []
    strong = ngettext("%(n)d account is closed.", "%(n)d accounts are closed.", len(found)) % {"n": len(found)}
    text = _("See what is left without anybody, and whether one should be opened again before it is erased.")
    return [Attention(strong, text, reverse("leaving"), _("See who leaves"))]


people_leaving = Watch(_find, _say)

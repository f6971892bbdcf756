"""The notice on the home page of lab staff that reports about accessibility wait for an answer."""

from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from labplatform.models import AccessibilityReport
from web.database.nested_rows import nested
from web.dates.clock import Today
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, since_day

MAX_COUNTED: Final = 100


def _waiting_query(user: User, _today: Today) -> "ArraySubquery | None":
    """Return a subquery of the reports without an answer, the oldest first, for lab staff; None for anyone else."""
    rows = AccessibilityReport.objects.filter(answered_at=None).order_by("reported_at", "pk")[:MAX_COUNTED]
    return nested(rows, "id", "reported_at") if user.is_lab_staff else None


def _waiting_notices(_request: "HttpRequest", rows: NestedRows) -> list[HomeNotice]:
    """Return the notice that counts the reports without an answer; [] when there are none."""
    if not rows:
        return []
    strong = ngettext(
        "%(n)d report about accessibility waits for an answer.",
        "%(n)d reports about accessibility wait for an answer.",
        len(rows),
    ) % {"n": len(rows)}
    text = _("Someone cannot use a page of the platform.")
    href, since = reverse("accessibility_reports"), since_day(rows[0]["reported_at"])
    return [HomeNotice(strong, text, href, _("Read the reports"), when=since)]


REPORTS_WAITING: Final = HomeNoticeSource(_waiting_query, _waiting_notices, "accessibility_reports")

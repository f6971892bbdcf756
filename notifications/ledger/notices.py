"""Notices on the home page of lab staff: all e-mails are paused, or some failed."""

from collections.abc import Collection

from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notifications.models import Delivery, MailSwitch
from web.database.nested_rows import nested
from web.dates.clock import Today
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, since_day

MAX_COUNTED = 100  # a higher number tells nobody more


def _paused_query(user: User, _today: Today) -> ArraySubquery | None:
    """Return a subquery for the switch while it pauses all e-mails, for the home page.

    None for people outside lab staff.
    """
    return nested(MailSwitch.objects.paused()[:1], "held_since") if user.is_lab_staff else None


def _paused_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return the home page's notice that all e-mails are paused; [] when they are not.

    `rows` are those of `_held_query`.
    """
    strong, text = _("E-mails are paused."), _("No e-mail is sent until someone resumes sending.")
    href, action = reverse("notifications:ledger"), _("Open the list of e-mails")
    return [HomeNotice(strong, text, href, action, when=since_day(row["held_since"])) for row in rows]


def _failed_query(user: User, _today: Today) -> ArraySubquery | None:
    """Return a subquery for up to 100 e-mails that failed for good, with their reason.

    None for people outside lab staff.
    """
    return nested(Delivery.objects.dead()[:MAX_COUNTED], "id", "reason", "due_at") if user.is_lab_staff else None


def _failed_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return the home page's notice of how many e-mails failed for good and why; [] when none did.

    `rows` are those of `_failed_query`, at most 100.
    """
    if not rows:
        return []
    strong = ngettext("%(n)d e-mail failed.", "%(n)d e-mails failed.", len(rows)) % {"n": len(rows)}
    text = _failure_text({row["reason"] for row in rows})
    href, since = f"{reverse('notifications:ledger')}?state=dead", since_day(min(row["due_at"] for row in rows))
    return [HomeNotice(strong, text, href, _("View and send again"), when=since)]


def _failure_text(reasons: Collection[str]) -> str:
    """Return in one or two sentences why e-mails failed: the mail server, the rendering of the e-mail, or both.

    `reasons` are the slugs of their reasons; "unwritten" means that rendering failed.
    """
    unwritten = _("At least one e-mail could not be written.") if "unwritten" in reasons else ""
    refused = _("The mail server refused to send or did not answer.") if {*reasons} - {"unwritten"} else ""
    return " ".join(filter(None, [refused, unwritten]))


emails_paused = HomeNoticeSource(_paused_query, _paused_notices, "emails_paused")
emails_failed = HomeNoticeSource(_failed_query, _failed_notices, "emails_failed")

"""Notices on the home page of lab staff: all emails are paused, or some failed."""

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
from web.pages.home import Attention, AttentionSource, NestedRows

MAX_COUNTED = 100  # a higher number tells nobody more


def _held_query(user: User, _today: Today) -> ArraySubquery | None:
    """Return the switch while it pauses all emails; None for people who are not lab staff."""
    return nested(MailSwitch.objects.held()[:1], "id") if user.is_lab_staff else None


def _held_notices(_request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return the notice that all emails are paused; `rows` come from `_held_query` and are empty when they are not."""
    text = _("No e-mail is sent until someone resumes sending.")
    note = Attention(_("E-mails are paused."), text, reverse("notifications:ledger"), _("Open the list of e-mails"))
    return [note] if rows else []


def _failed_query(user: User, _today: Today) -> ArraySubquery | None:
    """Return up to MAX_COUNTED failed emails with their reason; None for people who are not lab staff."""
    return nested(Delivery.objects.dead()[:MAX_COUNTED], "id", "reason") if user.is_lab_staff else None


def _failed_notices(_request: HttpRequest, rows: NestedRows) -> list[Attention]:
    """Return the notice of how many emails failed and why; `rows` come from `_failed_query`."""
    if not rows:
        return []
    strong = ngettext("%(n)d e-mail failed.", "%(n)d e-mails failed.", len(rows)) % {"n": len(rows)}
    text = _failure_text({row["reason"] for row in rows})
    return [Attention(strong, text, f"{reverse('notifications:ledger')}?state=dead", _("View and send again"))]


def _failure_text(reasons: Collection[str]) -> str:
    """Return why emails failed, by their reason slugs: the mail server, the rendering of the email, or both."""
    unwritten = _("At least one e-mail could not be written.") if "unwritten" in reasons else ""
    refused = _("The mail server refused to send or did not answer.") if {*reasons} - {"unwritten"} else ""
    return " ".join(filter(None, [refused, unwritten]))


emails_held = AttentionSource(_held_query, _held_notices)
emails_failed = AttentionSource(_failed_query, _failed_notices)

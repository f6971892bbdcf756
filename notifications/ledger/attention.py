"""What lab staff are told about letters on their home page."""

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
from web.pages.home import Attention, Found, Watch

MOST = 100  # counted; beyond that the number helps nobody


def _find_held(user: User, _today: Today) -> ArraySubquery | None:
    return nested(MailSwitch.objects.held()[:1], "id") if user.is_lab_staff else None


def _say_held(_request: HttpRequest, found: Found) -> list[Attention]:
    text = _("No e-mail is sent until someone resumes sending.")
    note = Attention(_("E-mails are paused."), text, reverse("notifications:ledger"), _("Open the list of e-mails"))
    return [note] if found else []


def _find_failed(user: User, _today: Today) -> ArraySubquery | None:
    return nested(Delivery.objects.dead()[:MOST], "id", "reason") if user.is_lab_staff else None


def _say_failed(_request: HttpRequest, found: Found) -> list[Attention]:
    if not found:
        return []
    strong = ngettext("%(n)d e-mail failed.", "%(n)d e-mails failed.", len(found)) % {"n": len(found)}
    text = _why({row["reason"] for row in found})
    return [Attention(strong, text, f"{reverse('notifications:ledger')}?state=dead", _("View and send again"))]


def _why(reasons: Collection[str]) -> str:
    """What stands behind them: the mail server, ourselves, or both."""
    unwritten = _("At least one e-mail could not be written.") if "unwritten" in reasons else ""
    refused = _("The mail server refused to send or did not answer.") if {*reasons} - {"unwritten"} else ""
    return " ".join(filter(None, [refused, unwritten]))


letters_held = Watch(_find_held, _say_held)
letters_failed = Watch(_find_failed, _say_failed)

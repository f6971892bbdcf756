"""What lab staff are told about letters on their home page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notifications.models import Delivery
from notifications.sending import mail_held
from web.home import Attention

MOST = 100  # counted; beyond that the number helps nobody


def letters_that_need_someone(request: HttpRequest) -> list[Attention]:
    """Letters are held, letters failed: two statements, for lab staff only."""
    if not isinstance(request.user, User) or not request.user.is_lab_staff:
        return []
    ledger = reverse("notifications:ledger")
    notes = []
    if mail_held():
        text = _("Nothing leaves until someone releases them.")
        notes.append(Attention(_("Letters are held."), text, ledger, _("Open the ledger")))
    if failed := Delivery.objects.dead()[:MOST].count():
        strong = ngettext("%(n)d letter failed.", "%(n)d letters failed.", failed) % {"n": failed}
        text = _("The mail server refused it, or never answered.")
        notes.append(Attention(strong, text, f"{ledger}?state=dead", _("See and try again")))
    return notes

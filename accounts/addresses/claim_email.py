"""The e-mail that asks the owner of an address whether a member may add it: one e-mail, whoever has the address."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.addresses.actions import claim_address, is_awaited
from accounts.models import AddressClaim, User
from web.site_addresses import absolute


def request_confirmation(request: HttpRequest, user: User, email: str) -> None:
    """Record the claim, and send one e-mail to the address: with the link, or saying that it belongs to someone.

    The claimant sees the same message whoever has the address. Within the rate limit only the first of several claims
    sends an e-mail, and its link stays valid.
    """
    at = timezone.now()
    may_send = ratelimit.consume(request, action="confirm_email", key=email)
    if may_send or not AddressClaim.objects.pending(at).filter(user=user, email=email).exists():
        token = claim_address(user=user, email=email, at=at, by=user)
    if may_send:
        get_adapter().send_mail(*_template_and_recipient(user, email, token, at))
    if not getattr(request, "email_failed", False):
        text = _("An e-mail is on its way to %(email)s. Open the link in it to confirm the address.")
        messages.success(request, text % {"email": email})


def _template_and_recipient(user: User, email: str, token: str, at: datetime) -> tuple[str, str, dict[str, str]]:
    """Return the arguments of `send_mail`. The context has nothing about the claimant, whom the owner may not know."""
    holder = User.objects.with_address(email).exclude(pk=user.pk).first()
    if holder is not None and holder.joined:
        return "account/email/address_taken", email, {}
    if holder is not None and is_awaited(email, at):
        return "account/email/address_invited", email, {}
    return "account/email/address_claimed", email, {"confirm_url": absolute(reverse("confirm_claim", args=[token]))}

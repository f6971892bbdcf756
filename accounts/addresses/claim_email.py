"""The e-mail that asks the owner of an address whether a person may add it to their account."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.addresses.actions import claim_address, has_pending_invitation
from accounts.models import AddressClaim, User
from web.site_addresses import absolute_url


def request_confirmation(request: HttpRequest, user: User, email: str) -> None:
    """Record that a person claims the address `email`, and send one e-mail to it with the link to confirm it.

    If the address belongs to someone else or is invited, the e-mail says so and has no link; the person who claims it
    sees no difference. When too many were sent to the address, no e-mail is sent and the link of the last one stays
    valid.
    """
    at = timezone.now()
    can_send = ratelimit.consume(request, action="confirm_email", key=email)
    if can_send or not AddressClaim.objects.pending(at).filter(user=user, email=email).exists():
        token = claim_address(user=user, email=email, at=at, by=user)
    if can_send:
        get_adapter().send_mail(*_template_and_recipient(user, email, token, at))
    if not getattr(request, "email_failed", False):
        text = _("An e-mail is on its way to %(email)s. Open the link in it to confirm the address.")
        messages.success(request, text % {"email": email})


def _template_and_recipient(user: User, email: str, token: str, at: datetime) -> tuple[str, str, dict[str, str]]:
    """Return the template, recipient and context of the e-mail to a claimed address: the arguments of `send_mail`.

    The context has the confirmation URL with the `token`; it is empty when the address has an account or, at the moment
    `at`, an open invitation. It says nothing about the person who claims it, whom the owner may not know.
    """
    holder = User.objects.with_address(email).exclude(pk=user.pk).first()
    if holder is not None and holder.joined:
        return "account/email/address_taken", email, {}
    if holder is not None and has_pending_invitation(email, at):
        return "account/email/address_invited", email, {}
    return "account/email/address_claimed", email, {"confirm_url": absolute_url(reverse("confirm_claim", args=[token]))}

"""Sign in a person who proved an e-mail address, by a sign-in link or an invitation; and send sign-in links."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.sign_in.actions.links import request_sign_in_link
from accounts.sign_in.allauth_internals import (
    record_authentication,
    sync_user_email_address,
    verify_email_indirectly,
)
from web.security.log import log_security_event
from web.site_addresses import absolute_url


def verify_address_after_reset(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Mark the address of a person as verified after they chose a new password by the link sent to it.

    If the person has several addresses, none is verified: the link may have gone to any of them. Receives allauth's
    `password_reset`.
    """
    if not EmailAddress.objects.filter(user=user).exclude(email=user.email).exists():
        sync_user_email_address(user)
        verify_email_indirectly(request, user, user.email)


def sign_in_by_email(request: HttpRequest, user: User, *, by: str, email: str, next_url: str = "") -> HttpResponse:
    """Sign in a person who proved that the address `email` is theirs.

    Returns the redirect to `next_url`, or to the default page. The address is marked as verified. A person with a
    second factor is first sent to use it. `by` is the method for the log, such as `link` or `invitation`.
    """
    record_authentication(request, user, method=by, email=email)
    verify_email_indirectly(request, user, email)
    answer: HttpResponse = perform_login(request, user, redirect_url=next_url or None, email=email)
    return answer


def send_sign_in_link(email: str, next_url: str) -> None:
    """Send one e-mail to the address: a sign-in link when it has an open account, else that it has no account.

    `next_url` is the page that opens after signing in; "" for the home page.
    """
    user = User.objects.with_address(email).filter(is_active=True).first()
    if user is None:
        log_security_event("sign_in_link_asked", known=False)
        get_adapter().send_mail("account/email/unknown_account", email, {})
        return
    token = request_sign_in_link(user=user, email=email, at=timezone.now(), by=user)
    log_security_event("sign_in_link_asked", known=True, person=user.pk)
    path = reverse("sign_in_link", args=[token]) + (f"?{urlencode({'next': next_url})}" if next_url else "")
    context = {"user": user, "sign_in_url": absolute_url(path)}
    get_adapter().send_mail("account/email/sign_in_link", email, context)

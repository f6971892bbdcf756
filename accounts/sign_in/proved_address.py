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
from web.security.log import note
from web.site_addresses import absolute_url


def verify_address_after_reset(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Verify the address of a person who chose a new password by the link sent to it. Receives allauth's
    `password_reset`.

    If the person has several addresses, none is verified: the link may have gone to any of them.
    """
    if not EmailAddress.objects.filter(user=user).exclude(email=user.email).exists():
        sync_user_email_address(user)
        verify_email_indirectly(request, user, user.email)


def sign_in_by_email(request: HttpRequest, user: User, *, by: str, email: str, next_url: str = "") -> HttpResponse:
    """Sign a person in who proved their address `email`, and return the redirect to `next_url`, or to allauth's
    default.

    A second factor is still required first. `by` is the method for the log: `link` or `invitation`, for example.
    """
    record_authentication(request, user, method=by, email=email)
    verify_email_indirectly(request, user, email)
    answer: HttpResponse = perform_login(request, user, redirect_url=next_url or None, email=email)
    return answer


def send_sign_in_link(email: str, next_url: str) -> None:
    """Send one e-mail to the address, whether it has an account or not: a sign-in link, or that it has none.

    `next_url` is the page that opens after signing in; "" for the home page.
    """
    user = User.objects.with_address(email).filter(is_active=True).first()
    if user is None:
        note("sign_in_link_asked", known=False)
        get_adapter().send_mail("account/email/unknown_account", email, {})
        return
    token = request_sign_in_link(user=user, email=email, at=timezone.now(), by=user)
    note("sign_in_link_asked", known=True, person=user.pk)
    path = reverse("sign_in_link", args=[token]) + (f"?{urlencode({'next': next_url})}" if next_url else "")
    context = {"user": user, "sign_in_url": absolute_url(path)}
    get_adapter().send_mail("account/email/sign_in_link", email, context)

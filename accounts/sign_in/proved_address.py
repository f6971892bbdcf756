"""Signing somebody in who has proved an address: by a link that is sent from here, by the letter of an invitation."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.models import EmailAddress, Login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.sign_in.actions.links import ask_sign_in_link
from web.security.log import note
from web.site_addresses import absolute


def mailbox_shown(*, request: HttpRequest, user: User, **_told: Any) -> None:
    """A new password was chosen from a letter: the address it went to is proved, and asks for no second letter.

    Whoever has several addresses may have had it at any of them: none is taken for proved.
    """
    if not EmailAddress.objects.filter(user=user).exclude(email=user.email).exists():
        sync_user_email_address(user)
        verify_email_indirectly(request, user, user.email)


def enter(request: HttpRequest, user: User, *, by: str, email: str, wanted: str = "") -> HttpResponse:
    """Signed in and on their way to what they wanted; a second factor is still asked for first.

    It is in the list of their sign-ins and in the security log as any other is.
    """
    record_authentication(request, user, method=by, email=email)
    verify_email_indirectly(request, user, email)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=wanted or None, email=email))
    return answer


def send_link(email: str, wanted: str) -> None:
    """Send one e-mail in every case: a link to the person whose own address it is, else that it has no account."""
    user = User.objects.with_address(email).filter(is_active=True).first()
    if user is None:
        note("sign_in_link_asked", known=False)
        get_adapter().send_mail("account/email/unknown_account", email, {})
        return
    token = ask_sign_in_link(user=user, email=email, at=timezone.now(), by=user)
    note("sign_in_link_asked", known=True, person=user.pk)
    path = reverse("sign_in_link", args=[token]) + (f"?{urlencode({'next': wanted})}" if wanted else "")
    told = {"user": user, "sign_in_url": absolute(path)}
    get_adapter().send_mail("account/email/sign_in_link", email, told)

"""Signing somebody in who has proved an address: by a link to sign in, by the letter of an invitation."""

from typing import Any

from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.models import EmailAddress, Login
from django.http import HttpRequest, HttpResponse

from accounts.models import User


def mailbox_shown(*, request: HttpRequest, user: User, **_told: Any) -> None:
    """A new password was chosen from a letter: the address it went to is proved, and asks for no second letter.

    Whoever has several addresses may have had it at any of them: none is taken for proved.
    """
    if not EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).exists():
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

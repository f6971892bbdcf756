"""Receivers for accounts at identity providers that are connected, disconnected and used to sign in."""

from typing import Any

from allauth.account.signals import user_logged_in
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import confirm_address
from accounts.hooks import account_hooks
from accounts.openid.views import SIGNED_IN_WITH
from web.security.log import log_security_event


@receiver(social_account_added)
def log_connection(*, request: HttpRequest, sociallogin: SocialLogin, **_: Any) -> None:
    """Log in the security log that a person connected an account at a provider.

    Receives allauth's `social_account_added`. If their account here was found by its e-mail address, confirm this
    address, since the provider verified it.
    """
    log_security_event("connected", request=request, provider=sociallogin.account.provider, account=sociallogin.user.pk)
    if email := getattr(sociallogin, "_did_authenticate_by_email", None):
        confirm_address(user=sociallogin.user, email=email, by=None)


@receiver(social_account_removed)
def log_disconnection(*, request: HttpRequest, socialaccount: SocialAccount, **_: Any) -> None:
    """Log in the security log that a person disconnected an account at a provider, and tell the apps.

    Receives `social_account_removed`.
    """
    log_security_event("disconnected", request=request, provider=socialaccount.provider)
    for hooks in account_hooks:
        hooks.provider_disconnected(
            request=request, user=socialaccount.user, provider=socialaccount.provider, at=timezone.now()
        )


@receiver(user_logged_in)
def remember_provider_sign_out(*, request: HttpRequest, **kwargs: Any) -> None:
    """Store in the session how to sign out at the provider with which the person just signed in: its URL and the ID
    token.

    After a sign-in by other means, nothing is stored. Receives allauth's `user_logged_in`.
    """
    sign_out_details = kwargs["sociallogin"].state.get("leaving") if kwargs.get("sociallogin") else None
    request.session.pop(SIGNED_IN_WITH, None)
    if sign_out_details:
        request.session[SIGNED_IN_WITH] = sign_out_details

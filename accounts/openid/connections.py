"""What follows a connection made or taken back, and signing in by one."""

from typing import Any

from allauth.account.signals import user_logged_in
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.actions import confirm_address
from accounts.openid.views import SIGNED_IN_WITH
from web.security.log import note


@receiver(social_account_added)
def connected(*, request: HttpRequest, sociallogin: SocialLogin, **_: Any) -> None:
    """Noted; an address by which the account was found is the person's, as the provider vouches."""
    note("connected", request=request, provider=sociallogin.account.provider, account=sociallogin.user.pk)
    if email := getattr(sociallogin, "_did_authenticate_by_email", None):
        confirm_address(user=sociallogin.user, email=email, by=None)


@receiver(social_account_removed)
def disconnected(*, request: HttpRequest, socialaccount: SocialAccount, **_: Any) -> None:
    note("disconnected", request=request, provider=socialaccount.provider)


@receiver(user_logged_in)
def remember_the_way_out(*, request: HttpRequest, **kwargs: Any) -> None:
    """Keep in the session how to leave the provider; nothing where one signed in otherwise."""
    leaving = kwargs["sociallogin"].state.get("leaving") if kwargs.get("sociallogin") else None
    request.session.pop(SIGNED_IN_WITH, None)
    if leaving:
        request.session[SIGNED_IN_WITH] = leaving

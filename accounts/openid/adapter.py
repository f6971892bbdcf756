"""Who gets in by a provider: an account it vouches for, whoever was invited, nobody else. The lab hears of others."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django_stubs_ext import StrOrPromise
from requests import Session

from accounts.models import User
from accounts.openid.views import ASKED
from accounts.registries import Arrival, arrivals_by_provider, knocks
from web.errors import DomainError
from web.security.log import note


class ProviderAccountAdapter(DefaultSocialAccountAdapter):
    """allauth's questions about accounts at providers, answered for a platform that is closed."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """Those of the environment: no row of the database makes a provider."""
        apps = [SocialApp(provider="openid_connect", **app) for app in settings.OIDC_PROVIDERS]
        return [
            app
            for app in apps
            if provider in {None, app.provider, app.provider_id} and client_id in {None, app.client_id}
        ]

    def get_requests_session(self) -> Session:
        """With allauth's time-out; a provider that redirects leads nowhere."""
        session: Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Asked of vouched addresses only (`accounts.openid.claims`)."""
        return True

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The account with a vouched address; not where another subject of the provider has it: the subject decides.

        Whoever is awaited has no account yet: an invitation opens it (`accounts.registries.arrivals_by_provider`).
        """
        found: tuple[User, str] | None = super().authenticate_by_email(sociallogin)
        if found and not found[0].joined:
            return None
        if found and SocialAccount.objects.filter(provider=sociallogin.account.provider, user=found[0]).exists():
            return None
        return found

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in, or tell the lab that somebody came. A closed account is told what somebody unknown is told."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        try:
            user = sociallogin.user if sociallogin.is_existing else _invited(request, sociallogin)
        except DomainError as error:
            request.session[ASKED] = _said(sociallogin, "invited", error.message)
            raise ImmediateHttpResponse(redirect("access_asked")) from error
        if user is None or not user.is_active:
            request.session[ASKED] = _told(request, sociallogin, None)
            raise ImmediateHttpResponse(redirect("access_asked"))
        _told(request, sociallogin, user)
        if sociallogin.leaving["address"]:
            sociallogin.state["leaving"] = sociallogin.leaving | {"name": sociallogin.provider.name}

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        reason = getattr(exception, "reason", "") or (type(exception).__name__ if exception else str(error or ""))
        note("provider_refused", request=request, provider=provider.sub_id, reason=reason)


def _invited(request: HttpRequest, sociallogin: SocialLogin) -> User | None:
    """The account an app above makes or finds for somebody unknown, connected at once."""
    for arrive in arrivals_by_provider:
        if user := arrive(request=request, arrival=sociallogin.arrival, at=timezone.now()):
            sociallogin.connect(request, user)
            return user
    return None


def _told(request: HttpRequest, sociallogin: SocialLogin, user: User | None) -> dict[str, str]:
    """Let the apps above know who came; what somebody unknown reads of it."""
    arrival: Arrival = sociallogin.arrival
    answers = [knock(request=request, arrival=arrival, user=user, at=timezone.now()) for knock in knocks]
    said = next((answer for answer in answers if answer), None)
    return _said(sociallogin, said.state, said.reason) if said else _said(sociallogin, "pending")


def _said(sociallogin: SocialLogin, state: str, reason: StrOrPromise = "") -> dict[str, str]:
    return {"provider": sociallogin.provider.name, "state": state, "reason": str(reason)}

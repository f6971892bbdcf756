"""Who may sign in with an identity provider: people with an account whose address it verifies, and invited people."""

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

from accounts.hooks import ProviderIdentity, account_hooks
from accounts.models import User
from accounts.openid.views import ACCESS_REQUESTED
from web.errors import DomainError
from web.security.log import log_security_event


class ProviderAccountAdapter(DefaultSocialAccountAdapter):
    """allauth's adapter for accounts at identity providers, for a platform where nobody signs up."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """Return the environment's identity providers as unsaved rows of allauth; the database is not read.

        Given `provider` (its id, or "openid_connect" for all) or `client_id`, only those that match.
        """
        apps = [SocialApp(provider="openid_connect", **app) for app in settings.OIDC_PROVIDERS]
        return [
            app
            for app in apps
            if provider in {None, app.provider, app.provider_id} and client_id in {None, app.client_id}
        ]

    def get_requests_session(self) -> Session:
        """Return the session for requests to a provider, with allauth's time-out.

        A redirect raises TooManyRedirects.
        """
        session: Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return False: nobody signs up through an identity provider, people join by invitation."""
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Return True: an account may be found by its address, because `accounts.openid.claims` passes on only verified
        ones.
        """
        return True

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Return the account that has one of the addresses verified by the provider, with this address.

        None if there is none. None also for an invited person, who joins by `AccountHooks.join_by_provider`, and for an
        account that is connected to another person at the same provider.
        """
        account: tuple[User, str] | None = super().authenticate_by_email(sociallogin)
        if account and not account[0].joined:
            return None
        if account and SocialAccount.objects.filter(provider=sociallogin.account.provider, user=account[0]).exists():
            return None
        return account

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let a person with an open account sign in; for everyone else, redirect to the page on their access request.

        The redirect is raised as ImmediateHttpResponse. All apps learn of each sign-in
        (`AccountHooks.handle_provider_identity`). Someone whose account is closed reads the same as someone without
        one. Connecting a provider to an account passes through.
        """
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        try:
            user = sociallogin.user if sociallogin.is_existing else _invited_account(request, sociallogin)
        except DomainError as error:
            request.session[ACCESS_REQUESTED] = _session_payload(sociallogin, "invited", error.message)
            raise ImmediateHttpResponse(redirect("access_requested")) from error
        if user is None or not user.is_active:
            request.session[ACCESS_REQUESTED] = _report_sign_in(request, sociallogin, None)
            raise ImmediateHttpResponse(redirect("access_requested"))
        _report_sign_in(request, sociallogin, user)
        if sociallogin.leaving["address"]:
            sociallogin.state["leaving"] = sociallogin.leaving | {"name": sociallogin.provider.name}

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Write to the security log that a sign-in at the provider failed, and why; allauth then shows its error page.

        The reason is that of the `exception` if it has one, else its class, else `error`.
        """
        reason = getattr(exception, "reason", "") or (type(exception).__name__ if exception else str(error or ""))
        log_security_event("provider_refused", request=request, provider=provider.sub_id, reason=reason)


def _invited_account(request: HttpRequest, sociallogin: SocialLogin) -> User | None:
    """Return the account that an app finds or opens for someone unknown whom a provider sent, such as an invited
    person.

    It is connected to their account at the provider. None when no app admits them. Raises DomainError, with a sentence
    for the person, when an app refuses them.
    """
    for hooks in account_hooks:
        if user := hooks.join_by_provider(request=request, identity=sociallogin.identity, at=timezone.now()):
            sociallogin.connect(request, user)
            return user
    return None


def _report_sign_in(request: HttpRequest, sociallogin: SocialLogin, user: User | None) -> dict[str, str]:
    """Tell the apps whom a provider sent; return what a person without an account reads, as a dict like
    `_session_payload`.

    `user` is their account here, or None. The first app that answers decides; without an answer the state is "pending".
    """
    identity: ProviderIdentity = sociallogin.identity
    answers = [
        hooks.handle_provider_identity(request=request, identity=identity, user=user, at=timezone.now())
        for hooks in account_hooks
    ]
    answer_for_person = next((answer for answer in answers if answer), None)
    return (
        _session_payload(sociallogin, answer_for_person.state, answer_for_person.reason)
        if answer_for_person
        else _session_payload(sociallogin, "pending")
    )


def _session_payload(sociallogin: SocialLogin, state: str, reason: StrOrPromise = "") -> dict[str, str]:
    """Return what the session stores for the page on an access request: the keys `provider` (name), `state` and
    `reason`.

    `state` is "pending", "granted", "refused" or "invited" (an app refused the invitation); `reason` is a sentence or
    "".
    """
    return {"provider": sociallogin.provider.name, "state": state, "reason": str(reason)}

"""allauth's OpenID Connect, with what it leaves out: the nonce, the signature of every token, one subject throughout.

The way to a provider is a page that leads on, not a redirect: a form may only be sent to ourselves (`form-action`), and
browsers hold redirects after a form to that too.
"""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider, OpenIDConnectProviderAccount
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.openid import claims, discovery, tokens
from accounts.openid.tokens import Untrusted
from accounts.registries import Arrival
from web.site_addresses import absolute


class Conversation(OpenIDConnectOAuth2Adapter):
    """What is asked of a provider and how its answers are read; `nonce` is that of the sign-in under way."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            told = self.get_provider().app.settings
            self._openid_config = discovery.discovered(address=told["server_url"], issuer=told["issuer"])
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Under BASE_URL: a forged Host header must not choose where the provider sends people."""
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        return absolute(path)

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        if request.GET.get("iss", self.openid_config["issuer"]) != self.openid_config["issuer"]:
            raise Untrusted("answer_of_another_issuer")
        try:
            told = super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)
        except (KeyError, ValueError) as error:
            raise Untrusted("token_answer") from error
        if not (isinstance(told, dict) and isinstance(told.get("id_token"), str)):
            raise Untrusted("no_id_token")
        return told

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who signed in; raises Untrusted where anything of the answer does not fit together."""
        text = kwargs["response"]["id_token"]
        keys = discovery.as_object(discovery.fetched(self.openid_config["jwks_uri"]))
        signed = {"keys": keys, "issuer": self.openid_config["issuer"], "audience": app.client_id}
        told = tokens.read(text, **signed)
        tokens.check_sign_in(told, text=text, nonce=self.nonce, access_token=token.token)
        more = self._userinfo(token.token, signed, required=app.settings["signed_userinfo"])
        if more.get("sub") != told["sub"]:
            raise Untrusted("userinfo_of_another_subject")
        provider = self.get_provider()
        login = provider.sociallogin_from_response(request, {"userinfo": told | more})
        login.arrival = provider.arrival(told | more)
        login.leaving = {"address": self.openid_config.get("end_session_endpoint", ""), "id_token": text}
        return login

    def _userinfo(self, access_token: str, signed: dict[str, Any], *, required: bool) -> dict[str, Any]:
        """What else is told: JSON, or a token signed by the provider where it sends one (ProConnect does)."""
        answer = discovery.fetched(self.profile_url, Authorization=f"Bearer {access_token}")
        if answer.headers.get("content-type", "").split(";")[0].strip() == "application/jwt":
            return tokens.read(answer.text, **signed)
        if required:
            raise Untrusted("userinfo_not_signed")
        return discovery.as_object(answer)


class Account(OpenIDConnectProviderAccount):
    """How a connection is named on the person's own page."""

    def to_str(self) -> str:
        return str(self.account.extra_data.get("email") or self.account.get_provider().name)


class Provider(OpenIDConnectProvider):
    """One provider of the environment."""

    account_class = Account
    oauth2_adapter_class = Conversation

    def arrival(self, told: dict[str, Any]) -> Arrival:
        return claims.arrival(told, provider=self.app.provider_id, settings=self.app.settings)

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Only where to go afterwards comes from the page: no address may add scopes or parameters of its own."""
        asked = super().get_redirect_from_request_kwargs(request)
        connects = asked["process"] == AuthProcess.CONNECT and request.user.is_authenticated
        given = {"process": AuthProcess.CONNECT if connects else AuthProcess.LOGIN, "scope": self.get_scope()}
        return {**asked, **given, "auth_params": self.get_auth_params()}

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        asked = (kwargs.pop("auth_params", None) or self.get_auth_params()) | {"nonce": nonce}
        answer = super().redirect(request, process, next_url, data, auth_params=asked, nonce=nonce, **kwargs)
        return leading_on(request, answer.url, self.name) if answer.status_code == 302 else answer

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        """All that is kept with a connection: the address by which a person tells their accounts apart."""
        return {"email": self.arrival(data["userinfo"]).email}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        told = self.arrival(data["userinfo"])
        return [EmailAddress(email=told.email, verified=told.vouched, primary=True)] if told.email else []


def leading_on(request: HttpRequest, address: str, name: str) -> HttpResponse:
    """A page that leads to the provider by itself, with a link for whoever is not led."""
    page = render(request, "accounts/leading_on.html", {"address": address, "name": name})
    page.headers["Cache-Control"] = "no-store"
    return page

"""allauth's OpenID Connect with the checks it leaves out: the nonce, the signature of every token, one subject
throughout.

People reach a provider by a page that forwards them, not by a redirect: forms may only be sent to ourselves
(`form-action`), and browsers apply that to redirects after a form too.
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

from accounts.hooks import ProviderIdentity
from accounts.openid import claims, discovery, tokens
from accounts.openid.tokens import UntrustedAnswer
from web.site_addresses import absolute_url


class VerifiedOpenIDAdapter(OpenIDConnectOAuth2Adapter):
    """The requests of one sign-in to a provider, and the checks of its answers. `nonce` is that of this sign-in."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the configuration that the provider publishes, as a dict.

        It is fetched once for each request that we answer. Raises UntrustedAnswer when it names another issuer or
        unsafe endpoints, and requests' exceptions when it cannot be fetched.
        """
        if not hasattr(self, "_openid_config"):
            app_settings = self.get_provider().app.settings
            self._openid_config = discovery.provider_configuration(
                address=app_settings["server_url"], issuer=app_settings["issuer"]
            )
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Return the URL to which the provider sends people back, below the setting BASE_URL.

        A forged Host header must not change it. `request` and `app` are not used.
        """
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        return absolute_url(path)

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Exchange the code in the request for the provider's tokens, and return them as a dict with `id_token`.

        Raises UntrustedAnswer when the answer comes from another issuer, cannot be read, or has no ID token.
        """
        if request.GET.get("iss", self.openid_config["issuer"]) != self.openid_config["issuer"]:
            raise UntrustedAnswer("answer_of_another_issuer")
        try:
            response = super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)
        except (KeyError, ValueError) as error:
            raise UntrustedAnswer("token_answer") from error
        if not (isinstance(response, dict) and isinstance(response.get("id_token"), str)):
            raise UntrustedAnswer("no_id_token")
        return response

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Return the sign-in of the person whom the provider's tokens name; its `identity` says who they are.

        Raises UntrustedAnswer when a token is invalid, or when ID token, access token and userinfo do not belong
        together.
        """
        text = kwargs["response"]["id_token"]
        keys = discovery.json_object(discovery.fetch(self.openid_config["jwks_uri"]))
        verification = {"keys": keys, "issuer": self.openid_config["issuer"], "audience": app.client_id}
        id_claims = tokens.verify(text, **verification)
        tokens.check_sign_in(id_claims, text=text, nonce=self.nonce, access_token=token.token)
        userinfo = self._userinfo(token.token, verification, required=app.settings["signed_userinfo"])
        if userinfo.get("sub") != id_claims["sub"]:
            raise UntrustedAnswer("userinfo_of_another_subject")
        provider = self.get_provider()
        login = provider.sociallogin_from_response(request, {"userinfo": id_claims | userinfo})
        login.identity = provider.identity(id_claims | userinfo)
        login.leaving = {"address": self.openid_config.get("end_session_endpoint", ""), "id_token": text}
        return login

    def _userinfo(self, access_token: str, verification: dict[str, Any], *, required: bool) -> dict[str, Any]:
        """Return the claims at the provider's userinfo endpoint, from JSON or from a signed token, as ProConnect sends
        it.

        `verification` holds what checks the token: `keys`, `issuer` and `audience`. Raises UntrustedAnswer when the
        token is invalid, or when a signed token is `required` and JSON comes.
        """
        answer = discovery.fetch(self.profile_url, Authorization=f"Bearer {access_token}")
        if answer.headers.get("content-type", "").split(";")[0].strip() == "application/jwt":
            return tokens.verify(answer.text, **verification)
        if required:
            raise UntrustedAnswer("userinfo_not_signed")
        return discovery.json_object(answer)


class ConnectedAccount(OpenIDConnectProviderAccount):
    """An account at a provider as the person's own pages name it."""

    def to_str(self) -> str:
        """Return the e-mail address of the account at the provider, or the provider's name."""
        return str(self.account.extra_data.get("email") or self.account.get_provider().name)


class Provider(OpenIDConnectProvider):
    """One of the identity providers that the environment names."""

    account_class = ConnectedAccount
    oauth2_adapter_class = VerifiedOpenIDAdapter

    def identity(self, verified_claims: dict[str, Any]) -> ProviderIdentity:
        """Return the person whom the verified claims of this provider describe: their subject, address, name and
        organisation.
        """
        return claims.identity_from_claims(verified_claims, provider=self.app.provider_id, settings=self.app.settings)

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Return the parameters for going to the provider.

        Of the request, only the next page and the process are taken. The process is "connect" only when someone is
        signed in, else "login". No link may add scopes or other parameters.
        """
        parameters = super().get_redirect_from_request_kwargs(request)
        is_connecting = parameters["process"] == AuthProcess.CONNECT and request.user.is_authenticated
        own_parameters = {
            "process": AuthProcess.CONNECT if is_connecting else AuthProcess.LOGIN,
            "scope": self.get_scope(),
        }
        return {**parameters, **own_parameters, "auth_params": self.get_auth_params()}

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Return the page that forwards to the provider, with a new nonce that is stored in the sign-in's state.

        `process` is "login" or "connect"; `next_url` is where the person comes back to; `data` is further state for
        allauth.
        """
        nonce = secrets.token_urlsafe(24)
        auth_params = (kwargs.pop("auth_params", None) or self.get_auth_params()) | {"nonce": nonce}
        answer = super().redirect(request, process, next_url, data, auth_params=auth_params, nonce=nonce, **kwargs)
        return redirect_page(request, answer.url, self.name) if answer.status_code == 302 else answer

    def stash_redirect_state(self, request: HttpRequest, *args: Any, **state: Any) -> str:
        """Store the state of a sign-in in the session, and return its id of 32 characters.

        ProConnect asks for as many; allauth's own ids have 16.
        """
        stored: str = super().stash_redirect_state(request, *args, **state, state_id=secrets.token_urlsafe(24))
        return stored

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        """Return all that is stored with a connected account: its `email`, by which a person tells their accounts
        apart.

        `data` holds the provider's claims under `userinfo`.
        """
        return {"email": self.identity(data["userinfo"]).email}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Return the e-mail address in the claims as a list of one unsaved row, verified or not; [] when there is none.

        `data` holds the provider's claims under `userinfo`.
        """
        identity = self.identity(data["userinfo"])
        return (
            [EmailAddress(email=identity.email, verified=identity.email_verified, primary=True)]
            if identity.email
            else []
        )


def redirect_page(request: HttpRequest, address: str, name: str) -> HttpResponse:
    """Return a page that forwards to the URL `address` of the provider called `name`, with a link in case it does not.

    Browsers must not store it.
    """
    page = render(request, "accounts/openid/redirect_to_provider.html", {"address": address, "name": name})
    page.headers["Cache-Control"] = "no-store"
    return page

"""Pages for signing in with an identity provider: going there, coming back, waiting for access, signing out there."""

import secrets
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import LogoutView
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from accounts.openid.provider import VerifiedOpenIDAdapter, redirect_page
from accounts.openid.tokens import UntrustedAnswer
from web.forms.pages import form_page
from web.security.lab_readers import open_to_lab_readers
from web.site_addresses import absolute_url

ACCESS_REQUESTED = "access_requested"  # session key: the answer to a person without an account
SIGNED_IN_WITH = "signed_in_with"  # session key: how to sign out at the provider


class ProviderCallbackView(OAuth2CallbackView):
    """allauth's callback, which hands the nonce of the sign-in to the adapter."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        """Return the stored state of the sign-in and None, or None and the response to send when there is no such
        state.

        The nonce of the state is handed to the adapter.
        """
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


def _is_connecting(request: HttpRequest) -> bool:
    """Return whether a signed-in person wants to connect an account at a provider to theirs, rather than sign in with
    it.
    """
    return request.GET.get("process") == AuthProcess.CONNECT and request.user.is_authenticated


@open_to_lab_readers
@login_not_required
@form_page
@reauthentication_required(enabled=_is_connecting, app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Show the page that asks before forwarding to the identity provider; forward on POST.

    A signed-in person who connects an account at the provider to theirs gives their password again first. Raises
    Http404 for an unknown provider.
    """
    if request.method == "HEAD":
        request.method = "GET"  # allauth takes every method but GET for a sent form
    return _adapter_response(OAuth2LoginView, request, provider_id)


@login_not_required
@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Handle the answer of an identity provider: sign the person in, connect an account, or redirect to their access
    request.

    An error page says why when the sign-in fails. Raises Http404 for an unknown provider.
    """
    return _adapter_response(ProviderCallbackView, request, provider_id)


def _adapter_response(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    """Return the response of allauth's view class `view` (the way there or the way back) with our adapter for the
    provider.

    It is an error page if the provider is down or its answer cannot be trusted. Raises Http404 for an unknown provider.
    """
    adapter = VerifiedOpenIDAdapter(request, provider_id)
    try:
        answer: HttpResponse = view.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, UntrustedAnswer) as error:
        answer = render_authentication_error(request, adapter.get_provider(), exception=error)
    return answer


@login_not_required
@never_cache
@require_safe
def access_requested(request: HttpRequest) -> HttpResponse:
    """Show a person without an account what became of their access request at the last sign-in with a provider.

    The sign-in stored it in the session; without it, redirects to the sign-in page.
    """
    payload = request.session.get(ACCESS_REQUESTED)
    if not payload:
        return redirect("account_login")
    return render(request, "accounts/openid/access_requested.html", {"answer": payload})


class SignOutView(LogoutView):
    """Signs out here, then at the provider with which the person signed in, if it supports that."""

    http_method_names = ("get", "head", "post")

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out; return the page that forwards to the sign-out of the provider with which the person signed in.

        Without such a provider, return allauth's response.
        """
        provider_session = self.request.session.get(SIGNED_IN_WITH)
        answer: HttpResponse = super().post(*args, **kwargs)
        if not provider_session:
            return answer
        query = urlencode(
            {
                "id_token_hint": provider_session["id_token"],
                "post_logout_redirect_uri": absolute_url(reverse("account_login")),
                "state": secrets.token_urlsafe(24),  # ProConnect requires one; the page it leads to changes nothing
            }
        )
        return redirect_page(self.request, f"{provider_session['address']}?{query}", provider_session["name"])

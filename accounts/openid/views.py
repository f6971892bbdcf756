"""Pages for signing in with an identity provider: going there, coming back, waiting for access, signing out there."""

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
from web.site_addresses import absolute_url

ACCESS_REQUESTED = "access_requested"  # session key: the answer to a person without an account
SIGNED_IN_WITH = "signed_in_with"  # session key: how to sign out at the provider


class ProviderCallbackView(OAuth2CallbackView):
    """allauth's callback, which hands the nonce of the sign-in to the adapter."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        """Return the stored state of the sign-in, whose nonce the adapter gets, or a response when there is none."""
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


def _is_connecting(request: HttpRequest) -> bool:
    """Return whether the signed-in person wants to connect an account at a provider, rather than sign in with it."""
    return request.GET.get("process") == AuthProcess.CONNECT and request.user.is_authenticated


@login_not_required
@form_page
@reauthentication_required(enabled=_is_connecting, app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Show the page that asks before forwarding to the provider; forward on POST.

    A person who connects an account at the provider to theirs gives their password again first.
    """
    if request.method == "HEAD":
        request.method = "GET"  # allauth takes every method but GET for a sent form
    return _adapter_response(OAuth2LoginView, request, provider_id)


@login_not_required
@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Handle the answer of an identity provider: the person signs in, connects an account, waits for access, or reads a
    reason.
    """
    return _adapter_response(ProviderCallbackView, request, provider_id)


def _adapter_response(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    """Return the response of allauth's class `view` with our adapter for the provider; raises Http404 for an unknown
    provider.

    An error page if the provider is down or its answer cannot be trusted.
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
    """Show a person without an account what became of their access request, as the provider's sign-in stored it in the
    session.

    Redirects to the sign-in page when the session has none.
    """
    payload = request.session.get(ACCESS_REQUESTED)
    if not payload:
        return redirect("account_login")
    return render(request, "accounts/access_requested.html", {"answer": payload})


class SignOutView(LogoutView):
    """Signs out here, then at the provider with which the person signed in, if it supports that."""

    http_method_names = ("get", "head", "post")

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out; return the page that forwards to the provider's sign-out, or allauth's response."""
        provider_session = self.request.session.get(SIGNED_IN_WITH)
        answer: HttpResponse = super().post(*args, **kwargs)
        if not provider_session:
            return answer
        query = urlencode(
            {
                "id_token_hint": provider_session["id_token"],
                "post_logout_redirect_uri": absolute_url(reverse("account_login")),
            }
        )
        return redirect_page(self.request, f"{provider_session['address']}?{query}", provider_session["name"])

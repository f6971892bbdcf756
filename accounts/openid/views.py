"""Going to a provider, coming back, what somebody unknown reads, and leaving the provider too."""

from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
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

from accounts.openid.provider import Conversation, leading_on
from accounts.openid.tokens import Untrusted
from web.forms.pages import form_page
from web.site_addresses import absolute

ASKED = "access_asked"  # in the session: what whoever has no account yet is told
SIGNED_IN_WITH = "signed_in_with"  # in the session: how to leave the provider too


class ComingBack(OAuth2CallbackView):
    """allauth's, which keeps the nonce of the sign-in for whoever reads the answer."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


@login_not_required
@form_page
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Ask, then lead to the provider: it takes a POST. Whoever connects it proves first who they are."""
    if request.GET.get("process") == AuthProcess.CONNECT and request.user.is_authenticated:
        raise_if_reauthentication_required(request, app="allauth.socialaccount")
    if request.method == "HEAD":
        request.method = "GET"  # allauth takes whatever is no GET for the form that was sent
    return _conversing(OAuth2LoginView, request, provider_id)


@login_not_required
@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the provider answered: signed in, connected, waiting for the lab, or told why not."""
    return _conversing(ComingBack, request, provider_id)


def _conversing(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    """A provider that is down, or says something else than it should, is told on a page."""
    conversation = Conversation(request, provider_id)
    try:
        answer: HttpResponse = view.adapter_view(conversation)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, Untrusted) as error:
        answer = render_authentication_error(request, conversation.get_provider(), exception=error)
    return answer


@login_not_required
@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What became of the request of somebody without an account, in the browser they came with."""
    told = request.session.get(ASKED)
    if not told:
        return redirect("account_login")
    return render(request, "accounts/access_asked.html", {"told": told})


class Leaving(LogoutView):
    """Signing out here, and then at the provider one signed in with, where it takes that."""

    http_method_names = ("get", "head", "post")

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = self.request.session.get(SIGNED_IN_WITH)
        answer: HttpResponse = super().post(*args, **kwargs)
        if not kept:
            return answer
        told = urlencode(
            {"id_token_hint": kept["id_token"], "post_logout_redirect_uri": absolute(reverse("account_login"))}
        )
        return leading_on(self.request, f"{kept['address']}?{told}", kept["name"])

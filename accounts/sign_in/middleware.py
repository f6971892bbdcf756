"""The person's chosen language wins over the browser's; whoever is signed out learns what became of what they sent."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation

from web.pages.htmx import wants_partial
from web.security.own_paths import referring_path

Answering = Callable[[HttpRequest], HttpResponse]
MADE_FOR = "made_for"


def chosen_language(get_response: Answering) -> Answering:
    """Activate `user.language` for signed-in people who chose one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if chosen := getattr(request.user, "language", ""):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        response = get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "fr")
        return response

    return middleware


class SignInFirst(LoginRequiredMiddleware):
    """A part of a page is never a sign-in page, and nothing that was sent vanishes without a word.

    Where a swap was asked for: 401, and `static/js/page.js` says it beside the form. What was sent leads back, once
    signed in, to the page it was typed on (an address that only takes what is sent shows nothing), where
    `static/js/typed.js` gives it back. Sent from a page made for somebody else, it is not taken as this person's.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], *args: Any
    ) -> HttpResponseBase | None:
        if request.method == "POST" and made_for_another(request):
            return somebody_else(request)
        return super().process_view(request, view_func, *args)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Tell the scripts of pages that are open already who is signed in now."""
        now, name = str(request.user.pk or ""), settings.WHO_COOKIE_NAME
        if now and request.COOKIES.get(name) != now:
            response.set_cookie(name, now, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
        elif not now and name in request.COOKIES:
            response.delete_cookie(name, samesite="Lax")
        return response

    def handle_no_permission(  # type: ignore[override] # a part of a page is not led elsewhere
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        if wants_partial(request):
            return HttpResponse(status=401)
        if request.method == "POST":
            query = QueryDict(mutable=True)
            query.update({"next": referring_path(request), "unsaved": "1"})
            return redirect(f"{resolve_url(self.get_login_url(view_func))}?{query.urlencode(safe='/')}")
        return super().handle_no_permission(request, view_func)


def made_for_another(request: HttpRequest) -> bool:
    """Whether the page that sent this was made for another than the one signed in; pages that say nothing pass."""
    if not request.user.is_authenticated:
        return False
    person = request.headers.get("X-Made-For") or request.POST.get(MADE_FOR)
    return bool(person) and person != str(request.user.pk)


def somebody_else(request: HttpRequest) -> HttpResponse:
    """409: in words on a page; for a part of one by `static/js/page.js`, beside the form."""
    if wants_partial(request):
        return HttpResponse(status=409)
    return render(request, "accounts/somebody_else.html", {"back": referring_path(request)}, status=409)

"""The person's chosen language wins over the browser's; whoever is signed out learns what became of what they sent."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from web.htmx import wants_partial

type_response = Callable[[HttpRequest], HttpResponse]


def chosen_language(get_response: type_response) -> type_response:
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
    `static/js/typed.js` gives it back.
    """

    def handle_no_permission(  # type: ignore[override] # a part of a page is not led elsewhere
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        if wants_partial(request):
            return HttpResponse(status=401)
        if request.method == "POST":
            asked = QueryDict(mutable=True)
            asked.update({"next": came_from(request), "unsaved": "1"})
            return redirect(f"{resolve_url(self.get_login_url(view_func))}?{asked.urlencode(safe='/')}")
        return super().handle_no_permission(request, view_func)


def came_from(request: HttpRequest) -> str:
    """The page of ours that something was sent from; home where the browser does not tell."""
    told = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(told, allowed_hosts={request.get_host()}):
        return reverse("home")
    page = urlsplit(told)
    return f"{page.path}?{page.query}" if page.query else page.path

"""Middleware for the person's language, and for requests that need a sign-in."""

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
from web.text.language import active_language

GetResponse = Callable[[HttpRequest], HttpResponse]
MADE_FOR = "made_for"


def chosen_language(get_response: GetResponse) -> GetResponse:
    """Return the middleware that answers in the language a signed-in person chose, instead of the browser's.

    It also sets the header `Content-Language` of every response that has none.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        """Answer the request in the language that the signed-in person chose; in that of the browser if they chose
        none.
        """
        if language := getattr(request.user, "language", ""):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = get_response(request)
        response.headers.setdefault("Content-Language", active_language())
        return response

    return middleware


class SignInMiddleware(LoginRequiredMiddleware):
    """Requires a sign-in for all views not marked `login_not_required`, and loses no form that was sent while signed
    out.

    After signing in, the person gets back to the page of the form, where `static/js/typed.js` restores what they typed.
    A form of a page that was made for another user is refused.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], *args: Any
    ) -> HttpResponseBase | None:
        """Return a 409 response for a form made for another user, or the redirect to sign in; None to run the view.

        Views marked `login_not_required` need no sign-in.
        """
        if request.method == "POST" and is_made_for_another_user(request):
            return page_of_another_user(request)
        return super().process_view(request, view_func, *args)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response; a cookie then holds the primary key of the signed-in person, and is deleted when there
        is none.

        By this cookie the scripts of open pages see that someone else has signed in.
        """
        user_key, name = str(request.user.pk or ""), settings.WHO_COOKIE_NAME
        if user_key and request.COOKIES.get(name) != user_key:
            response.set_cookie(name, user_key, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
        elif not user_key and name in request.COOKIES:
            response.delete_cookie(name, samesite="Lax")
        return response

    def handle_no_permission(  # type: ignore[override] # a part of a page is not led elsewhere
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        """Return the redirect to the sign-in page for a request that needs a sign-in.

        A partial request (htmx) gets 401. `next` is the page to open afterwards: the one asked for, or for a form the
        page it was sent from.
        """
        if wants_partial(request):
            return HttpResponse(status=401)
        if request.method == "POST":
            query = QueryDict(mutable=True)
            query.update({"next": referring_path(request), "unsaved": "1"})
            return redirect(f"{resolve_url(self.get_login_url(view_func))}?{query.urlencode(safe='/')}")
        return super().handle_no_permission(request, view_func)


def is_made_for_another_user(request: HttpRequest) -> bool:
    """Return whether the page that sent this request was made for another user than the one who is signed in.

    The page states its user in the header `X-Made-For` or the form field `made_for`; False when it states none, and
    when nobody is signed in.
    """
    if not request.user.is_authenticated:
        return False
    person = request.headers.get("X-Made-For") or request.POST.get(MADE_FOR)
    return bool(person) and person != str(request.user.pk)


def page_of_another_user(request: HttpRequest) -> HttpResponse:
    """Return the page, with status 409, that says that a form was made for another user than the one who is signed in.

    A partial request (htmx) gets an empty 409, which `static/js/page.js` reports next to the form.
    """
    if wants_partial(request):
        return HttpResponse(status=409)
    return render(request, "accounts/sign_in/page_of_another_user.html", {"back": referring_path(request)}, status=409)

"""Our own pages on signing in: the sign-in link, the page about the second factor, and a person's own sessions."""

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from accounts.second_factors.queries import factors_of
from accounts.second_factors.requirement import NEXT_PATH, needs_second_factor, used_second_factor
from accounts.sign_in.actions import links
from accounts.sign_in.actions import sessions as actions
from accounts.sign_in.forms import AddressForm
from accounts.sign_in.proved_address import send_sign_in_link, sign_in_by_email
from accounts.sign_in.sessions import browser_in_words, sign_ins
from web.dates.clock import today_everywhere
from web.errors import DomainError
from web.forms.pages import form_page, submitted_data
from web.security.lab_readers import open_to_lab_readers
from web.security.log import log_security_event
from web.security.own_paths import next_path, own_path


@open_to_lab_readers
@login_not_required
@never_cache
@form_page
def request_sign_in_link(request: HttpRequest) -> HttpResponse:
    """Show the form that asks for a sign-in link; on POST, send the link by e-mail and redirect to a page that says so.

    The answer is the same whether the address has an account or not; 429 after too many requests.
    """
    form = AddressForm(submitted_data(request), initial={"email": request.GET.get("email", "")})
    next_url = next_path(request)
    if form.is_bound and form.is_valid():
        email = form.cleaned_data["email"]
        if limit_response := rate_limit_response(request, "sign_in_link", email):
            return limit_response
        send_sign_in_link(email, next_url)
        return redirect("sign_in_link_sent")
    return render(request, "accounts/sign_in/request_sign_in_link.html", {"form": form, "next": next_url})


def rate_limit_response(request: HttpRequest, action: str, key: str = "") -> HttpResponse | None:
    """Count a request towards the limit called `action` in the settings.

    Returns the 429 response when it is reached, else None. Requests are counted by the client's IP address and, where
    the limit says so, by `key`, such as an e-mail address.
    """
    limit_response: HttpResponse | None = ratelimit.consume_or_429(request, action=action, key=key)
    return limit_response


@login_not_required
@require_safe
def sign_in_link_sent(request: HttpRequest) -> HttpResponse:
    """Show the page that says that an e-mail is on its way.

    It is the same whether the address has an account or not.
    """
    return render(request, "accounts/sign_in/sign_in_link_sent.html")


@open_to_lab_readers
@login_not_required
@never_cache
@form_page
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of a sign-in link, with the button that signs in; on POST, use the link up and sign its person in.

    An invalid link gives a 410 page with the reason, too many requests 429. Someone who is signed in already only sees
    the page, and the link stays valid.
    """
    if limit_response := rate_limit_response(request, "sign_in_link_used"):
        return limit_response
    next_url = next_path(request)
    context = {"next": next_url, "signed_in": request.user.is_authenticated}
    if request.method != "POST" or request.user.is_authenticated:
        reason = links.refusal_of_token(token, timezone.now())
        return render(
            request, "accounts/sign_in/sign_in_link.html", context | {"refusal": reason}, status=410 if reason else 200
        )
    try:
        link = links.use_sign_in_link(token=token, at=timezone.now())
    except DomainError as error:
        log_security_event("sign_in_link_refused", request=request)
        return render(request, "accounts/sign_in/sign_in_link.html", context | {"refusal": error}, status=410)
    return sign_in_by_email(request, link.user, by="link", email=link.email, next_url=next_url)


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person why a second factor is needed and how to set it up or use it.

    Once it is used in this session, the page leads on to the page that the person first asked for.
    """
    user = person(request)
    context = {
        "used": used_second_factor(request),
        "needed": needs_second_factor(user, today_everywhere()),
        "factors": factors_of(user),
        "next_url": own_path(request.session.get(NEXT_PATH, ""), reverse("home")),
    }
    return render(request, "accounts/sign_in/second_factor.html", context)


@require_safe
def own_sign_ins(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person the list of their own sessions: when, from which IP address, in which browser.

    The session of this request is marked, and the page states both limits of a session.
    """
    key = request.session.session_key
    rows = [
        {"row": row, "browser": browser_in_words(row.user_agent), "current": row.session_key == key}
        for row in sign_ins(person(request), timezone.now())
    ]
    limits = {"idle_hours": settings.SESSION_IDLE_MINUTES / 60, "days": settings.SESSION_DAYS}
    others = any(not row["current"] for row in rows)
    return render(request, "accounts/sign_in/sign_ins.html", {"rows": rows, "others": others, **limits})


@open_to_lab_readers
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def end_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """End the session `pk` in the list of the signed-in person, after they gave their password again.

    Redirect to the list. A session that has ended, or that is someone else's, changes nothing.
    """
    user = person(request)
    ended = actions.end_sign_in(user=user, pk=pk, by=user)
    return redirect_after_ending(request, ended)


@open_to_lab_readers
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def end_other_sign_ins(request: HttpRequest) -> HttpResponse:
    """End all sessions of the signed-in person except the current one, after they gave their password again.

    Redirects to their list of sessions.
    """
    user = person(request)
    return redirect_after_ending(
        request, actions.end_sign_ins(user=user, but=request.session.session_key or "", by=user)
    )


def redirect_after_ending(request: HttpRequest, ended: int) -> HttpResponse:
    """Log that the person ended sessions; return the redirect to their list, with a message on how many (`ended`)."""
    log_security_event("session_ended", request=request, why="by_the_person", count=ended)
    if ended:
        text = ngettext("One sign-in was ended.", "%(count)d sign-ins were ended.", ended) % {"count": ended}
        messages.success(request, text)
    else:
        messages.info(request, _("There was no sign-in left to end."))
    return redirect("own_sign_ins")

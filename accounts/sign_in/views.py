"""Ways in that are ours: a link by letter, the second factor's first page, and where a person is signed in."""

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
from accounts.second_factors.requirement import WANTED, needs_second_factor, used_second_factor
from accounts.sign_in.actions import links
from accounts.sign_in.actions import sessions as actions
from accounts.sign_in.forms import AddressForm
from accounts.sign_in.proved_address import enter, send_link
from accounts.sign_in.sessions import browser_in_words, sign_ins
from web.dates.clock import today_everywhere
from web.errors import DomainError
from web.forms.pages import form_page, sent
from web.security.log import note
from web.security.own_paths import next_path, own_path


@login_not_required
@never_cache
@form_page
def ask_sign_in_link(request: HttpRequest) -> HttpResponse:
    """Ask for a link by letter; the answer is the same whether there is such an account or not."""
    form = AddressForm(sent(request), initial={"email": request.GET.get("email", "")})
    wanted = next_path(request)
    if form.is_bound and form.is_valid():
        email = form.cleaned_data["email"]
        if limited := too_often(request, "sign_in_link", email):
            return limited
        send_link(email, wanted)
        return redirect("sign_in_link_sent")
    return render(request, "accounts/ask_sign_in_link.html", {"form": form, "next": wanted})


def too_often(request: HttpRequest, action: str, key: str = "") -> HttpResponse | None:
    """429 where the limit of that name is reached: counted by the client's address, and by `key`."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action=action, key=key)
    return limited


@login_not_required
@require_safe
def sign_in_link_sent(request: HttpRequest) -> HttpResponse:
    """What happens now, in the same words for everyone."""
    return render(request, "accounts/sign_in_link_sent.html")


@login_not_required
@never_cache
@form_page
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page a letter leads to: looking changes nothing, the button signs in. Says why where it does not."""
    if limited := too_often(request, "sign_in_link_used"):
        return limited
    wanted = next_path(request)
    context = {"next": wanted, "signed_in": request.user.is_authenticated}
    if request.method != "POST" or request.user.is_authenticated:
        why = links.opens_nothing(token, timezone.now())
        return render(request, "accounts/sign_in_link.html", context | {"refused": why}, status=410 if why else 200)
    try:
        link = links.use_sign_in_link(token=token, at=timezone.now())
    except DomainError as refused:
        note("sign_in_link_refused", request=request)
        return render(request, "accounts/sign_in_link.html", context | {"refused": refused}, status=410)
    return enter(request, link.user, by="link", email=link.email, wanted=wanted)


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why one more step, and the ways to take it; once taken, on to where the person wanted to go."""
    user = person(request)
    context = {
        "used": used_second_factor(request),
        "needed": needs_second_factor(user, today_everywhere()),
        "factors": factors_of(user),
        "wanted": own_path(request.session.get(WANTED, ""), reverse("home")),
    }
    return render(request, "accounts/second_factor.html", context)


@require_safe
def own_sign_ins(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in: when, from which address, in which browser."""
    key = request.session.session_key
    rows = [
        {"row": row, "browser": browser_in_words(row.user_agent), "current": row.session_key == key}
        for row in sign_ins(person(request), timezone.now())
    ]
    limits = {"idle_hours": settings.SESSION_IDLE_MINUTES / 60, "days": settings.SESSION_DAYS}
    others = any(not row["current"] for row in rows)
    return render(request, "accounts/sign_ins.html", {"rows": rows, "others": others, **limits})


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def end_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """End one, after the password; of the one this page is read in, signing out is the way."""
    user = person(request)
    ended = actions.end_sign_in(user=user, pk=pk, by=user)
    return told(request, ended)


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def end_other_sign_ins(request: HttpRequest) -> HttpResponse:
    """End all but this one, after the password."""
    user = person(request)
    return told(request, actions.end_sign_ins(user=user, but=request.session.session_key or "", by=user))


def told(request: HttpRequest, ended: int) -> HttpResponse:
    note("session_ended", request=request, why="by_the_person", count=ended)
    if ended:
        words = ngettext("One sign-in was ended.", "%(count)d sign-ins were ended.", ended) % {"count": ended}
        messages.success(request, words)
    else:
        messages.info(request, _("There was no sign-in left to end."))
    return redirect("own_sign_ins")

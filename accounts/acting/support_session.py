"""Acting as someone for support: what the session remembers, when it ends, and what is refused meanwhile.

The session changes hands by signing in, so that its key is another each time; what it said of the staff member (how
they signed in, for one) is put aside, and is theirs again afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, login, logout
from django.contrib.auth.models import update_last_login
from django.contrib.messages import info
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext
from pghistory.middleware import HistoryMiddleware

from accounts.acting.actions import end_support
from accounts.models import SupportVisit, User
from web.errors import Refused
from web.pages.htmx import wants_partial
from web.security.acting import REFUSED_WHILE_ACTING, is_forbidden_while_acting
from web.security.log import note

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

SUPPORT: Final = "support"
OPEN: Final = frozenset({"stop_acting", "account_logout"})
# Everything below these addresses stays the person's own; pages elsewhere declare it (`web.security.acting`).
THEIR_OWN: Final = ("/account/", "/accounts/", "/admin/", "/language/", "/sign-in/")


def begin(request: HttpRequest, visit: SupportVisit) -> None:
    """The session is the person's from here on."""
    session = request.session
    before, backend, proof = session.session_key, session[BACKEND_SESSION_KEY], session[HASH_SESSION_KEY]
    aside = {key: value for key, value in session.items() if not key.startswith("_")}
    _hand_over(request, visit.person, backend)
    until = visit.began_at + SupportVisit.LONGEST
    session[SUPPORT] = {
        "visit": visit.pk,
        "staff": visit.staff_id,
        "because": visit.because,
        "until": until.isoformat(),
        "proof": proof,
        "aside": aside,
    }
    _listed(request, before, visit.staff_id)
    note("support_began", request=request, staff=visit.staff_id, visit=visit.pk)


def _hand_over(request: HttpRequest, user: User, backend: str) -> None:
    request.handed_over = True  # type: ignore[attr-defined] # read by `signed_in`
    login(request, user, backend=backend)


def signed_in(*, sender: type[User], user: User, request: HttpRequest | None = None, **_told: Any) -> None:
    """When somebody signed in last: not where a session was handed over. Told by Django, in the place of its own."""
    if not getattr(request, "handed_over", False):
        update_last_login(sender, user)


def _listed(request: HttpRequest, before: str | None, staff_id: int) -> None:
    """The session has a new key: it stays in the list of the staff member, to be seen and ended there as before."""
    if not request.session.session_key:
        request.session.save()
    key = request.session.session_key
    if not UserSession.objects.filter(session_key=before).update(session_key=key):
        UserSession.objects.create_from_request(request)
        UserSession.objects.filter(session_key=key).update(user_id=staff_id)


def stop(request: HttpRequest, at: datetime, why: str) -> None:
    """The staff member is themselves again, or nobody where they may no longer sign in or changed their password."""
    told = request.session[SUPPORT]
    staff = _staff(told)
    _end(told, at, by=staff)
    note("support_ended", request=request, staff=told["staff"], visit=told["visit"], why=why)
    before, backend = request.session.session_key, request.session[BACKEND_SESSION_KEY]
    del request.session[SUPPORT]
    if staff is None:
        logout(request)
        return
    _hand_over(request, staff, backend)
    _listed(request, before, staff.pk)
    request.session.update(told["aside"])


def _staff(told: dict[str, Any]) -> User | None:
    """Whoever acts, as long as they are of the lab and have the password they began with."""
    staff = User.objects.filter(pk=told["staff"], is_active=True, is_lab_staff=True).first()
    if staff is None or not constant_time_compare(told["proof"], staff.get_session_auth_hash()):
        return None
    return staff


def _end(told: dict[str, Any], at: datetime, *, by: User | None) -> None:
    end_support(visit=SupportVisit.objects.get(pk=told["visit"]), at=at, by=by)


def signed_out(*, request: HttpRequest | None, **_told: Any) -> None:
    """Signing out ends it too; told by Django."""
    told = request.session.get(SUPPORT) if request is not None and hasattr(request, "session") else None
    if told:
        _end(told, timezone.now(), by=User.objects.filter(pk=told["staff"]).first())
        note("support_ended", request=request, staff=told["staff"], visit=told["visit"], why="signed_out")


class ActingAs(MiddlewareMixin):
    """Ends it when its time is up, or the lab's or the person's account is closed; refuses what stays the person's."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        told = request.session.get(SUPPORT)
        if not told:
            return None
        at = timezone.now()
        if why := over(request, told, at):
            return self.ended(request, at, why)
        if sent_again(request):
            return redirect("home")
        if refused(request, view):
            note("support_refused", request=request, staff=told["staff"])
            raise Refused(REFUSED_WHILE_ACTING)
        return None

    def ended(self, request: HttpRequest, at: datetime, why: str) -> HttpResponse:
        """Nothing of what was asked is done; a part of a page is told as somebody signed out would be."""
        stop(request, at, why)
        if wants_partial(request):
            return HttpResponse(status=401)
        if request.user.is_authenticated:
            info(request, gettext("You are no longer acting for someone else: the time for it is over."))
        return redirect("home")


def over(request: HttpRequest, told: dict[str, Any], at: datetime) -> str:
    """Why it ends now; "" while it goes on."""
    if at >= datetime.fromisoformat(told["until"]):
        return "time"
    if not request.user.is_authenticated:
        return "person_closed"
    if _staff(told) is None:
        return "staff_closed"
    return "" if SupportVisit.objects.filter(pk=told["visit"], ended_at=None).exists() else "elsewhere"


def acts(request: HttpRequest) -> bool:
    """Whether somebody else is at the keyboard than the person who is signed in."""
    return SUPPORT in request.session


def sent_again(request: HttpRequest) -> bool:
    """Whether it asks for what is so already: to act as this person."""
    match = request.resolver_match
    return bool(match and match.view_name == "act_as" and match.kwargs["pk"] == request.user.pk)


def refused(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> bool:
    """Return whether the page stays the person's own; below the addresses of accounts every new page does."""
    match = request.resolver_match
    name = match.view_name if match else ""
    return name not in OPEN and (is_forbidden_while_acting(view) or request.path.startswith(THEIR_OWN))


class History(HistoryMiddleware):
    """The history says of each change who acted for whom, and why, besides what pghistory says."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request)
        if told := request.session.get(SUPPORT):
            context |= {"acting": told["staff"], "acting_because": told["because"]}
        return context

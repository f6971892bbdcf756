"""Acting as a person for support: what the session stores, when it ends, and what is forbidden during it.

Each switch of user is a sign-in, so that the session gets a new key. What the session held about the staff member (how
they signed in, for example) is put aside and restored afterwards.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, login, logout
from django.contrib.auth.models import update_last_login
from django.contrib.messages import info
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
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
from web.security.log import log_security_event

SUPPORT: Final = "support"
ALLOWED_VIEWS: Final = frozenset({"stop_acting", "account_logout"})
# Everything below these paths is reserved for the person; pages elsewhere declare it (`web.security.acting`).
PERSONAL_PATHS: Final = ("/account/", "/accounts/", "/admin/", "/language/", "/sign-in/")


def start(request: HttpRequest, visit: SupportVisit) -> None:
    """Sign the staff member's session in as the person of the support visit `visit`, under a new session key.

    The staff member, the reason and the end of the visit are stored in the session, so that `stop` can restore it.
    """
    session = request.session
    old_key, backend, password_hash = session.session_key, session[BACKEND_SESSION_KEY], session[HASH_SESSION_KEY]
    staff_data = {key: value for key, value in session.items() if not key.startswith("_")}
    _log_in_as(request, visit.person, backend)
    until = visit.began_at + SupportVisit.MAX_DURATION
    session[SUPPORT] = {
        "visit": visit.pk,
        "staff": visit.staff_id,
        "because": visit.because,
        "until": until.isoformat(),
        "proof": password_hash,
        "aside": staff_data,
    }
    _keep_in_session_list(request, old_key, visit.staff_id)
    log_security_event("support_began", request=request, staff=visit.staff_id, visit=visit.pk)


def _log_in_as(request: HttpRequest, user: User, backend: str) -> None:
    """Sign the session in as `user` with the authentication backend at this dotted path, without changing their last
    sign-in.
    """
    request.is_support_switch = True  # type: ignore[attr-defined] # read by `record_last_login`
    login(request, user, backend=backend)


def record_last_login(*, sender: type[User], user: User, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """Record when a user last signed in, except where lab staff switch to or from the person they act for.

    Receives Django's signal `user_logged_in` in place of Django's own receiver.
    """
    if not getattr(request, "is_support_switch", False):
        update_last_login(sender, user)


def _keep_in_session_list(request: HttpRequest, old_key: str | None, staff_id: int) -> None:
    """List the session, which has a new key, among the staff member's own sessions, where they can see and end it.

    `old_key` is the key under which it was listed before.
    """
    if not request.session.session_key:
        request.session.save()
    key = request.session.session_key
    if not UserSession.objects.filter(session_key=old_key).update(session_key=key):
        UserSession.objects.create_from_request(request)
        UserSession.objects.filter(session_key=key).update(user_id=staff_id)


def stop(request: HttpRequest, at: datetime, reason: str) -> None:
    """End the session's support visit at the moment `at`, and sign the staff member in again.

    Nobody is signed in afterwards when the staff member has left lab staff or changed their password, or when their
    account is closed. `reason` is a slug for the security log, such as `stopped` or `time`.
    """
    support = request.session[SUPPORT]
    staff = _staff_member(support)
    _end_visit(support, at, by=staff)
    log_security_event("support_ended", request=request, staff=support["staff"], visit=support["visit"], why=reason)
    old_key, backend = request.session.session_key, request.session[BACKEND_SESSION_KEY]
    del request.session[SUPPORT]
    if staff is None:
        logout(request)
        return
    _log_in_as(request, staff, backend)
    _keep_in_session_list(request, old_key, staff.pk)
    request.session.update(support["aside"])


def _staff_member(support: dict[str, Any]) -> User | None:
    """Return the staff member of a support session, or None if since its start they left lab staff, changed their
    password or their account was closed.

    `support` is the dict that `start` stored in the session.
    """
    staff = User.objects.filter(pk=support["staff"], is_active=True, is_lab_staff=True).first()
    if staff is None or not constant_time_compare(support["proof"], staff.get_session_auth_hash()):
        return None
    return staff


def _end_visit(support: dict[str, Any], at: datetime, *, by: User | None) -> None:
    """Record that the support visit of a session ended at the moment `at`.

    `support` is the dict that `start` stored in the session; `by` is the staff member, or None when they may act no
    more.
    """
    end_support(visit=SupportVisit.objects.get(pk=support["visit"]), at=at, by=by)


def end_support_on_sign_out(*, request: HttpRequest | None, **_kwargs: Any) -> None:
    """End the support visit of a session that signs out, now, and log it; without a visit, do nothing.

    Receives Django's signal `user_logged_out`.
    """
    support = request.session.get(SUPPORT) if request is not None and hasattr(request, "session") else None
    if support:
        _end_visit(support, timezone.now(), by=User.objects.filter(pk=support["staff"]).first())
        log_security_event(
            "support_ended", request=request, staff=support["staff"], visit=support["visit"], why="signed_out"
        )


class SupportSessionMiddleware(MiddlewareMixin):
    """Ends a support visit when its time is up or when one of the two accounts is closed; refuses pages that are
    reserved for the person.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return a redirect when the session's support visit ends now (401 for an htmx request).

        None when the page may open. A request that begins the same visit again is redirected home. Raises Refused for a
        page that is reserved for the person. Sessions without a support visit always get None.
        """
        support = request.session.get(SUPPORT)
        if not support:
            return None
        at = timezone.now()
        if reason := end_reason(request, support, at):
            return self.end_with_response(request, at, reason)
        if is_repeated_start(request):
            return redirect("home")
        if is_forbidden(request, view):
            log_security_event("support_refused", request=request, staff=support["staff"])
            raise Refused(REFUSED_WHILE_ACTING)
        return None

    def end_with_response(self, request: HttpRequest, at: datetime, reason: str) -> HttpResponse:
        """End the session's support visit and return a redirect home, without doing what the request asked for.

        A partial request (htmx) gets 401, as if signed out. `reason` is the slug of `end_reason`.
        """
        stop(request, at, reason)
        if wants_partial(request):
            return HttpResponse(status=401)
        if request.user.is_authenticated:
            info(request, gettext("You are no longer acting for someone else: the time for it is over."))
        return redirect("home")


def end_reason(request: HttpRequest, support: dict[str, Any], at: datetime) -> str:
    """Return the slug of the reason why a session's support visit ends now, at the moment `at`; "" if it goes on.

    `support` is the dict that `start` stored in the session. `time`: the half hour is over; `person_closed`: the
    person's account is closed; `staff_closed`: the staff member left lab staff, changed their password or has a closed
    account; `elsewhere`: the visit was ended in another session.
    """
    if at >= datetime.fromisoformat(support["until"]):
        return "time"
    if not request.user.is_authenticated:
        return "person_closed"
    if _staff_member(support) is None:
        return "staff_closed"
    return "" if SupportVisit.objects.filter(pk=support["visit"], ended_at=None).exists() else "elsewhere"


def is_acting(request: HttpRequest) -> bool:
    """Return whether a member of lab staff acts, in this session, as the person who is signed in."""
    return SUPPORT in request.session


def is_repeated_start(request: HttpRequest) -> bool:
    """Return whether the request asks to act as the person as whom its session already acts.

    Such a request comes when the form is sent twice.
    """
    match = request.resolver_match
    return bool(match and match.view_name == "act_as" and match.kwargs["pk"] == request.user.pk)


def is_forbidden(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> bool:
    """Return whether a page is reserved for the person, so that lab staff who act for them may not open it.

    Reserved are views marked `forbidden_while_acting`, and all pages on the account, sign-in, language and
    administration; except the views that stop acting and sign out.
    """
    match = request.resolver_match
    name = match.view_name if match else ""
    return name not in ALLOWED_VIEWS and (is_forbidden_while_acting(view) or request.path.startswith(PERSONAL_PATHS))


class SupportHistoryMiddleware(HistoryMiddleware):
    """Adds to the history of each change made during a support visit which staff member acted, and why."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what pghistory stores with each change of this request, as a dict.

        During a support visit it also has `acting`, the staff member's primary key, and `acting_because`, the reason.
        """
        context: dict[str, Any] = super().get_context(request)
        if support := request.session.get(SUPPORT):
            context |= {"acting": support["staff"], "acting_because": support["because"]}
        return context

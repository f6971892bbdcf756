"""Limits of a session: how long it lasts without activity, and how long in all."""

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from web.security.log import log_security_event

SIGNED_IN_AT = "signed_in_at"
LAST_SEEN_AT = "seen_at"
UPDATE_INTERVAL = 5 * 60  # seconds between two updates of the last activity


def session_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that signs out sessions past a limit, and records activity every five minutes.

    The times are in the session, which is read anyway: no page costs an additional query.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        """Answer the request; a session that has passed a limit is ended first, so that nobody is signed in.

        The limits are on its time without activity, and on its time in all.
        """
        if request.user.is_authenticated:
            now = time.time()
            if reason := end_reason(request.session, now):
                log_security_event("session_ended", request=request, why=reason)
                request.session.flush()
                request.user = AnonymousUser()
            elif now - request.session.get(LAST_SEEN_AT, 0) >= UPDATE_INTERVAL:
                record_activity(request.session, now)
        return get_response(request)

    return middleware


def end_reason(session: SessionBase, now: float) -> str:
    """Return which limit a session has passed: "absolute" (days since the sign-in) or "idle" (minutes without
    activity).

    "" if it has passed none. `now` is in seconds since 1970; the limits are the settings SESSION_DAYS and
    SESSION_IDLE_MINUTES.
    """
    if now - session.get(SIGNED_IN_AT, now) >= settings.SESSION_DAYS * 24 * 3600:
        return "absolute"
    if now - session.get(LAST_SEEN_AT, now) >= settings.SESSION_IDLE_MINUTES * 60:
        return "idle"
    return ""


def record_activity(session: SessionBase, now: float) -> None:
    """Record the time of the latest activity, in the session itself and in the person's list of sessions.

    `now` is in seconds since 1970.
    """
    session.setdefault(SIGNED_IN_AT, now)
    session[LAST_SEEN_AT] = now
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())


def record_sign_in(*, request: HttpRequest, **_kwargs: Any) -> None:
    """Store in a new session when it began, from which both of its limits count. Receives Django's `user_logged_in`."""
    session = getattr(request, "session", None)
    if session is not None:
        session[SIGNED_IN_AT] = session[LAST_SEEN_AT] = time.time()

"""How long a sign-in lasts: so long without a sign of life, and so long at most."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from web.security.log import note

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest, HttpResponse

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
SEEN_EVERY = 5 * 60  # seconds; what is written no more often


def session_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """End what lasted too long before anything is asked of it, and note a sign of life every five minutes.

    Both moments are in the session, which is read anyway: no page costs a statement more.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = time.time()
            if why := over(request.session, now):
                note("session_ended", request=request, why=why)
                request.session.flush()
                request.user = AnonymousUser()
            elif now - request.session.get(SEEN_AT, 0) >= SEEN_EVERY:
                seen(request.session, now)
        return get_response(request)

    return middleware


def over(session: SessionBase, now: float) -> str:
    """Why a session ends now; "" while it goes on."""
    if now - session.get(SIGNED_IN_AT, now) >= settings.SESSION_DAYS * 24 * 3600:
        return "absolute"
    if now - session.get(SEEN_AT, now) >= settings.SESSION_IDLE_MINUTES * 60:
        return "idle"
    return ""


def seen(session: SessionBase, now: float) -> None:
    """A sign of life, in the session and in the person's list."""
    session.setdefault(SIGNED_IN_AT, now)
    session[SEEN_AT] = now
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())


def begin(*, request: HttpRequest, **_told: Any) -> None:
    """Whoever signs in begins anew; told by Django's `user_logged_in`."""
    session = getattr(request, "session", None)
    if session is not None:
        session[SIGNED_IN_AT] = session[SEEN_AT] = time.time()

"""Where a person is signed in, and from which browser, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User

# The first mark found decides: a browser names those it descends from too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def sign_ins(user: User, at: datetime) -> QuerySet[UserSession]:
    """Last seen first; what idled or lasted too long is over, swept away or not."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    found: QuerySet[UserSession] = UserSession.objects.filter(
        Exists(alive),
        user_id=user.pk,
        last_seen_at__gt=at - timedelta(minutes=settings.SESSION_IDLE_MINUTES),
        created_at__gt=at - timedelta(days=settings.SESSION_DAYS),
    )
    return found.order_by("-last_seen_at", "-pk")


def browser_in_words(user_agent: str) -> str:
    """“Firefox on Windows”, as near as a browser tells."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown browser")

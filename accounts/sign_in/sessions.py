"""The sessions of a person, and the name of a browser."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User

# The first fragment that occurs decides: a browser also names the browsers it descends from.
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
    """Return the person's sessions that are valid at the moment `at`, the latest activity first.

    Left out are sessions that have expired, or passed a limit: SESSION_IDLE_MINUTES without activity, SESSION_DAYS in
    all.
    """
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    rows: QuerySet[UserSession] = UserSession.objects.filter(
        Exists(alive),
        user_id=user.pk,
        last_seen_at__gt=at - timedelta(minutes=settings.SESSION_IDLE_MINUTES),
        created_at__gt=at - timedelta(days=settings.SESSION_DAYS),
    )
    return rows.order_by("-last_seen_at", "-pk")


def browser_in_words(user_agent: str) -> str:
    """Return the browser and system that a User-Agent header names, such as “Firefox on Windows”.

    Only one of the two when the other is not recognised; “an unknown browser” when neither is.
    """
    browser = next((name for fragment, name in BROWSERS if fragment in user_agent), "")
    system = next((name for fragment, name in SYSTEMS if fragment in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown browser")

"""URLs used in e-mails. They begin with BASE_URL, and are signed where they work without sign-in."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

from notifications.reminders import schedule
from web.site_addresses import absolute_url

UNSUBSCRIBE_SALT = "notifications.stop"


@dataclass(frozen=True, slots=True)
class UnsubscribeRequest:
    """A person, and the kinds of events whose e-mails they want to stop."""

    user_id: int
    kinds: tuple[str, ...]


def host() -> str:
    """Return the host name in the setting BASE_URL, for Message-IDs and calendar UIDs; "localhost" when it has none."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def calendar_uid(kind: str, pk: int, own: str = "") -> str:
    """Return the UID of a calendar entry of the event `pk` of a kind, with the host.

    It never changes when the event does. `own` is the UID of one of several entries of the event, such as a day of a
    session; "" for its only one.
    """
    return f"{own or schedule.event_uid(kind, pk)}@{host()}"


def calendar_url(token: str) -> str:
    """Return the URL at which a calendar program reads the feed with this secret token."""
    return absolute_url(reverse("notifications:calendar_feed", args=[token]))


def subscription_url(token: str) -> str:
    """Return the URL of the feed with this secret token that opens a calendar program: with the scheme webcal."""
    return "webcal://" + calendar_url(token).partition("://")[2]


def unsubscribe_url(user_id: int, kinds: Iterable[str]) -> str:
    """Return the signed URL at which the person with this key stops e-mails about these kinds of events, by slug.

    It needs no sign-in and does not expire: people keep e-mails for years.
    """
    token = signing.Signer(salt=UNSUBSCRIBE_SALT).sign(f"{user_id}:{','.join(sorted(kinds))}")
    return absolute_url(reverse("notifications:unsubscribe", args=[token]))


def masked_unsubscribe_url() -> str:
    """Return an unsubscribe URL with “…” for its token, for readers who are not the recipient of the e-mail.

    It stops nothing.
    """
    return absolute_url(reverse("notifications:unsubscribe", args=["…"]))


def read_unsubscribe_token(token: str) -> UnsubscribeRequest | None:
    """Return the person and the kinds of events in the token of an unsubscribe URL.

    None when its signature is wrong.
    """
    try:
        user_id, kinds = signing.Signer(salt=UNSUBSCRIBE_SALT).unsign(token).split(":", 1)
    except signing.BadSignature:
        return None
    return UnsubscribeRequest(int(user_id), tuple(kinds.split(",")))

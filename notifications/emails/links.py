"""Addresses that go into letters: below BASE_URL whatever host asked, and signed where they act without sign-in."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

from notifications.reminders import schedule
from web.site_addresses import absolute

SALT = "notifications.stop"


@dataclass(frozen=True, slots=True)
class Stop:
    """Who wants no more letters of which kinds."""

    user_id: int
    kinds: tuple[str, ...]


def host() -> str:
    """The name this installation signs its Message-IDs and calendar UIDs with."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def calendar_uid(kind: str, pk: int, own: str = "") -> str:
    """The UID under which calendars keep an entry, in letters and in feeds alike, whatever becomes of it.

    An event with several entries gives each a name of its `own` (`Entry.uid`).
    """
    return f"{own or schedule.event_uid(kind, pk)}@{host()}"


def calendar_address(token: str) -> str:
    """Where a calendar program reads a feed: the only place where the token is written out."""
    return absolute(reverse("notifications:calendar", args=[token]))


def subscription_address(token: str) -> str:
    """The same address in the words that open a calendar program."""
    return "webcal://" + calendar_address(token).partition("://")[2]


def stop_address(user_id: int, kinds: Iterable[str]) -> str:
    """Where a letter's reader stops its kinds; it does not expire, old letters being kept for years."""
    token = signing.Signer(salt=SALT).sign(f"{user_id}:{','.join(sorted(kinds))}")
    return absolute(reverse("notifications:stop", args=[token]))


def masked_stop_address() -> str:
    """What others read in its place: it stops nothing."""
    return absolute(reverse("notifications:stop", args=["…"]))


def read_stop(token: str) -> Stop | None:
    """What a token asks for, or None for one we did not sign."""
    try:
        user_id, kinds = signing.Signer(salt=SALT).unsign(token).split(":", 1)
    except signing.BadSignature:
        return None
    return Stop(int(user_id), tuple(kinds.split(",")))

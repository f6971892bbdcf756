"""Routes of the notifications app."""

from typing import Any

from notifications.actions import open_calendar
from notifications.emails.links import stop_address
from tests.factories.cast import EVERYONE, Cast
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory
from tests.matrix import Row


def letter_of_member(cast: Cast) -> list[Any]:
    return [DeliveryFactory(user=cast["M"]).pk]


def reminder(_cast: Cast) -> list[Any]:
    return [ReminderFactory().pk]


def stop_token(cast: Cast) -> list[Any]:
    return [stop_address(cast["M"].pk, ["workshop"]).rstrip("/").rsplit("/", 1)[1]]


def calendar_token(cast: Cast) -> list[Any]:
    return [open_calendar(about="person", object_id=cast["M"].pk, at=NOW, by=cast["M"])]


STAFF_ONLY = {"see": EVERYONE, "act": "S"}

ROUTES: dict[str, Row] = {
    "notifications:ledger": Row(**STAFF_ONLY),
    "notifications:hold": Row(**STAFF_ONLY, post=True),
    "notifications:release": Row(**STAFF_ONLY, post=True),
    "notifications:reminder": Row(**STAFF_ONLY, args=reminder),
    "notifications:letter": Row(see="SM", args=letter_of_member),
    "notifications:retry_letter": Row(see="SM", act="S", get=False, post=True, args=letter_of_member),
    "notifications:hold_letter": Row(see="SM", act="S", get=False, post=True, args=letter_of_member),
    "notifications:release_letter": Row(see="SM", act="S", get=False, post=True, args=letter_of_member),
    "notifications:mine": Row(),
    "notifications:preferences": Row(post=True),
    "notifications:stop": Row(public=True, post=True, args=stop_token),
    "notifications:open_calendar": Row(get=False, post=True),
    "notifications:revoke_calendar": Row(post=True),
    "notifications:calendar": Row(public=True, args=calendar_token),
    "notifications:letterbox": Row(see=""),
    "notifications:kept_letter": Row(see="", args=lambda _cast: ["1000000000000000000-0123abcd"]),
}

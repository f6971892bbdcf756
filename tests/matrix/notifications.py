"""Routes of the notifications app."""

from typing import Any

from notifications.actions import open_calendar
from notifications.emails.links import unsubscribe_url
from tests.factories.cast import EVERYONE, Cast
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory
from tests.matrix import RouteRow


def email_to_member(cast: Cast) -> list[Any]:
    return [DeliveryFactory(user=cast["M"]).pk]


def reminder(_cast: Cast) -> list[Any]:
    return [ReminderFactory().pk]


def unsubscribe_token(cast: Cast) -> list[Any]:
    return [unsubscribe_url(cast["M"].pk, ["workshop"]).rstrip("/").rsplit("/", 1)[1]]


def calendar_token(cast: Cast) -> list[Any]:
    return [open_calendar(about="person", object_id=cast["M"].pk, at=NOW, by=cast["M"])]


STAFF_ONLY = {"visible_to": EVERYONE, "usable_by": "S"}

ROUTES: dict[str, RouteRow] = {
    "notifications:ledger": RouteRow(**STAFF_ONLY),
    "notifications:reminders": RouteRow(**STAFF_ONLY),
    "notifications:pause_all_emails": RouteRow(**STAFF_ONLY, post=True),
    "notifications:resume_all_emails": RouteRow(**STAFF_ONLY, post=True),
    "notifications:reminder": RouteRow(**STAFF_ONLY, args=reminder),
    "notifications:email": RouteRow(visible_to="SM", args=email_to_member),
    "notifications:retry_email": RouteRow(visible_to="SM", usable_by="S", get=False, post=True, args=email_to_member),
    "notifications:pause_email": RouteRow(visible_to="SM", usable_by="S", get=False, post=True, args=email_to_member),
    "notifications:resume_email": RouteRow(visible_to="SM", usable_by="S", get=False, post=True, args=email_to_member),
    "notifications:own_emails": RouteRow(),
    "notifications:preferences": RouteRow(post=True),
    "notifications:unsubscribe": RouteRow(public=True, post=True, args=unsubscribe_token),
    "notifications:open_calendar": RouteRow(get=False, post=True),
    "notifications:revoke_calendar": RouteRow(post=True),
    "notifications:calendar": RouteRow(public=True, args=calendar_token),
    "notifications:demo_mailbox": RouteRow(visible_to=""),
    "notifications:demo_email": RouteRow(visible_to="", args=lambda _cast: ["1000000000000000000-0123abcd"]),
}

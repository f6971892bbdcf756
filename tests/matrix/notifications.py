"""Routes of the notifications app."""

from typing import Any

from notifications.actions import open_calendar
from notifications.emails.links import unsubscribe_url
from tests.factories.cast import EVERYONE, Cast
from tests.factories.notifications import NOW, DeliveryFactory, GroupEmailFactory, ReminderFactory
from tests.matrix import RouteRow


def email_to_member(cast: Cast) -> list[Any]:
    return [DeliveryFactory(user=cast["M"]).pk]


def reminder(_cast: Cast) -> list[Any]:
    return [ReminderFactory().pk]


def unsubscribe_token(cast: Cast) -> list[Any]:
    return [unsubscribe_url(cast["M"].pk, ["workshop"]).rstrip("/").rsplit("/", 1)[1]]


def calendar_token(cast: Cast) -> list[Any]:
    return [open_calendar(about="person", object_id=cast["M"].pk, at=NOW, by=cast["M"])]


def cohort_people(cast: Cast) -> list[Any]:
    return ["cohort", cast.cohort.pk]


def draft_of_pilot(cast: Cast) -> list[Any]:
    return [GroupEmailFactory(object_id=cast.cohort.pk, written_by=cast["P"]).pk]


def sent_by_pilot(cast: Cast) -> list[Any]:
    return [GroupEmailFactory(object_id=cast.cohort.pk, written_by=cast["P"], sent_at=NOW).pk]


DRAFT = {"visible_to": "P", "args": draft_of_pilot, "open_to_former": False}
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
    "notifications:group_emails": RouteRow(visible_to="SCDPMRA", usable_by="SCP", args=cohort_people),
    "notifications:write_group_email": RouteRow(visible_to="SCDPMRA", usable_by="SCP", post=True, args=cohort_people),
    "notifications:group_email": RouteRow(visible_to="SCP", args=sent_by_pilot),
    "notifications:change_group_email": RouteRow(**DRAFT, post=True),
    "notifications:try_group_email": RouteRow(**DRAFT, get=False, post=True),
    "notifications:send_group_email": RouteRow(**DRAFT, get=False, post=True),
    "notifications:delete_group_email": RouteRow(**DRAFT, get=False, post=True),
    "notifications:unsubscribe": RouteRow(public=True, post=True, args=unsubscribe_token),
    "notifications:calendar": RouteRow(),
    "notifications:calendar_events": RouteRow(),
    "notifications:subscribe": RouteRow(get=False, post=True),
    "notifications:revoke_calendar": RouteRow(post=True),
    "notifications:calendar_feed": RouteRow(public=True, args=calendar_token),
    "notifications:demo_mailbox": RouteRow(visible_to=""),
    "notifications:demo_email": RouteRow(visible_to="", args=lambda _cast: ["1000000000000000000-0123abcd"]),
}

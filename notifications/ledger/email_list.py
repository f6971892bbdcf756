"""The list of all e-mails, for lab staff: its columns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.enums import DeliveryState
from notifications.ledger.bulk_actions import PAUSE, RETRY
from notifications.ledger.filters import DeliveryFilter
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.permissions import can_read_emails
from notifications.reminders.reason_texts import describe_reminder, kind_label
from notifications.reminders.step_status import event_names
from notifications.templatetags.emails import email_state, reason_text
from web.lists.columns import (
    NUMBER,
    ListColumn,
    Reader,
    by_choice,
    by_name,
    by_value,
    choice_label,
    field_column,
    value_column,
)
from web.lists.declarations import List

PER_PAGE: Final = 40  # keeps the page under 60 KiB


def _rows(reader: Reader) -> QuerySet[Delivery]:
    """Return the e-mails that the reader may see, with what they are about."""
    items = Prefetch("items", DeliveryItem.objects.select_related("reminder"))
    return Delivery.objects.visible_to(reader.user).prefetch_related(items)


def _load_event_names(emails: Sequence[Any], _reader: Reader) -> None:
    """Load the names of the events of e-mails that have no subject yet, as `event_names` by kind and id.

    One statement for each kind of event.
    """
    untitled = [email for email in emails if not email.subject]
    names = event_names(item.reminder for email in untitled for item in email.items.all())
    for email in untitled:
        email.event_names = names


def title_of(email: Any) -> str:
    """Return the subject of the e-mail, else what its reminders are about, with the names of the events."""
    return email.subject or " · ".join(_title_of_item(email, item.reminder) for item in email.items.all())


def _title_of_item(email: Any, reminder: Reminder) -> str:
    """Return what a reminder is about, after the name of its event if `_load_event_names` has loaded it."""
    name = getattr(email, "event_names", {}).get((reminder.kind, reminder.object_id), "")
    return " · ".join(filter(None, [name, describe_reminder(reminder)]))


def _name(email: Delivery) -> str:
    """Return the title of the e-mail and whom it is to: several people get e-mails with one title."""
    return f"{title_of(email)} · {email.user}"


def _link(email: Delivery) -> SafeString:
    """Return the title of the e-mail as a link to its page."""
    return format_html('<a href="{}">{}</a>', email.get_absolute_url(), title_of(email))


def _kinds(email: Delivery) -> str:
    """Return the kinds of events that the e-mail is about, such as “Intertransfos”, each once."""
    return ", ".join(dict.fromkeys(kind_label(item.reminder) for item in email.items.all()))


def _state(email: Delivery) -> str:
    """Return the state of the e-mail, with when it was sent or why it was not."""
    return email_state(email, staff=True)


def _sent_at(email: Delivery) -> datetime | None:
    """Return when the e-mail was sent, in the platform's time zone; None for one that was not."""
    return localtime(email.sent_at) if email.sent_at else None


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "day": field_column("day", _("Day"), order=by_value("due_at"), indexed=True, width=12, css=NUMBER),
    "to": ListColumn(
        header=_("To"), value=lambda email: str(email.user), order=by_name("user__full_name"), width=28, always=True
    ),
    "address": value_column("address", _("Address"), width=32, by_default=False),
    "email": ListColumn(
        header=_("E-mail"), value=title_of, html=_link, order=by_name("subject"), width=60, always=True
    ),
    "about": ListColumn(header=_("About"), value=_kinds, width=24, by_default=False),
    "state": ListColumn(
        header=_("State"),
        value=lambda email: choice_label(email, "state"),
        html=_state,
        order=by_choice("state", DeliveryState.values),
        width=14,
        reads=("state", "sent_at", "reason", "last_error", "attempts"),
    ),
    "sent": ListColumn(
        header=pgettext_lazy("an e-mail", "Sent on"),
        value=_sent_at,
        order=by_value("sent_at"),
        width=18,
        css=NUMBER,
        by_default=False,
        reads=("sent_at",),
    ),
    "reason": ListColumn(
        header=_("Reason"),
        value=reason_text,
        order=by_value("reason"),
        width=40,
        by_default=False,
        reads=("reason",),
    ),
    "attempts": value_column(
        "attempts", pgettext_lazy("an e-mail", "Attempts"), width=10, css=NUMBER, by_default=False
    ),
}

EMAILS: Final = List(
    slug="e-mails",
    title=_("E-mails"),
    route="notifications:ledger",
    rows=_rows,
    permission=can_read_emails,
    filters=DeliveryFilter,
    columns=COLUMNS,
    heading="email",
    order="-day",
    reads=("day", "subject", "user__full_name", "user__email"),
    load_for_cells=_load_event_names,
    bulk_actions={"retry": RETRY, "pause": PAUSE},
    name=_name,
    empty_icon="mail",
    empty_title=_("No e-mail here"),
    empty_text=_("E-mails appear here once a reminder for an Intertransfo, a session or an idea is due."),
    per_page=PER_PAGE,
)

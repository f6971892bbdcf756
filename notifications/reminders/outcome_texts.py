"""What became of a reminder, or is to become of it, in sentences: sent to whom, held, left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Max
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext as _
from django_stubs_ext import StrPromise

from notifications.enums import DeliveryState, ItemState, ReminderState
from notifications.models import MailSwitch, Reminder
from notifications.reminders.reason_texts import reason_in_words
from web.dates.clock import platform_day
from web.text import formats

# What is said of the letters of each state, in the order people ask; an item still waiting in a held letter is held.
SAID: Final[Mapping[str, StrPromise]] = {
    ItemState.SENT: ngettext_lazy("Sent to %(n)d person on %(day)s.", "Sent to %(n)d people on %(day)s.", "n"),
    ItemState.QUEUED: ngettext_lazy("Waiting to be sent to %(n)d person.", "Waiting to be sent to %(n)d people.", "n"),
    DeliveryState.HELD: ngettext_lazy("Paused for %(n)d person: %(why)s.", "Paused for %(n)d people: %(why)s.", "n"),
    ItemState.DEAD: ngettext_lazy("Failed for %(n)d person: %(why)s.", "Failed for %(n)d people: %(why)s.", "n"),
    ItemState.EXPIRED: ngettext_lazy("Too late for %(n)d person: %(why)s.", "Too late for %(n)d people: %(why)s.", "n"),
    ItemState.CANCELLED: ngettext_lazy(
        "Cancelled for %(n)d person: %(why)s.", "Cancelled for %(n)d people: %(why)s.", "n"
    ),
    ItemState.SKIPPED: ngettext_lazy("Skipped for %(n)d person: %(why)s.", "Skipped for %(n)d people: %(why)s.", "n"),
}
ORDER: Final = list(SAID)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The sentences; `still_open` while the reminder may go yet, so that it concerns somebody today."""

    sentences: list[str]
    still_open: bool = False


def outcome_of(reminder: Reminder, at: datetime) -> Outcome:
    """Two statements at most: its letters by what became of them, and the switch where something is due or waits."""
    if reminder.state == ReminderState.PLANNED:
        return Outcome(_planned(reminder, at), still_open=reminder.expires_at > at)
    if reminder.state != ReminderState.EXPANDED:
        return Outcome([_("The reminder was not sent: %(why)s.") % {"why": _why(reminder.reason, reminder)}])
    return Outcome(_of_letters(reminder) or [_("The reminder concerned nobody when it was due.")])


def _planned(reminder: Reminder, at: datetime) -> list[str]:
    if reminder.expires_at <= at:
        return [
            _("The reminder was useful until %(day)s and will no longer be sent.") % {"day": _day(reminder.expires_at)}
        ]
    if reminder.due_at > at:
        return [_("The reminder is planned.")]
    return [_("The reminder is due."), *(_all_held() or [_("The reminder will be sent within minutes.")])]


def _of_letters(reminder: Reminder) -> list[str]:
    """A sentence for each thing that became of its letters, most people first, with the last day on which one left."""
    rows = reminder.items.order_by().values("state", "reason", "delivery__state", "delivery__reason")
    groups = list(rows.annotate(people=Count("pk"), last=Max("delivery__sent_at")))
    last = max((group["last"] for group in groups if group["state"] == ItemState.SENT and group["last"]), default=None)
    people = _counted(groups)
    most_first = sorted(people.items(), key=lambda found: (ORDER.index(found[0][0]), -found[1], found[0]))
    sentences = [
        str(SAID[state] % {"n": n, "why": _why(reason, reminder), "day": _day(last)})
        for (state, reason), n in most_first
    ]
    return [*sentences, *(_all_held() if (ItemState.QUEUED, "") in people else [])]


def _counted(groups: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, str]]:
    """People by state and reason; of an item that waits, the state of its letter where that is held."""
    people: Counter[tuple[str, str]] = Counter()
    for group in groups:
        held = group["state"] == ItemState.QUEUED and group["delivery__state"] == DeliveryState.HELD
        key = (DeliveryState.HELD, group["delivery__reason"]) if held else (group["state"], group["reason"])
        people[key] += group["people"]
    return people


def _all_held() -> list[str]:
    """Why nothing leaves, while the switch holds all letters."""
    switch = MailSwitch.objects.held().first()
    return [_("All e-mails are paused: %(why)s.") % {"why": switch.reason.rstrip(".")}] if switch else []


def _why(reason: str, reminder: Reminder) -> str:
    return reason_in_words(reason, reminder.kind)


def _day(moment: datetime | None) -> str:
    return formats.short_day(platform_day(moment), (get_language() or "fr")[:2]) if moment else ""

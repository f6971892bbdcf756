"""Sentences about the outcome of a reminder: planned, sent to how many people, paused, skipped and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django_stubs_ext import StrPromise

from notifications.enums import DeliveryState, ItemState, ReminderState
from notifications.models import MailSwitch, Reminder
from notifications.reminders.reason_texts import reason_in_words
from web.dates.clock import platform_day
from web.text import formats
from web.text.language import active_language

# The sentence for the items of each state, in display order; a queued item of a paused e-mail counts as paused.
STATE_SENTENCES: Final[Mapping[str, StrPromise]] = {
    ItemState.SENT: ngettext_lazy("Sent to %(n)d person on %(day)s.", "Sent to %(n)d people on %(day)s.", "n"),
    ItemState.QUEUED: ngettext_lazy("Waiting to be sent to %(n)d person.", "Waiting to be sent to %(n)d people.", "n"),
    DeliveryState.PAUSED: ngettext_lazy("Paused for %(n)d person: %(why)s.", "Paused for %(n)d people: %(why)s.", "n"),
    ItemState.DEAD: ngettext_lazy("Failed for %(n)d person: %(why)s.", "Failed for %(n)d people: %(why)s.", "n"),
    ItemState.EXPIRED: ngettext_lazy("Too late for %(n)d person: %(why)s.", "Too late for %(n)d people: %(why)s.", "n"),
    ItemState.CANCELLED: ngettext_lazy(
        "Cancelled for %(n)d person: %(why)s.", "Cancelled for %(n)d people: %(why)s.", "n"
    ),
    ItemState.SKIPPED: ngettext_lazy("Skipped for %(n)d person: %(why)s.", "Skipped for %(n)d people: %(why)s.", "n"),
}
ORDER: Final = list(STATE_SENTENCES)


@dataclass(frozen=True, slots=True)
class ReminderOutcome:
    """The sentences about a reminder's outcome; `is_open` while it is planned and not yet too late to send."""

    sentences: list[str]
    is_open: bool = False


def outcome_of(reminder: Reminder, at: datetime) -> ReminderOutcome:
    """Return the sentences about what happened to a reminder, or will happen, as of the moment `at`.

    It takes two queries at most.
    """
    if reminder.state == ReminderState.PLANNED:
        return ReminderOutcome(_planned_sentences(reminder, at), is_open=reminder.expires_at > at)
    if reminder.state != ReminderState.EXPANDED:
        return ReminderOutcome(
            [_("The reminder was not sent: %(why)s.") % {"why": _reason_text(reminder.reason, reminder)}]
        )
    return ReminderOutcome(_email_sentences(reminder) or [_("The reminder concerned nobody when it was due.")])


def _planned_sentences(reminder: Reminder, at: datetime) -> list[str]:
    """Return the sentences about a planned reminder at the moment `at`: too late, planned, or due.

    When it is due, also when it will be sent, or why all e-mails are paused.
    """
    if reminder.expires_at <= at:
        return [
            _("The reminder was useful until %(day)s and will no longer be sent.")
            % {"day": _short_day(reminder.expires_at)}
        ]
    if reminder.due_at > at:
        return [_("The reminder is planned.")]
    return [_("The reminder is due."), *(_pause_sentences() or [_("The reminder will be sent within minutes.")])]


def _email_sentences(reminder: Reminder) -> list[str]:
    """Return the sentences about the e-mails of a reminder: one per state and reason, with the number of people.

    Sent ones come first, then waiting, paused, failed, too late, cancelled and skipped ones. [] when nobody got an
    e-mail.
    """
    rows = reminder.items.order_by().values("state", "reason", "delivery__state", "delivery__reason")
    groups = list(rows.annotate(people=Count("pk"), last=Max("delivery__sent_at")))
    last = max((group["last"] for group in groups if group["state"] == ItemState.SENT and group["last"]), default=None)
    people = _count_people(groups)
    most_first = sorted(people.items(), key=lambda group: (ORDER.index(group[0][0]), -group[1], group[0]))
    sentences = [
        str(STATE_SENTENCES[state] % {"n": n, "why": _reason_text(reason, reminder), "day": _short_day(last)})
        for (state, reason), n in most_first
    ]
    return [*sentences, *(_pause_sentences() if (ItemState.QUEUED, "") in people else [])]


def _count_people(groups: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, str]]:
    """Return how many people there are by state and reason of their part of a reminder.

    A part of a paused e-mail counts as `DeliveryState.PAUSED`. `groups` are the parts grouped by their own state and
    reason and those of their e-mail, with the number of `people`.
    """
    people: Counter[tuple[str, str]] = Counter()
    for group in groups:
        is_paused = group["state"] == ItemState.QUEUED and group["delivery__state"] == DeliveryState.PAUSED
        key = (DeliveryState.PAUSED, group["delivery__reason"]) if is_paused else (group["state"], group["reason"])
        people[key] += group["people"]
    return people


def _pause_sentences() -> list[str]:
    """Return the sentence that says why all e-mails are paused, as a list; [] when they are not."""
    switch = MailSwitch.objects.paused().first()
    return [_("All e-mails are paused: %(why)s.") % {"why": switch.reason.rstrip(".")}] if switch else []


def _reason_text(reason: str, reminder: Reminder) -> str:
    """Return in words why the reminder is not sent; `reason` is the slug, which its kind of event may define."""
    return reason_in_words(reason, reminder.kind)


def _short_day(moment: datetime | None) -> str:
    """Return the date of a moment, in the platform's time zone, in short form in the active language; "" for None."""
    return formats.short_day(platform_day(moment), active_language()) if moment else ""

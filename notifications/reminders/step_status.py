"""Reminder schedules on pages: what was sent, what is next and to how many people, what is skipped and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, QuerySet, Window
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from notifications.enums import ReminderState
from notifications.events import EventRef
from notifications.models import MailSwitch, Reminder
from notifications.registries import AudienceQuery, AudienceSize, event_kinds
from notifications.reminders.reason_texts import describe_reminder, early_in_words, reason_in_words
from web.database.prepared import prepared
from web.dates.clock import day_in
from web.pages.steps import PageStep, StepState

MAX_UPCOMING = 10


@dataclass(frozen=True, slots=True)
class ReminderStatus:
    """A reminder at the moment `at`, with the counts of its items and the size of its audience.

    The counts come from `ReminderQuerySet.with_counts`. `is_held` says whether the switch pauses all emails.
    """

    reminder: Any
    at: datetime
    is_held: bool
    size: AudienceSize

    def state_and_detail(self, *, is_next: bool) -> tuple[StepState, str]:
        """Return the state of the reminder's step on a page, and the text next to it.

        `is_next` marks the event's next step to be sent.
        """
        row = self.reminder
        if row.sent_count:
            return "went", _sent_text(row.sent_count, row.failed_count)
        if row.failed_count:
            return "failed", ngettext("failed for %(n)d person", "failed for %(n)d people", row.failed_count) % {
                "n": row.failed_count
            }
        if self.is_upcoming:
            return (
                "next" if is_next or (self._days_left <= 0 and not self.has_no_recipients) else "later"
            ), self._upcoming_text()
        if row.state == ReminderState.EXPANDED and not row.ended_count:
            return "skipped", _("concerned nobody")
        return "skipped", self._skipped_text()

    @property
    def is_upcoming(self) -> bool:
        """Return whether the reminder is still to be sent and nothing of it was sent or failed."""
        return is_pending(self.reminder)

    @property
    def has_no_recipients(self) -> bool:
        """Return whether nobody gets the reminder in the event's present state.

        A reminder that only waits for a condition, and is not due yet, still has recipients.
        """
        return bool(self.size.stop_reason) and not self._early_text

    @property
    def _early_text(self) -> str:
        """Return the condition that a reminder not yet due waits for, in words; "" without one, and once it is due."""
        early = self.size.stop_reason and self.reminder.due_at > self.at
        return early_in_words(self.size.stop_reason, self.reminder.kind) if early else ""

    @property
    def _days_left(self) -> int:
        """Return the number of days until the reminder is due where its event is: 0 on that day, negative after it."""
        today = day_in(self.reminder.time_zone or settings.TIME_ZONE, self.at)
        days: int = (self.reminder.due_on - today).days
        return days

    def _upcoming_text(self) -> str:
        """Return when the reminder will be sent, to how many people and on what condition, or why to nobody."""
        when = self._paused_text() if self.is_held else self._when_text()
        if self.has_no_recipients:
            why = reason_in_words(self.size.stop_reason, self.reminder.kind)
            return _("%(when)s, as of today to nobody: %(why)s") % {"when": when, "why": why}
        people = self.reminder.waiting_count or self.size.people
        if people == 0:
            return ", ".join(filter(None, [when, _("as of today to nobody"), self._early_text]))
        to = ngettext("to %(n)d person", "to %(n)d people", people) % {"n": people} if people else ""
        is_upcoming = (", " if self.is_held else " ").join(filter(None, [when, to]))
        return ", ".join(filter(None, [is_upcoming, self._early_text]))

    def _paused_text(self) -> str:
        """Return the text for a reminder while all emails are paused."""
        return _("due today, paused") if self._days_left == 0 else pgettext("letter", "paused")

    def _when_text(self) -> str:
        """Return in how many days the reminder will be sent, or that it is being sent."""
        if self._days_left > 0:
            return ngettext("will be sent in %(n)d day", "will be sent in %(n)d days", self._days_left) % {
                "n": self._days_left
            }
        if self.reminder.due_at > self.at:
            return _("will be sent today")
        return _("due today, being sent now") if self._days_left == 0 else _("being sent now")

    def _skipped_text(self) -> str:
        """Return that the reminder is skipped, with the reason if it has one."""
        reason = reason_in_words(self.reminder.reason, self.reminder.kind) if self.reminder.reason else ""
        return _("skipped: %(why)s") % {"why": reason} if reason else _("skipped")


def reminder_steps_of(event: EventRef, at: datetime, *, for_staff: bool = False) -> list[PageStep]:
    """Return the reminder steps of an event for its page: its latest version, and what was sent of earlier ones.

    They are in order of time, without announcements to one person. With `for_staff` each step links to the reminder's
    page. Takes one query, and that of the kind's `sizes`.
    """
    rows: list[Any] = _reminders(event.kind, event.pk)
    latest = max((row.version for row in rows), default=0)
    visible_rows = [row for row in rows if row.version == latest or row.sent_count or row.failed_count]
    statuses = _statuses(visible_rows, at, is_held=any(row.all_held for row in visible_rows))
    following = next((status for status in statuses if status.is_upcoming and not status.has_no_recipients), None)
    return [_page_step(status, is_next=status is following, for_staff=for_staff) for status in statuses]


@prepared
def _reminders(kind: str, pk: int) -> QuerySet[Reminder]:
    """Return the reminders of an event for everyone, with their counts, and `all_held` while all emails are paused."""
    reminders = Reminder.objects.of_event(EventRef(kind, pk)).for_everyone().with_counts().order_by("due_at", "pk")
    return reminders.annotate(all_held=Exists(MailSwitch.objects.held()))


def upcoming_reminders(at: datetime, *, is_held: bool) -> tuple[list[PageStep], int]:
    """Return the next MAX_UPCOMING planned reminders of all events, and how many more are planned.

    `is_held` says whether the switch pauses all emails. Takes one query, and those of each kind's `names` and `sizes`.
    """
    planned = Reminder.objects.filter(state=ReminderState.PLANNED).with_counts().order_by("due_at", "pk")
    rows: list[Any] = list(planned.annotate(total_count=Window(Count("pk")))[:MAX_UPCOMING])
    names = _names(rows)
    statuses = _statuses(rows, at, is_held=is_held)
    steps = [
        _page_step(status, is_next=False, for_staff=True, event_name=names.get(_event_key(status.reminder), ""))
        for status in statuses
    ]
    return steps, rows[0].total_count - len(rows) if rows else 0


def _statuses(rows: list[Any], at: datetime, *, is_held: bool) -> list[ReminderStatus]:
    """Return the status of each reminder, in their order.

    Once a step was sent to some people, the rest of its audience is not counted.
    """
    sizes, sent_steps = _sizes(rows, at), {row.step for row in rows if row.sent_count}
    sized = [(row, sizes.get((row.kind, _audience_query(row)), AudienceSize())) for row in rows]
    return [
        ReminderStatus(row, at, is_held, AudienceSize(None, size.stop_reason) if row.step in sent_steps else size)
        for row, size in sized
    ]


def _sizes(rows: Iterable[Any], at: datetime) -> dict[tuple[str, AudienceQuery], AudienceSize]:
    """Return the audience sizes of reminders that are still to be sent, by kind of event and query.

    Takes one query per kind.
    """
    queries: dict[str, set[AudienceQuery]] = defaultdict(set)
    for row in rows:
        if is_pending(row):
            queries[row.kind].add(_audience_query(row))
    size_functions = {slug: event_kinds[slug].sizes for slug in queries if slug in event_kinds}
    return {
        (slug, query): size
        for slug, sizes in size_functions.items()
        if sizes
        for query, size in sizes(queries[slug], at).items()
    }


def _audience_query(row: Reminder) -> AudienceQuery:
    """Return the query for the size of a reminder's audience."""
    return AudienceQuery(row.object_id, row.audience, row.email_type)


def is_pending(row: Any) -> bool:
    """Return whether a reminder (with its counts) is still to be sent and nothing of it was sent or failed."""
    return not row.sent_count and not row.failed_count and bool(row.state == ReminderState.PLANNED or row.waiting_count)


def _names(rows: Iterable[Reminder]) -> dict[tuple[str, int], str]:
    """Return the names of the reminders' events, by kind and id of the event (one query per kind)."""
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.kind].add(row.object_id)
    name_functions = {slug: event_kinds[slug].names for slug in ids if slug in event_kinds}
    return {
        (slug, pk): name for slug, names in name_functions.items() if names for pk, name in names(ids[slug]).items()
    }


def _event_key(row: Reminder) -> tuple[str, int]:
    """Return the kind and id of a reminder's event."""
    return row.kind, row.object_id


def _page_step(status: ReminderStatus, *, is_next: bool, for_staff: bool, event_name: str = "") -> PageStep:
    """Return a reminder's step as pages show it.

    `is_next` marks the event's next step; `for_staff` adds the link; `event_name` is given where a list has several
    events.
    """
    state, detail = status.state_and_detail(is_next=is_next)
    row = status.reminder
    href = reverse("notifications:reminder", args=[row.pk]) if for_staff else ""
    action = (_("details") if state in {"went", "failed"} else _("preview")) if for_staff else ""
    label = " · ".join(filter(None, [event_name, describe_reminder(row)]))
    return PageStep(row.due_on, label, state, detail, href, action)


def _sent_text(people: int, failed_count: int) -> str:
    """Return to how many people a reminder was sent, and for how many it failed, in words."""
    text = ngettext("sent to %(n)d person", "sent to %(n)d people", people) % {"n": people}
    if not failed_count:
        return text
    return text + _(", failed for %(n)d") % {"n": failed_count}

"""Reminder schedules on pages: what was sent, what is next and to how many people, what is skipped and why."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

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
from web.dates.clock import day_in, platform_zone
from web.pages.steps import PageStep, StepState

MAX_UPCOMING = 10
REASONS_BEFORE_THE_START = ("late", "expired", "superseded")


@dataclass(frozen=True, slots=True)
class ReminderStatus:
    """A reminder at the moment `at`, with the counts of its items and the size of its audience.

    The counts come from `ReminderQuerySet.with_counts`. `is_held` says whether the switch pauses all e-mails.
    """

    reminder: Any
    at: datetime
    is_paused: bool
    size: AudienceSize

    def state_and_detail(self, *, is_next: bool) -> tuple[StepState, str]:
        """Return the state of the reminder on a page ("went", "failed", "next", "later", "skipped") and the text next
        to it.

        `is_next` marks the next reminder of the event that will be sent.
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
            return "skipped", _("there was nobody to write to")
        return "skipped", self._skipped_text()

    @property
    def is_upcoming(self) -> bool:
        """Return whether the reminder is planned or waits to be sent, and was neither sent to nor failed for anyone."""
        return is_pending(self.reminder)

    @property
    def has_no_recipients(self) -> bool:
        """Return whether the event's present state leaves the reminder without recipients, for example when it is
        cancelled.

        False for a reminder that is not due yet and only waits for a condition.
        """
        return bool(self.size.stop_reason) and not self._early_text

    @property
    def _early_text(self) -> str:
        """Return the condition that a reminder not yet due waits for, such as “once the host is confirmed”.

        "" without a condition, and once the reminder is due.
        """
        early = self.size.stop_reason and self.reminder.due_at > self.at
        return early_in_words(self.size.stop_reason, self.reminder.kind) if early else ""

    @property
    def _days_left(self) -> int:
        """Return the number of days until the reminder is due where its event is: 0 on that day, negative after it."""
        today = day_in(self.reminder.time_zone or platform_zone(), self.at)
        days: int = (self.reminder.due_on - today).days
        return days

    def _upcoming_text(self) -> str:
        """Return when the reminder will be sent, to how many people and on what condition; or to nobody, and why.

        While all e-mails are paused, that it is paused replaces the time.
        """
        when = self._paused_text() if self.is_paused else self._when_text()
        if self.has_no_recipients:
            why = reason_in_words(self.size.stop_reason, self.reminder.kind)
            return _("%(when)s, as of today to nobody: %(why)s") % {"when": when, "why": why}
        people = self.reminder.waiting_count or self.size.people
        if people == 0:
            return ", ".join(filter(None, [when, _("as of today to nobody"), self._early_text]))
        to = ngettext("to %(n)d person", "to %(n)d people", people) % {"n": people} if people else ""
        is_upcoming = (", " if self.is_paused else " ").join(filter(None, [when, to]))
        return ", ".join(filter(None, [is_upcoming, self._early_text]))

    def _paused_text(self) -> str:
        """Return that the reminder is paused, or due today and paused, while all e-mails are paused."""
        return _("due today, paused") if self._days_left == 0 else pgettext("e-mail", "paused")

    def _when_text(self) -> str:
        """Return in how many days the reminder will be sent, or that it is sent today or now."""
        if self._days_left > 0:
            return ngettext("will be sent in %(n)d day", "will be sent in %(n)d days", self._days_left) % {
                "n": self._days_left
            }
        if self.reminder.due_at > self.at:
            return _("will be sent today")
        return _("due today, being sent now") if self._days_left == 0 else _("being sent now")

    def _skipped_text(self) -> str:
        """Return that the reminder is skipped, and why if it has a reason."""
        reason = reason_in_words(self.reminder.reason, self.reminder.kind) if self.reminder.reason else ""
        return _("skipped: %(why)s") % {"why": reason} if reason else _("skipped")


def reminder_steps_of(
    event: EventRef, at: datetime, *, for_staff: bool = False, other_kinds: Collection[str] = ()
) -> list[PageStep]:
    """Return the reminders of an event as steps for its page, in order of time: its latest version, and those sent
    earlier.

    `other_kinds` are further kinds of events about the same object, such as that of a session's guests. Announcements
    to one person are left out. The first steps are folded as long as their day had passed when the event
    got its date. With `for_staff` each step links to the reminder's page. Takes one query, and that of the kind's
    `sizes`.
    """
    rows: list[Any] = _reminders((event.kind, *other_kinds), event.pk)
    latest = max((row.version for row in rows), default=0)
    visible_rows = [row for row in rows if row.version == latest or row.sent_count or row.failed_count]
    statuses = _statuses(visible_rows, at, is_paused=any(row.all_paused for row in visible_rows))
    following = next((status for status in statuses if status.is_upcoming and not status.has_no_recipients), None)
    steps = [_page_step(status, is_next=status is following, for_staff=for_staff) for status in statuses]
    too_early = sum(1 for _row in takewhile(_was_over, visible_rows))
    return [replace(step, folded=number < too_early) for number, step in enumerate(steps)]


def _was_over(row: Reminder) -> bool:
    """Return whether a step's day had passed, or was replaced by a later step, when the event got its date."""
    return row.state in (ReminderState.SKIPPED, ReminderState.EXPIRED) and row.reason in REASONS_BEFORE_THE_START


@prepared
def _reminders(kinds: tuple[str, ...], pk: int) -> QuerySet[Reminder]:
    """Return the query for the reminders of the event `pk` of these kinds, in order of time, without announcements to
    one person.

    Each row has the counts of its outcomes, and `all_paused`: whether all e-mails are paused.
    """
    reminders = Reminder.objects.filter(kind__in=kinds, object_id=pk).for_everyone().with_counts()
    return reminders.order_by("due_at", "pk").annotate(all_paused=Exists(MailSwitch.objects.paused()))


def upcoming_reminders(at: datetime, *, is_paused: bool) -> tuple[list[PageStep], int]:
    """Return the next ten planned reminders of all events as steps for a page, and how many more are planned.

    `is_paused` says whether the switch pauses all e-mails. Takes one query, and for each kind that of its `sizes`, or
    of its `names`.
    """
    rows: list[Any] = _next_reminders()
    statuses = _statuses(rows, at, is_paused=is_paused)
    names = _names(statuses)
    steps = [
        _page_step(status, is_next=False, for_staff=True, event_name=names.get(_event_key(status.reminder), ""))
        for status in statuses
    ]
    return steps, rows[0].total_count - len(rows) if rows else 0


@prepared
def _next_reminders() -> QuerySet[Reminder]:
    """Return the query for the next ten planned reminders of all events, each with `total_count`: how many are
    planned.
    """
    planned = Reminder.objects.filter(state=ReminderState.PLANNED).with_counts().order_by("due_at", "pk")
    return planned.annotate(total_count=Window(Count("pk")))[:MAX_UPCOMING]


def _statuses(rows: list[Any], at: datetime, *, is_paused: bool) -> list[ReminderStatus]:
    """Return the status of each reminder as of `at`, in their order, with the number of people who would get it.

    Once a step was sent to some people, the rest of its audience is not counted. `is_held`: all e-mails are paused.
    """
    sizes, sent_steps = _sizes(rows, at), {(row.kind, row.step) for row in rows if row.sent_count}
    sized = [(row, sizes.get((row.kind, _audience_query(row)), AudienceSize())) for row in rows]
    return [
        ReminderStatus(row, at, is_paused, replace(size, people=None) if (row.kind, row.step) in sent_steps else size)
        for row, size in sized
    ]


def _sizes(rows: Iterable[Any], at: datetime) -> dict[tuple[str, AudienceQuery], AudienceSize]:
    """Return how many people would get the reminders that are still to be sent, by slug of the kind of event and query.

    Takes one query per kind; kinds without counts are left out.
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
    """Return the query that asks the kind of event how many people would get the reminder's e-mail."""
    return AudienceQuery(row.object_id, row.audience, row.email_type)


def is_pending(row: Any) -> bool:
    """Return whether a reminder is still to be sent: planned or queued, and neither sent to nor failed for anyone.

    `row` is a reminder with the counts of `with_counts`.
    """
    return not row.sent_count and not row.failed_count and bool(row.state == ReminderState.PLANNED or row.waiting_count)


def _names(statuses: Collection[ReminderStatus]) -> dict[tuple[str, int], str]:
    """Return the names of the reminders' events, by slug of the kind and id of the event: those read with the sizes of
    the audiences, and of other kinds one query each.

    Kinds that do not name their events are left out.
    """
    named = {_event_key(status.reminder): status.size.event_name for status in statuses if status.size.event_name}
    return named | event_names(row.reminder for row in statuses if _event_key(row.reminder) not in named)


def event_names(reminders: Iterable[Reminder]) -> dict[tuple[str, int], str]:
    """Return the names of the events of these reminders, by slug of the kind and id of the event (one query per kind).

    Kinds that do not name their events are left out.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for row in reminders:
        ids[row.kind].add(row.object_id)
    name_functions = {slug: event_kinds[slug].names for slug in ids if slug in event_kinds}
    return {
        (slug, pk): name for slug, names in name_functions.items() if names for pk, name in names(ids[slug]).items()
    }


def _event_key(row: Reminder) -> tuple[str, int]:
    """Return the slug of the kind and the id of a reminder's event, the keys of `_names`."""
    return row.kind, row.object_id


def _page_step(status: ReminderStatus, *, is_next: bool, for_staff: bool, event_name: str = "") -> PageStep:
    """Return a reminder as a step for a page: its day, label, state, the text next to it, and a link.

    `is_next` marks the next one of its event; `for_staff` adds the link; `event_name` comes before the label in a list
    of several events.
    """
    state, detail = status.state_and_detail(is_next=is_next)
    row = status.reminder
    href = reverse("notifications:reminder", args=[row.pk]) if for_staff else ""
    action = (_("details") if state in {"went", "failed"} else _("preview")) if for_staff else ""
    label = " · ".join(filter(None, [event_name, describe_reminder(row)]))
    return PageStep(row.due_on, label, state, detail, href, action)


def _sent_text(people: int, failed_count: int) -> str:
    """Return in words to how many `people` a reminder was sent, and for how many it failed if there are any."""
    text = ngettext("sent to %(n)d person", "sent to %(n)d people", people) % {"n": people}
    if not failed_count:
        return text
    return text + _(", failed for %(n)d") % {"n": failed_count}

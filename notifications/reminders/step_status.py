"""Reminders as ladders show them: what went, what goes next and to how many, what does not and why."""

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
from notifications.registries import Asked, Size, event_kinds
from notifications.reminders.reason_texts import described, once_in_words, reason_in_words
from web.database.prepared import prepared
from web.dates.clock import day_in
from web.pages.steps import LadderState, LadderStep

MOST_COMING = 10


@dataclass(frozen=True, slots=True)
class Rung:
    """One reminder with what its letters came to (`Reminder.objects.with_counts`)."""

    reminder: Any
    at: datetime
    held: bool
    size: Size

    def shown(self, *, is_next: bool) -> tuple[LadderState, str]:
        """State and detail of the step."""
        row = self.reminder
        if row.went:
            return "went", _went(row.went, row.failed)
        if row.failed:
            return "failed", ngettext("failed for %(n)d person", "failed for %(n)d people", row.failed) % {
                "n": row.failed
            }
        if self.coming:
            return ("next" if is_next or (self._days <= 0 and not self.senseless) else "later"), self._coming()
        if row.state == ReminderState.EXPANDED and not row.ended:
            return "skipped", _("concerned nobody")
        return "skipped", self._left_out()

    @property
    def coming(self) -> bool:
        return is_coming(self.reminder)

    @property
    def senseless(self) -> bool:
        """Whether it concerns nobody as the event stands; what is merely early still has its time to come."""
        return bool(self.size.stopped) and not self._once

    @property
    def _once(self) -> str:
        """Until when it is merely early, in words; nothing once it is due, for then it is nobody."""
        early = self.size.stopped and self.reminder.due_at > self.at
        return once_in_words(self.size.stopped, self.reminder.kind) if early else ""

    @property
    def _days(self) -> int:
        """Days until it is due where the event is; zero on the day itself."""
        today = day_in(self.reminder.time_zone or settings.TIME_ZONE, self.at)
        days: int = (self.reminder.due_on - today).days
        return days

    def _coming(self) -> str:
        when = self._held() if self.held else self._when()
        if self.senseless:
            why = reason_in_words(self.size.stopped, self.reminder.kind)
            return _("%(when)s, as of today to nobody: %(why)s") % {"when": when, "why": why}
        people = self.reminder.waiting or self.size.people
        if people == 0:
            return ", ".join(filter(None, [when, _("as of today to nobody"), self._once]))
        to = ngettext("to %(n)d person", "to %(n)d people", people) % {"n": people} if people else ""
        coming = (", " if self.held else " ").join(filter(None, [when, to]))
        return ", ".join(filter(None, [coming, self._once]))

    def _held(self) -> str:
        return _("due today, paused") if self._days == 0 else pgettext("letter", "paused")

    def _when(self) -> str:
        if self._days > 0:
            return ngettext("will be sent in %(n)d day", "will be sent in %(n)d days", self._days) % {"n": self._days}
        if self.reminder.due_at > self.at:
            return _("will be sent today")
        return _("due today, being sent now") if self._days == 0 else _("being sent now")

    def _left_out(self) -> str:
        words = reason_in_words(self.reminder.reason, self.reminder.kind) if self.reminder.reason else ""
        return _("skipped: %(why)s") % {"why": words} if words else _("skipped")


def ladder_of(event: EventRef, at: datetime, *, for_staff: bool = False) -> list[LadderStep]:
    """The steps of the event's latest version and whatever went of earlier ones, in order of time.

    What one person alone is told stays between them and the lab.

    One statement, and that of the kind's `sizes`. With `for_staff` each step links to its preview.
    """
    rows: list[Any] = _reminders(event.kind, event.pk)
    latest = max((row.version for row in rows), default=0)
    kept = [row for row in rows if row.version == latest or row.went or row.failed]
    rungs = _rungs(kept, at, held=any(row.all_held for row in kept))
    following = next((rung for rung in rungs if rung.coming and not rung.senseless), None)
    return [_step(rung, is_next=rung is following, for_staff=for_staff) for rung in rungs]


@prepared
def _reminders(kind: str, pk: int) -> QuerySet[Reminder]:
    found = Reminder.objects.of_event(EventRef(kind, pk)).for_all().with_counts().order_by("due_at", "pk")
    return found.annotate(all_held=Exists(MailSwitch.objects.held()))


def coming_reminders(at: datetime, *, held: bool) -> tuple[list[LadderStep], int]:
    """The next MOST_COMING planned reminders of all events, and how many more are planned.

    One statement, and those of each kind's `names` and `sizes`. `held` says whether the switch holds all letters.
    """
    planned = Reminder.objects.filter(state=ReminderState.PLANNED).with_counts().order_by("due_at", "pk")
    rows: list[Any] = list(planned.annotate(in_all=Window(Count("pk")))[:MOST_COMING])
    names = _names(rows)
    rungs = _rungs(rows, at, held=held)
    steps = [_step(rung, is_next=False, for_staff=True, of=names.get(_event(rung.reminder), "")) for rung in rungs]
    return steps, rows[0].in_all - len(rows) if rows else 0


def _rungs(rows: list[Any], at: datetime, *, held: bool) -> list[Rung]:
    """Nobody counts those of a step that come after others have had it."""
    sizes, begun = _sizes(rows, at), {row.step for row in rows if row.went}
    found = [(row, sizes.get((row.kind, _asked(row)), Size())) for row in rows]
    return [Rung(row, at, held, Size(None, size.stopped) if row.step in begun else size) for row, size in found]


def _sizes(rows: Iterable[Any], at: datetime) -> dict[tuple[str, Asked], Size]:
    """Of what is still to go, by kind: one statement a kind."""
    asked: dict[str, set[Asked]] = defaultdict(set)
    for row in rows:
        if is_coming(row):
            asked[row.kind].add(_asked(row))
    tell = {slug: event_kinds[slug].sizes for slug in asked if slug in event_kinds}
    return {(slug, of): size for slug, sizes in tell.items() if sizes for of, size in sizes(asked[slug], at).items()}


def _asked(row: Reminder) -> Asked:
    return Asked(row.object_id, row.audience, row.letter)


def is_coming(row: Any) -> bool:
    """Whether a reminder, with its counts, is still to go and nothing of it went."""
    return not row.went and not row.failed and bool(row.state == ReminderState.PLANNED or row.waiting)


def _names(rows: Iterable[Reminder]) -> dict[tuple[str, int], str]:
    """What the events are called, by kind and id: one statement a kind."""
    asked: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        asked[row.kind].add(row.object_id)
    tell = {slug: event_kinds[slug].names for slug in asked if slug in event_kinds}
    return {(slug, pk): name for slug, names in tell.items() if names for pk, name in names(asked[slug]).items()}


def _event(row: Reminder) -> tuple[str, int]:
    return row.kind, row.object_id


def _step(rung: Rung, *, is_next: bool, for_staff: bool, of: str = "") -> LadderStep:
    """`of` names the event where the ladder is not that of one event."""
    state, detail = rung.shown(is_next=is_next)
    row = rung.reminder
    href = reverse("notifications:reminder", args=[row.pk]) if for_staff else ""
    action = (_("details") if state in {"went", "failed"} else _("preview")) if for_staff else ""
    label = " · ".join(filter(None, [of, described(row)]))
    return LadderStep(row.due_on, label, state, detail, href, action)


def _went(people: int, failed: int) -> str:
    text = ngettext("sent to %(n)d person", "sent to %(n)d people", people) % {"n": people}
    if not failed:
        return text
    return text + _(", failed for %(n)d") % {"n": failed}

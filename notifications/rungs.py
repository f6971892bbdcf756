"""The ladder of one event as its page shows it: what went, what goes next and to how many, what does not and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.enums import ReminderState
from notifications.models import Reminder
from notifications.registries import EventRef, event_kinds
from notifications.sending import mail_held
from notifications.sentences import described, reason_in_words
from web.steps import LadderState, LadderStep


@dataclass(frozen=True, slots=True)
class Rung:
    """One reminder with what its letters came to (`Reminder.objects.with_counts`)."""

    reminder: Any
    at: datetime
    held: bool
    people: int | None

    def shown(self, *, is_next: bool) -> tuple[LadderState, str]:
        """State and detail of the step."""
        row = self.reminder
        if row.went:
            return "went", _went(row.went, row.failed)
        if row.failed:
            return "failed", ngettext("failed for %(n)d person", "failed for %(n)d people", row.failed) % {
                "n": row.failed
            }
        if row.state == ReminderState.PLANNED or row.waiting:
            return ("next" if is_next else "later"), self._coming()
        if row.state == ReminderState.EXPANDED and not row.ended:
            return "skipped", _("concerned nobody")
        return "skipped", self._left_out()

    @property
    def coming(self) -> bool:
        row = self.reminder
        return not row.went and not row.failed and bool(row.state == ReminderState.PLANNED or row.waiting)

    def _coming(self) -> str:
        people = self.reminder.waiting or self.people
        to = "" if people is None else ngettext("to %(n)d person", "to %(n)d people", people) % {"n": people}
        return " ".join(filter(None, [_("held") if self.held else self._when(), to])).strip()

    def _when(self) -> str:
        days = (self.reminder.due_on - timezone.localtime(self.at).date()).days
        if days <= 0:
            return _("goes now") if self.reminder.due_at <= self.at else _("goes today")
        return ngettext("will go in %(n)d day", "will go in %(n)d days", days) % {"n": days}

    def _left_out(self) -> str:
        words = reason_in_words(self.reminder.reason, self.reminder.kind) if self.reminder.reason else ""
        return _("left out: %(why)s") % {"why": words} if words else _("left out")


def ladder_of(event: EventRef, at: datetime, *, for_staff: bool = False) -> list[LadderStep]:
    """The steps of the event's latest version and whatever went of earlier ones, in order of time.

    Two statements, and those of the kind's `sizes`. With `for_staff` each step links to its preview.
    """
    rows: list[Any] = list(Reminder.objects.of_event(event).with_counts().order_by("due_at", "pk"))
    latest = max((row.version for row in rows), default=0)
    kept = [row for row in rows if row.version == latest or row.went or row.failed]
    held = bool(kept) and mail_held()
    sizes = _sizes(event, at) if kept else {}
    rungs = [Rung(row, at, held, sizes.get(row.audience)) for row in kept]
    following = next((rung for rung in rungs if rung.coming), None)
    return [_step(rung, is_next=rung is following, for_staff=for_staff) for rung in rungs]


def _sizes(event: EventRef, at: datetime) -> Mapping[str, int]:
    asked = event_kinds[event.kind].sizes if event.kind in event_kinds else None
    return asked(event.pk, at) if asked else {}


def _step(rung: Rung, *, is_next: bool, for_staff: bool) -> LadderStep:
    state, detail = rung.shown(is_next=is_next)
    row = rung.reminder
    href = reverse("notifications:reminder", args=[row.pk]) if for_staff else ""
    action = (_("why?") if state in {"went", "failed"} else _("preview")) if for_staff else ""
    return LadderStep(row.due_on, described(row), state, detail, href, action)


def _went(people: int, failed: int) -> str:
    text = ngettext("went to %(n)d person", "went to %(n)d people", people) % {"n": people}
    if not failed:
        return text
    return text + _(", failed for %(n)d") % {"n": failed}

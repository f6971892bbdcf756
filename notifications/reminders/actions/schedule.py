"""Plan, move and cancel the reminders of an event; announce a change. Called by actions that change the event."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.enums import DeliveryState, ItemState, ReminderState
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.reminders import schedule
from notifications.sending.worker_wakeup import nudge
from web.actions import action
from web.dates.clock import day_in, platform_day

STATES = {
    "planned": ReminderState.PLANNED,
    "due": ReminderState.PLANNED,
    "skipped": ReminderState.SKIPPED,
    "expired": ReminderState.EXPIRED,
}


@action(gettext_lazy("Reminders planned"))
def ensure_reminders(
    *,
    event: EventRef,
    steps: Sequence[schedule.Step],
    day: date,
    zone: str,
    is_open: Callable[[date], bool],
    at: datetime,
    by: User | None,
    last_day: date | None = None,
    keeps: Collection[str] = (),
) -> list[Reminder]:
    """Plan the ladder of an event that begins on `day`; returns the reminders of its present version.

    Steps after the event count from `last_day` where it is given.

    Idempotent: a version planned already is left as it is, whatever `at` is. A higher version cancels what has not
    gone of the lower ones ("moved"), but for the letters it `keeps` because they say what still holds, and plans anew
    the steps of which nothing has gone or something was withdrawn: whoever had one already does not get it again. A
    lower version than the one known, or another day under the same version, is a ValueError: raise the version when
    the date moves.
    """
    known = list(Reminder.objects.of_event(event).select_for_update().order_by("pk"))
    present = [row for row in known if row.version == event.version and not row.is_announcement]
    _check_version(known, present, event, day)
    if present:
        return present
    done = _steps_done(known, steps)
    _withdraw([row for row in known if row.version < event.version and row.letter not in keeps], "moved")
    planned = [row for row in schedule.plan(steps, day, zone, is_open, at, last=last_day) if row.step.slug not in done]
    rows = [_reminder(event, day, zone, row, at) for row in planned]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)  # two planning at once: the first wins
    if any(row.state == "due" for row in planned):
        nudge()
    return list(Reminder.objects.of_event(event).filter(version=event.version, event_day__isnull=False))


@action(gettext_lazy("Reminders cancelled"))
def cancel_reminders(*, event: EventRef, reason: str, by: User | None, letters: Collection[str] = ()) -> int:
    """Cancel whatever has not gone, of every version; returns how many reminders that ended.

    `letters` limits it to those that have become senseless. `reason` is a slug of `enums.REASONS` or of the kind.
    Announce the cancellation afterwards, not before.
    """
    rows = Reminder.objects.of_event(event)
    concerned = rows.filter(letter__in=letters) if letters else rows
    return _withdraw(list(concerned.select_for_update().order_by("pk")), reason)


@action(gettext_lazy("Announcement sent"))
def announce(
    *,
    event: EventRef,
    letter: str,
    at: datetime,
    by: User | None,
    audience: str = "",
    until: datetime | None = None,
    step: str = "",
    was: Mapping[str, Any] | None = None,
) -> Reminder:
    """One letter outside the ladder, due now and always alone: a date changed, an event cancelled.

    Useless from `until`, 14 days later unless given. Once per event, version and `step`, the letter's own name unless
    given: again changes nothing. A letter to one person only has a `step` of its own too.

    `was` are facts of the event before it changed, as JSON can keep them, for the letter to name. Where an earlier
    change was announced and nothing of the event went since, people still know what was before that one: it stays.
    """
    row, created = Reminder.objects.get_or_create(
        kind=event.kind,
        object_id=event.pk,
        version=event.version,
        step=step or letter,
        defaults={
            "letter": letter,
            "audience": audience,
            "alone": True,
            "due_at": at,
            "due_on": platform_day(at),
            "expires_at": until or at + schedule.USEFUL_AFTERWARDS,
            "was": _last_known(event, letter, was) if was else {},
        },
    )
    if created:
        nudge()
    return row


def _check_version(known: Sequence[Reminder], present: Sequence[Reminder], event: EventRef, day: date) -> None:
    if any(row.version > event.version for row in known):
        raise ValueError(f"{event} is out of date: a later version is planned")
    if any(row.event_day != day for row in present):
        raise ValueError(f"{event} is planned for another day: raise its version")


def _steps_done(reminders: Iterable[Reminder], steps: Sequence[schedule.Step]) -> set[str]:
    """Steps of which something went, and whose latest turn has nothing on its way and kept nothing from anybody.

    A step's letter told outside the ladder, because it was late, is that step's.
    """
    told = {step.letter: step.slug for step in reversed(steps)}
    rows = Reminder.objects.filter(pk__in=[row.pk for row in reminders]).with_rest().order_by("version", "pk")
    went: set[str] = set()
    open_still: dict[str, bool] = {}
    for row in rows:
        step = told.get(row.step, row.step) if row.is_announcement else row.step
        went |= {step} if vars(row)["went"] else set()
        open_still[step] = row.state != ReminderState.EXPANDED or vars(row)["rest"] > 0
    return {step for step in went if not open_still[step]}


def _last_known(event: EventRef, letter: str, was: Mapping[str, Any]) -> Mapping[str, Any]:
    """What people last heard: `was`, or what was before changes of which nobody has heard."""
    rows = Reminder.objects.of_event(event)
    before = rows.filter(letter=letter, version__lt=event.version).exclude(was={}).order_by("-version").first()
    if before is None:
        return was
    since = rows.filter(version__gte=before.version)
    return was if DeliveryItem.objects.reached().filter(reminder__in=since).exists() else before.was


def _reminder(event: EventRef, day: date, zone: str, row: schedule.Planned, at: datetime) -> Reminder:
    """A step overdue already is due now, on the present day."""
    due = at if row.state == "due" else row.due_at
    return Reminder(
        kind=event.kind,
        object_id=event.pk,
        version=event.version,
        event_day=day,
        step=row.step.slug,
        letter=row.step.letter,
        audience=row.step.audience,
        alone=row.step.alone,
        due_at=due,
        due_on=day_in(zone, due),
        time_zone=zone,
        expires_at=row.expires_at,
        state=STATES["expired" if row.reason == "expired" else row.state],
        reason=row.reason,
    )


def _withdraw(reminders: Sequence[Reminder], reason: str) -> int:
    """End what has not gone; a letter being handed over meets the reason if it has to be tried again.

    The rows are locked by the caller. Letters are locked before they are read: a sender that has one is waited for.
    """
    planned = Reminder.objects.filter(pk__in=[row.pk for row in reminders], state=ReminderState.PLANNED)
    ended = planned.update(state=ReminderState.CANCELLED, reason=reason)
    rows = Reminder.objects.filter(pk__in=[row.pk for row in reminders], reason="").with_unsent()
    unsent = list(rows.values_list("pk", flat=True))
    Reminder.objects.filter(pk__in=unsent).update(reason=reason)
    letters = list(Delivery.objects.waiting().holding(unsent).select_for_update().order_by("pk"))
    DeliveryItem.objects.queued().filter(delivery__in=letters, reminder__in=unsent).update(
        state=ItemState.CANCELLED, reason=reason
    )
    emptied = Delivery.objects.filter(pk__in=[row.pk for row in letters]).exclude(items__state=ItemState.QUEUED)
    emptied.update(state=DeliveryState.CANCELLED, reason=reason)
    return ended + len(unsent)

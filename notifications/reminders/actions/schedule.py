"""Plan, move and cancel the reminders of an event, and announce a change of it.

The actions that change an event call these.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.enums import DeliveryState, ItemState, ReminderState
from notifications.events import EventRef
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.reminders import schedule
from notifications.sending.worker_wakeup import wake_worker
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
    steps: Sequence[schedule.ScheduleStep],
    day: date,
    zone: str,
    is_open: Callable[[date], bool],
    at: datetime,
    by: User | None,
    last_day: date | None = None,
    unchanged_email_types: Collection[str] = (),
) -> list[Reminder]:
    """Plan the reminder schedule of an event that begins on `day`; return the reminders of its present version.

    `zone` is the event's time zone, `is_open` tells working days, and `at`, when the event got its date, decides which
    `steps` are overdue. Steps after the event count from `last_day` where it is given.

    A version already planned does not change. A higher version cancels unsent reminders of lower ones ("moved"), except
    those of `unchanged_email_types`, and plans anew the steps that not everyone received; nobody gets a step twice.
    Raises ValueError for a lower version than an existing one, and for another day under the same version.
    """
    existing = list(Reminder.objects.of_event(event).select_for_update().order_by("pk"))
    present = [row for row in existing if row.version == event.version and not row.is_announcement]
    _check_version(existing, present, event, day)
    if present:
        return present
    steps_done = _steps_done(existing, steps)
    _withdraw(
        [row for row in existing if row.version < event.version and row.email_type not in unchanged_email_types],
        "moved",
    )
    planned = [
        row for row in schedule.plan(steps, day, zone, is_open, at, last=last_day) if row.step.slug not in steps_done
    ]
    rows = [_build_reminder(event, day, zone, row, at) for row in planned]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)  # of two concurrent calls the first wins
    if any(row.state == "due" for row in planned):
        wake_worker()
    return list(Reminder.objects.of_event(event).filter(version=event.version, event_day__isnull=False))


@action(gettext_lazy("Reminders cancelled"))
def cancel_reminders(*, event: EventRef, reason: str, by: User | None, email_types: Collection[str] = ()) -> int:
    """Cancel the unsent reminders of an event, those of all its versions; return how many were cancelled.

    `email_types` limits it to these types (empty: all). `reason` is a slug, such as "cancelled", that pages show in
    words. Announce the cancellation afterwards: an announcement made before is cancelled too.
    """
    rows = Reminder.objects.of_event(event)
    concerned = rows.filter(email_type__in=email_types) if email_types else rows
    return _withdraw(list(concerned.select_for_update().order_by("pk")), reason)


@action(gettext_lazy("Announcement sent"))
def announce_change(
    *,
    event: EventRef,
    email_type: str,
    at: datetime,
    by: User | None,
    audience: str = "",
    until: datetime | None = None,
    step: str = "",
    previous_details: Mapping[str, Any] | None = None,
) -> Reminder:
    """Create an announcement, due at the moment `at` and sent separately: a date changed, an event is cancelled.

    It expires at `until`, by default after 14 days. There is one per event, version and `step`, by default the type of
    e-mail; a repeated call returns it. An e-mail to one person needs a `step` of its own. `previous_details` are facts
    of the event before the change, for the text; facts before an earlier change of which nobody got an e-mail replace
    them.
    """
    row, created = Reminder.objects.get_or_create(
        kind=event.kind,
        object_id=event.pk,
        version=event.version,
        step=step or email_type,
        defaults={
            "email_type": email_type,
            "audience": audience,
            "alone": True,
            "due_at": at,
            "due_on": platform_day(at),
            "expires_at": until or at + schedule.USEFUL_AFTER_EVENT,
            "previous_details": _last_received_details(event, email_type, previous_details) if previous_details else {},
        },
    )
    if created:
        wake_worker()
    return row


def _check_version(existing: Sequence[Reminder], present: Sequence[Reminder], event: EventRef, day: date) -> None:
    """Raise ValueError when a later version of the event is planned, or its present version for a day other than `day`.

    `existing` are all reminders of the event, `present` those of its present version.
    """
    if any(row.version > event.version for row in existing):
        raise ValueError(f"{event} is out of date: a later version is planned")
    if any(row.event_day != day for row in present):
        raise ValueError(f"{event} is planned for another day: raise its version")


def _steps_done(reminders: Iterable[Reminder], steps: Sequence[schedule.ScheduleStep]) -> set[str]:
    """Return the slugs of the steps that were sent and that nobody still waits for.

    `reminders` are all of an event, `steps` its schedule. A step whose latest reminder has queued or cancelled items is
    not done. An announcement made because a step was late counts as that step.
    """
    step_of_email_type = {step.email_type: step.slug for step in reversed(steps)}
    rows = (
        Reminder.objects.filter(pk__in=[row.pk for row in reminders]).with_sent_and_unsent().order_by("version", "pk")
    )
    sent_steps: set[str] = set()
    is_unfinished: dict[str, bool] = {}
    for row in rows:
        step = step_of_email_type.get(row.step, row.step) if row.is_announcement else row.step
        sent_steps |= {step} if vars(row)["sent_count"] else set()
        is_unfinished[step] = row.state != ReminderState.EXPANDED or vars(row)["unsent_count"] > 0
    return {step for step in sent_steps if not is_unfinished[step]}


def _last_received_details(event: EventRef, email_type: str, previous_details: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the details of the event that people last received: usually `previous_details`, those before this change.

    When nobody got an e-mail about an earlier change (`email_type` announces it), those before that change.
    """
    rows = Reminder.objects.of_event(event)
    before = (
        rows.filter(email_type=email_type, version__lt=event.version)
        .exclude(previous_details={})
        .order_by("-version")
        .first()
    )
    if before is None:
        return previous_details
    since = rows.filter(version__gte=before.version)
    return (
        previous_details
        if DeliveryItem.objects.possibly_received().filter(reminder__in=since).exists()
        else before.previous_details
    )


def _build_reminder(event: EventRef, day: date, zone: str, row: schedule.PlannedStep, at: datetime) -> Reminder:
    """Build the unsaved reminder of a planned step (`row`) of an event on `day`.

    An overdue step is due at the moment `at`. `zone` is the time zone of the event, by which its local day is set.
    """
    due = at if row.state == "due" else row.due_at
    return Reminder(
        kind=event.kind,
        object_id=event.pk,
        version=event.version,
        event_day=day,
        step=row.step.slug,
        email_type=row.step.email_type,
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
    """End these reminders as far as they are unsent, with the slug of a reason; return how many reminders ended.

    Their queued items end too, and e-mails left without any. An e-mail in hand-over is not sent again if it has to be
    retried. The caller has locked the reminders; e-mails are locked here, which waits for a sender that holds one.
    """
    planned = Reminder.objects.filter(pk__in=[row.pk for row in reminders], state=ReminderState.PLANNED)
    ended = planned.update(state=ReminderState.CANCELLED, reason=reason)
    rows = Reminder.objects.filter(pk__in=[row.pk for row in reminders], reason="").with_unsent()
    unsent = list(rows.values_list("pk", flat=True))
    Reminder.objects.filter(pk__in=unsent).update(reason=reason)
    deliveries = list(Delivery.objects.waiting().with_unsent_items_of(unsent).select_for_update().order_by("pk"))
    DeliveryItem.objects.queued().filter(delivery__in=deliveries, reminder__in=unsent).update(
        state=ItemState.CANCELLED, reason=reason
    )
    emptied = Delivery.objects.filter(pk__in=[row.pk for row in deliveries]).exclude(items__state=ItemState.QUEUED)
    emptied.update(state=DeliveryState.CANCELLED, reason=reason)
    return ended + len(unsent)

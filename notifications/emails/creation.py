"""Creates e-mails from due reminders.

Recipients are determined at this moment. Reminders of one person and day share an e-mail.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import OperationalError, transaction
from django.db.models import Max

from accounts.models import User
from notifications.emails import links
from notifications.emails.rendering import language_of
from notifications.enums import ReminderState
from notifications.models import Delivery, DeliveryItem, Preference, Reminder
from notifications.registries import Recipient, event_kinds
from notifications.reminders import schedule
from notifications.reminders.models import ReminderQuerySet

BATCH = 100  # reminders; each may concern a hundred people

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DueForPerson:
    """A due reminder and one person who gets it."""

    reminder: Reminder
    user: User

    @property
    def person(self) -> int:
        """Return the primary key of the person who gets the reminder."""
        return self.user.pk

    @property
    def day(self) -> date:
        """Return the date on which the reminder is due where its event is.

        The person's reminders of one day share an e-mail.
        """
        return self.reminder.due_on

    @property
    def alone(self) -> bool:
        """Return whether the reminder must be an e-mail of its own, such as one with a calendar entry."""
        return self.reminder.alone

    @property
    def steps(self) -> set[tuple[str, int, str, int]]:
        """Return two tuples (kind of event, event's id, step, person's key), to find out whether the reminder was sent
        before.

        They have no version of the event. The second has the type of e-mail as the step: so has an announcement that
        was sent because the step was late.
        """
        row = self.reminder
        return {(row.kind, row.object_id, step, self.person) for step in (row.step, row.email_type)}


def create_due_emails(at: datetime, *, reminders: ReminderQuerySet | None = None, limit: int = BATCH) -> Counter[str]:
    """Create the e-mails of all reminders due at the moment `at`, or of those in `reminders`, `limit` reminders at a
    time.

    Returns counts: `expanded` reminders (e-mails created), `expired` ones, new `emails`, and `stuck` reminders, whose
    kind of event fails to name the recipients; these stay due and block no other. Two processes at once share the work.
    """
    tally: Counter[str] = Counter()
    stuck: set[int] = set()
    due = (Reminder.objects.all() if reminders is None else reminders).due(at).filter(kind__in=event_kinds.slugs())
    while True:
        with transaction.atomic():
            rows = list(due.exclude(pk__in=stuck).select_for_update(skip_locked=True)[:limit])
            tally += _create_emails_of_batch(rows, at, stuck)
        if len(rows) < limit:
            return tally + Counter(stuck=len(stuck))


def _create_emails_of_batch(rows: Sequence[Reminder], at: datetime, stuck: set[int]) -> Counter[str]:
    """Create the e-mails of these locked due reminders; those that have expired at the moment `at` are marked so.

    Returns counts of `expanded` reminders (e-mails created), `expired` ones and new `emails`. Adds to `stuck` the keys
    of reminders whose kind of event fails to name the recipients.
    """
    late = [row.pk for row in rows if row.expires_at <= at]
    Reminder.objects.filter(pk__in=late).update(state=ReminderState.EXPIRED, reason="expired")
    due: list[DueForPerson] = []
    expanded: list[int] = []
    for row in rows:
        if row.pk in late:
            continue
        users = _recipients(row, at)
        if users is None:
            stuck.add(row.pk)
            continue
        expanded.append(row.pk)
        due += [DueForPerson(row, user) for user in users]
    created = _create_emails(_without_unsubscribed(_without_repeats(due)))
    Reminder.objects.filter(pk__in=expanded).update(state=ReminderState.EXPANDED)
    return Counter(expanded=len(expanded), expired=len(late), emails=created)


def _recipients(reminder: Reminder, at: datetime) -> list[User] | None:
    """Return the people who get a reminder at the moment `at`, each once; [] when it is for nobody.

    Their account is open, or they are invited where the kind of event writes to invited people. None when this kind
    raises an exception, which is logged.
    """
    kind = event_kinds[reminder.kind]
    try:
        with transaction.atomic():
            recipients: list[Recipient] = kind.recipients(reminder, at)
    except OperationalError:
        raise
    except Exception:
        logger.exception("The recipients of %s cannot be determined", reminder)
        return None
    return list({row.user.pk: row.user for row in recipients if kind.sends_to(row.user)}.values())


def _without_repeats(due: Sequence[DueForPerson]) -> list[DueForPerson]:
    """Return the reminders in `due` without people who received the same step of the schedule before the event moved.

    Announcements of a change are sent in any case.
    """
    received = DeliveryItem.objects.received_in_earlier_versions(
        {row.reminder.pk: row.reminder for row in due}.values()
    )
    return [row for row in due if row.reminder.is_announcement or not row.steps & received]


def _without_unsubscribed(due: Sequence[DueForPerson]) -> list[DueForPerson]:
    """Return the reminders in `due` without people who have stopped e-mails about that kind of event."""
    unsubscribed = Preference.objects.refused_by({row.person for row in due})
    return [row for row in due if (row.person, row.reminder.kind) not in unsubscribed]


def _create_emails(due: Sequence[DueForPerson]) -> int:
    """Put the reminders in `due` into e-mails, one per person and day, and return the number of new e-mails.

    An e-mail of that day that was not handed over yet takes further ones; separate reminders get their own. The
    people's rows are locked in one order, so that two processes number a person's e-mails one after the other.
    """
    people = sorted({row.person for row in due})
    list(User.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    open_deliveries = _open_deliveries(people, due)
    numbers = _last_numbers(people, due)
    new: list[Delivery] = []
    assignments: list[tuple[Delivery, DueForPerson]] = []
    for group in schedule.group_into_emails(due):
        first = group[0]
        delivery = None if first.alone else open_deliveries.get((first.person, first.day))
        if delivery is None:
            numbers[first.person, first.day] += 1
            delivery = _new_delivery(group, numbers[first.person, first.day])
            new.append(delivery)
        assignments += [(delivery, row) for row in group]
    Delivery.objects.bulk_create(new)
    _extend_expiry(open_deliveries.values(), assignments)
    DeliveryItem.objects.bulk_create(
        [DeliveryItem(delivery=delivery, reminder=row.reminder, user=row.user) for delivery, row in assignments]
    )
    return len(new)


def _new_delivery(group: Sequence[DueForPerson], number: int) -> Delivery:
    """Build the unsaved e-mail that a person's reminders of one day share.

    It is due when the first of them is, and useful as long as the last. `number` is its number among the person's
    e-mails of that day.
    """
    first = group[0]
    due = min(row.reminder.due_at for row in group)
    key = schedule.message_uuid(str(first.person), first.day, number)
    return Delivery(
        user=first.user,
        address=first.user.email,
        language=language_of(first.user),
        day=first.day,
        sequence=number,
        alone=first.alone,
        message_id=f"<{key}@{links.host()}>",
        due_at=due,
        next_attempt_at=due,
        expires_at=max(row.reminder.expires_at for row in group),
    )


def _open_deliveries(people: Sequence[int], due: Iterable[DueForPerson]) -> dict[tuple[int, date], Delivery]:
    """Return, by person and day, the e-mails to which reminders in `due` may still be added, locked until the
    transaction ends.

    They are queued, were never handed over to the mail server, and are not e-mails for one reminder only. `people` are
    keys.
    """
    days = {row.day for row in due if not row.alone}
    rows = Delivery.objects.accepting_items().filter(user__in=people, day__in=days).order_by("pk").select_for_update()
    return {(row.user_id, row.day): row for row in rows}


def _last_numbers(people: Sequence[int], due: Iterable[DueForPerson]) -> Counter[tuple[int, date]]:
    """Return the highest number of an e-mail of each person on each day of the reminders in `due`.

    The counter's keys are pairs of the person's key and the day; without an e-mail it gives 0.
    """
    rows = Delivery.objects.filter(user__in=people, day__in={row.day for row in due})
    last = rows.order_by().values("user", "day").annotate(last=Max("sequence"))
    return Counter({(row["user"], row["day"]): row["last"] for row in last})


def _extend_expiry(open_deliveries: Iterable[Delivery], assignments: Sequence[tuple[Delivery, DueForPerson]]) -> None:
    """Save on each open e-mail the latest moment at which one of the reminders added to it is still useful, if that is
    later.

    `assignments` pairs each e-mail with a reminder for its person.
    """
    for delivery in open_deliveries:
        latest = max(
            (row.reminder.expires_at for own, row in assignments if own is delivery), default=delivery.expires_at
        )
        if latest > delivery.expires_at:
            delivery.expires_at = latest
            delivery.save(update_fields=["expires_at"])

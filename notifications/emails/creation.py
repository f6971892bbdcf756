"""Creates e-mails from due reminders.

Recipients are determined at this moment. Reminders of one person and day share an e-mail.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from django.db import OperationalError, transaction
from django.db.models import Max, Q

from accounts.hooks import time_zones
from accounts.models import Lab, User
from notifications.emails import links
from notifications.enums import ReminderState
from notifications.models import Delivery, DeliveryItem, EmailFrequency, Preference, Reminder
from notifications.registries import Recipient, event_kinds
from notifications.reminders import schedule
from notifications.reminders.models import ReminderQuerySet
from web.database.idle_timeout import with_idle_timeout
from web.dates.clock import day_in, platform_zone

BATCH = 100  # reminders; each may concern a hundred people

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DueForPerson:
    """A due reminder and one person who gets it, at once or, with `waits_until`, later together with others.

    `zone` is the time zone of the person while the reminder waits.
    """

    reminder: Reminder
    user: User
    waits_until: datetime | None = None
    zone: str = ""

    @property
    def person(self) -> int:
        """Return the primary key of the person who gets the reminder."""
        return self.user.pk

    @property
    def day(self) -> date:
        """Return the date on which the reminder is due where its event is, or on which it has waited long enough.

        The person's reminders of one day share an e-mail.
        """
        return day_in(self.zone, self.waits_until) if self.waits_until else self.reminder.due_on

    @property
    def leaves_at(self) -> datetime:
        """Return the moment from which the e-mail is to be sent."""
        return self.waits_until or self.reminder.due_at

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
            to_lock = with_idle_timeout(due.exclude(pk__in=stuck))
            rows = list(to_lock.select_for_update(skip_locked=True)[:limit])
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
    wanted = _without_unsubscribed(_without_repeats(due))
    waiting = _reminders_that_wait(wanted, at)
    waiting_keys = {(row.reminder.pk, row.person) for row in waiting}
    created = _create_emails([row for row in wanted if (row.reminder.pk, row.person) not in waiting_keys], at)
    created += _create_emails(waiting, at)
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


def _reminders_that_wait(due: Sequence[DueForPerson], at: datetime) -> list[DueForPerson]:
    """Return those of the reminders in `due` that wait for their person's weekly e-mail, each with its moment.

    They are not urgent, their person chose to get such e-mails weekly, and they are still useful then. Takes a
    statement for the choices, and one for the time zones of people who made this choice.
    """
    can_wait = [row for row in due if event_kinds[row.reminder.kind].can_wait and not row.alone]
    if not can_wait:
        return []
    weekly = EmailFrequency.objects.weekly_readers({row.person for row in can_wait})
    zones = time_zones(weekly, at) if weekly else {}
    waiting = []
    for row in can_wait:
        zone = zones.get(row.person, platform_zone())
        moment = schedule.next_weekly_moment(row.reminder.due_at, zone)
        if row.person in weekly and at < moment < row.reminder.expires_at:
            waiting.append(replace(row, waits_until=moment, zone=zone))
    return waiting


def _create_emails(due: Sequence[DueForPerson], at: datetime) -> int:
    """Put the reminders in `due` into e-mails, one per person and day, and return the number of new e-mails.

    An e-mail that leaves at the same time and was not handed over yet takes further ones: at once (at the moment `at`),
    or on the day for which they wait. Separate reminders get their own. The people's rows are locked in one order, so
    that two processes number a person's e-mails one after the other.
    """
    people = sorted({row.person for row in due})
    list(User.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    open_deliveries = _open_deliveries(people, due, at)
    numbers, language_of_lab = _last_numbers(people, due), cache(Lab.objects.language)
    new: list[Delivery] = []
    assignments: list[tuple[Delivery, DueForPerson]] = []
    for group in schedule.group_into_emails(due):
        first = group[0]
        delivery = None if first.alone else open_deliveries.get((first.person, first.day))
        if delivery is None:
            numbers[first.person, first.day] += 1
            delivery = _new_delivery(group, numbers[first.person, first.day], first.user.language or language_of_lab())
            new.append(delivery)
        assignments += [(delivery, row) for row in group]
    Delivery.objects.bulk_create(new)
    _extend_expiry(open_deliveries.values(), assignments)
    DeliveryItem.objects.bulk_create(
        [DeliveryItem(delivery=delivery, reminder=row.reminder, user=row.user) for delivery, row in assignments]
    )
    return len(new)


def _new_delivery(group: Sequence[DueForPerson], number: int, language: str) -> Delivery:
    """Build the unsaved e-mail that a person's reminders of one day share.

    It is due when the first of them is, and useful as long as the last. `number` is its number among the person's
    e-mails of that day.
    """
    first = group[0]
    due = min(row.leaves_at for row in group)
    key = schedule.message_uuid(str(first.person), first.day, number)
    return Delivery(
        user=first.user,
        address=first.user.email,
        language=language,
        day=first.day,
        sequence=number,
        alone=first.alone,
        message_id=f"<{key}@{links.host()}>",
        due_at=due,
        next_attempt_at=due,
        expires_at=max(row.reminder.expires_at for row in group),
    )


def _open_deliveries(
    people: Sequence[int], due: Collection[DueForPerson], at: datetime
) -> dict[tuple[int, date], Delivery]:
    """Return, by person and day, the e-mails to which reminders in `due` may still be added, locked until the
    transaction ends.

    They are queued, were never handed over to the mail server, and are not e-mails for one reminder only. Reminders
    that leave at once join e-mails that do so at the moment `at`, those that wait join e-mails that wait. `people` are
    keys.
    """
    days = {row.day for row in due if not row.alone}
    is_waiting = any(row.waits_until for row in due)
    leaving = Q(next_attempt_at__gt=at) if is_waiting else Q(next_attempt_at__lte=at)
    open_rows = Delivery.objects.accepting_items().filter(leaving, user__in=people, day__in=days)
    rows = open_rows.order_by("pk").select_for_update()
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

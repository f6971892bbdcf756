"""Makes due reminders into letters: who is concerned is asked now, and what is due the same day goes in one letter."""

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
class Concern:
    """A reminder due for one person."""

    reminder: Reminder
    user: User

    @property
    def person(self) -> int:
        return self.user.pk

    @property
    def day(self) -> date:
        return self.reminder.due_on

    @property
    def alone(self) -> bool:
        return self.reminder.alone

    @property
    def steps(self) -> set[tuple[str, int, str, int]]:
        """Kind, event, step and person of any version; for what was told outside the ladder the letter is the step."""
        row = self.reminder
        return {(row.kind, row.object_id, step, self.person) for step in (row.step, row.letter)}


def expand_due(at: datetime, *, within: ReminderQuerySet | None = None, limit: int = BATCH) -> Counter[str]:
    """Expand every due reminder (of `within`), batch by batch; counts `expanded`, `expired`, `letters` and `stuck`.

    Two at once share the work. A reminder whose kind fails to say who is concerned stays due, and stops nobody else.
    """
    tally: Counter[str] = Counter()
    stuck: set[int] = set()
    due = (Reminder.objects.all() if within is None else within).due(at).filter(kind__in=event_kinds.slugs())
    while True:
        with transaction.atomic():
            rows = list(due.exclude(pk__in=stuck).select_for_update(skip_locked=True)[:limit])
            tally += _expand(rows, at, stuck)
        if len(rows) < limit:
            return tally + Counter(stuck=len(stuck))


def _expand(rows: Sequence[Reminder], at: datetime, stuck: set[int]) -> Counter[str]:
    late = [row.pk for row in rows if row.expires_at <= at]
    Reminder.objects.filter(pk__in=late).update(state=ReminderState.EXPIRED, reason="expired")
    concerns: list[Concern] = []
    done: list[int] = []
    for row in rows:
        if row.pk in late:
            continue
        found = _concerned(row, at)
        if found is None:
            stuck.add(row.pk)
            continue
        done.append(row.pk)
        concerns += [Concern(row, user) for user in found]
    letters = _write(_wanted(_without_repeats(concerns)))
    Reminder.objects.filter(pk__in=done).update(state=ReminderState.EXPANDED)
    return Counter(expanded=len(done), expired=len(late), letters=letters)


def _concerned(reminder: Reminder, at: datetime) -> list[User] | None:
    """The people its letters reach, each once; None when the kind could not say."""
    kind = event_kinds[reminder.kind]
    try:
        with transaction.atomic():
            found: list[Recipient] = kind.recipients(reminder, at)
    except OperationalError:
        raise
    except Exception:
        logger.exception("Nobody can say whom %s concerns", reminder)
        return None
    return list({row.user.pk: row.user for row in found if kind.reaches(row.user)}.values())


def _without_repeats(concerns: Sequence[Concern]) -> list[Concern]:
    """Without those whom the same step reached before the event moved."""
    had = DeliveryItem.objects.had_before({row.reminder.pk: row.reminder for row in concerns}.values())
    return [row for row in concerns if row.reminder.is_announcement or not row.steps & had]


def _wanted(concerns: Sequence[Concern]) -> list[Concern]:
    """Without those who asked for no letters of the kind."""
    refused = Preference.objects.refused_by({row.person for row in concerns})
    return [row for row in concerns if (row.person, row.reminder.kind) not in refused]


def _write(concerns: Sequence[Concern]) -> int:
    """Put each day's concerns of a person in a letter of that day that is still open, or in a new one.

    The people's rows are locked in one order, so that two expanding at once number a person's letters one after
    the other. Returns how many letters are new.
    """
    people = sorted({row.person for row in concerns})
    list(User.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    opened = _open_letters(people, concerns)
    numbers = _last_numbers(people, concerns)
    new: list[Delivery] = []
    placed: list[tuple[Delivery, Concern]] = []
    for group in schedule.letters_of_day(concerns):
        first = group[0]
        letter = None if first.alone else opened.get((first.person, first.day))
        if letter is None:
            numbers[first.person, first.day] += 1
            letter = _letter(group, numbers[first.person, first.day])
            new.append(letter)
        placed += [(letter, row) for row in group]
    Delivery.objects.bulk_create(new)
    _lengthen(opened.values(), placed)
    DeliveryItem.objects.bulk_create(
        [DeliveryItem(delivery=letter, reminder=row.reminder, user=row.user) for letter, row in placed]
    )
    return len(new)


def _letter(group: Sequence[Concern], number: int) -> Delivery:
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


def _open_letters(people: Sequence[int], concerns: Iterable[Concern]) -> dict[tuple[int, date], Delivery]:
    days = {row.day for row in concerns if not row.alone}
    rows = Delivery.objects.open_for_more().filter(user__in=people, day__in=days).order_by("pk").select_for_update()
    return {(row.user_id, row.day): row for row in rows}


def _last_numbers(people: Sequence[int], concerns: Iterable[Concern]) -> Counter[tuple[int, date]]:
    rows = Delivery.objects.filter(user__in=people, day__in={row.day for row in concerns})
    last = rows.order_by().values("user", "day").annotate(last=Max("sequence"))
    return Counter({(row["user"], row["day"]): row["last"] for row in last})


def _lengthen(opened: Iterable[Delivery], placed: Sequence[tuple[Delivery, Concern]]) -> None:
    """A letter that takes in another reminder is of use as long as the longest of them."""
    for letter in opened:
        latest = max((row.reminder.expires_at for own, row in placed if own is letter), default=letter.expires_at)
        if latest > letter.expires_at:
            letter.expires_at = latest
            letter.save(update_fields=["expires_at"])

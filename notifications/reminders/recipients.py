"""Who gets the letters of a kind of event, and when one is out of place: said once in tables, asked in five ways.

Ladder, preview, command and sender ask the same tables, so that they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar

from django.db.models import Exists, Func, IntegerField, Model, Q, QuerySet, Subquery

from accounts.models import User
from notifications.models import Reminder
from notifications.registries import Asked, Checked, Recipient, Size
from web.dates.clock import platform_day

E = TypeVar("E", bound=Model)  # the event
D = TypeVar("D")  # the day: a date, or an expression that finds it where the event is
NOBODY: Final = Q(pk__in=[])


def here(_event: int, at: datetime) -> date:
    """The day it is at the platform's."""
    return platform_day(at)


@dataclass(frozen=True, slots=True)
class Audiences(Generic[E, D]):
    """What an app declares of its letters; the methods are what an `EventKind` is asked.

    - `events(letters)`: its events, with what these letters need to be judged and written.
    - `today(event's id, at)`: the event's day.
    - `people`: each audience as a condition on people, of an event's id and its day: nothing is read before the
      statement that uses it.
    - `out_of_place(event, letter, at)`: why the event, as it stands, has no use for the letter; "" where it has.
    - `why_not(event, reminder, user, today)`: why someone is not of the audience.
    - `special(reminder, today)`: the people where the table alone does not say it, else None.
    - `on_the_day`: audiences that nobody can count ahead. `growing`: those that are not counted while it is early.
    """

    events: Callable[[Collection[str]], QuerySet[E]]
    today: Callable[[int, datetime], D]
    people: Mapping[str, Callable[[int, D], Q]]
    out_of_place: Callable[[E, str, datetime], str]
    why_not: Callable[[E, Reminder, User, D], str]
    special: Callable[[Reminder, D], Q | None] = lambda _reminder, _today: None
    on_the_day: Collection[str] = ()
    growing: Collection[str] = ()

    def find(self, reminder: Reminder) -> E | None:
        """The event of a reminder, ready to be written about; None when it is gone."""
        return self._of(reminder).first()

    def stops(self, reminder: Reminder, at: datetime) -> str:
        """Why the event, as it stands, has no use for the letter, as a slug; "" where it has."""
        return self._stopped(self.find(reminder), reminder.letter, at)

    def recipients(self, reminder: Reminder, at: datetime, *, but: Q = NOBODY) -> list[Recipient]:
        """The people of the reminder's audience today without `but`; nobody where the letter is out of place."""
        if self.stops(reminder, at):
            return []
        people = User.objects.filter(self._concerned(reminder, at), ~but, is_active=True)
        return [Recipient(user) for user in people.order_by("pk")]

    def check(self, reminder: Reminder, user: User, at: datetime) -> Checked:
        """Why the person should not get the letter any more, with the event: one statement where they should."""
        concerned = User.objects.filter(self._concerned(reminder, at), pk=user.pk)
        event = self._of(reminder).annotate(concerns_user=Exists(concerned)).first()
        reason = self._stopped(event, reminder.letter, at)
        if event and not reason and not vars(event)["concerns_user"]:
            reason = self.why_not(event, reminder, user, self.today(event.pk, at))
        return Checked(reason, event)

    def sizes(self, asked: Collection[Asked], at: datetime) -> dict[Asked, Size]:
        """People of each audience today, or why it is nobody, in one statement."""
        pairs = sorted({(row.event, row.audience) for row in asked if self._can_count(row.audience)})
        columns = {pair: f"size_{number}" for number, pair in enumerate(pairs)}
        counts = {name: _count(self.people[slug](pk, self.today(pk, at))) for (pk, slug), name in columns.items()}
        rows = self.events({row.letter for row in asked}).filter(pk__in={row.event for row in asked})
        events = {event.pk: event for event in rows.annotate(**counts)} if asked else {}
        return {row: self._size(row, events.get(row.event), columns.get(row[:2], ""), at) for row in asked}

    def _size(self, asked: Asked, event: E | None, column: str, at: datetime) -> Size:
        stopped = self._stopped(event, asked.letter, at)
        hidden = stopped and asked.audience in self.growing
        return Size(None if hidden or event is None else vars(event).get(column), stopped)

    def _can_count(self, audience: str) -> bool:
        return audience in self.people and audience not in self.on_the_day

    def _of(self, reminder: Reminder) -> QuerySet[E]:
        return self.events({reminder.letter}).filter(pk=reminder.object_id)

    def _stopped(self, event: E | None, letter: str, at: datetime) -> str:
        return self.out_of_place(event, letter, at) if event else "removed"

    def _concerned(self, reminder: Reminder, at: datetime) -> Q:
        today = self.today(reminder.object_id, at)
        special = self.special(reminder, today)
        if special is not None:
            return special
        audience = self.people.get(reminder.audience)
        return audience(reminder.object_id, today) if audience else NOBODY


def _count(people: Q) -> Subquery:
    """How many they are, read once however many events are read along with it."""
    found: QuerySet[Any] = User.objects.filter(people, is_active=True).order_by()
    return Subquery(found.annotate(n=Func("pk", function="COUNT")).values("n"), output_field=IntegerField())

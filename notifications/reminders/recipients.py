"""Who gets the e-mails of a kind of event, and when an e-mail has no recipients.

Reminder schedules, previews, commands and the sender use the same rules, so that they agree.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from django.db.models import Exists, Func, IntegerField, Model, Q, QuerySet, Subquery

from accounts.models import User
from notifications.models import Reminder
from notifications.registries import AudienceQuery, AudienceSize, Recipient, RecipientCheck
from web.database.arrays import among
from web.database.prepared import FIRST_PLACEHOLDER, IdsArgument, PreparedStatement, prepared
from web.dates.clock import platform_day

E = TypeVar("E", bound=Model)  # the event
D = TypeVar("D")  # the day: a date, or an expression that finds it where the event is
Pairs = tuple[tuple[int, str], ...]  # the key of an event, and the slug of an audience
NOBODY: Final = Q(pk__in=[])
# Cached statements of reminders whose e-mails are being sent or counted. Each is used for a minute or for 15 minutes:
# in the cache of `prepared` they would take the place of statements that are used all day.
MAX_CHECKS: Final = 64


def platform_today(_event: int, at: datetime) -> date:
    """Return the date of the moment `at` in the platform's time zone; the event's id is ignored.

    It is the rule `today` of `Audiences` for events that have no place of their own.
    """
    return platform_day(at)


@dataclass(frozen=True, slots=True, eq=False)  # hashable by identity: part of the key of a cache
class Audiences(Generic[E, D]):
    """The rules an app declares for its e-mails; the methods are the functions an `EventKind` needs.

    - `events(email_types)`: its events, with the related rows these e-mails need.
    - `today(event_id, at)`: the date where the event is at the moment `at`.
    - `people`: by audience, a function of an event's id and date that returns a filter for users; it reads nothing,
      and uses the id only as a value in the filter.
    - `event_stop_reason(event, email_type, at)`: the reason (a slug) why the event's present state leaves the e-mail
      without recipients; "" when it has some.
    - `event_name(event)`: how lists of reminders of many events call it.
    - `exclusion_reason(event, reminder, user, today)`: the reason (a slug) why the person is not in the reminder's
      audience; "left" unless the event gives other reasons.
    - `audience_override(reminder, today)`: a filter for users where `people` alone does not define them, else None.
    - `uncountable_audiences`: audiences whose size cannot be known in advance.
    - `uncounted_while_early`: audiences not counted while there is a reason not to send the e-mail.
    """

    events: Callable[[Collection[str]], QuerySet[E]]
    today: Callable[[int, datetime], D]
    people: Mapping[str, Callable[[int, D], Q]]
    event_stop_reason: Callable[[E, str, datetime], str]
    event_name: Callable[[E], str]
    exclusion_reason: Callable[[E, Reminder, User, D], str] = lambda _event, _reminder, _user, _today: "left"
    audience_override: Callable[[Reminder, D], Q | None] = lambda _reminder, _today: None
    uncountable_audiences: Collection[str] = ()
    uncounted_while_early: Collection[str] = ()

    def find(self, reminder: Reminder) -> E | None:
        """Return the event of a reminder, with the related rows that its e-mail needs; None when it is gone."""
        return self._event_query(reminder).first()

    def stop_reason(self, reminder: Reminder, at: datetime) -> str:
        """Return the slug of why nobody gets the reminder's e-mail in the event's present state, at the moment `at`.

        For example that the event is cancelled; "removed" when it no longer exists; "" when someone may get the e-mail.
        """
        return self._stop_reason(self.find(reminder), reminder.email_type, at)

    def recipients(self, reminder: Reminder, at: datetime, *, excluding: Q = NOBODY) -> list[Recipient]:
        """Return the people with an open account in the reminder's audience at the moment `at`, in the order of their
        keys.

        The filter `excluding` leaves people out. [] when the event's present state stops the e-mail.
        """
        if self.stop_reason(reminder, at):
            return []
        people = User.objects.filter(self._audience_filter(reminder, at), ~excluding, is_active=True)
        return [Recipient(user) for user in people.order_by("pk")]

    def check(self, reminder: Reminder, user: User, at: datetime) -> RecipientCheck:
        """Return why the person should not get the reminder's e-mail at the moment `at`, and the event (None: it is
        gone).

        The reason is a slug, "" when they should get it, which takes one query.
        """
        minute = at.replace(second=0, microsecond=0)  # local days begin with a full minute
        statement = _check_statement(self, reminder, minute)
        rows = statement.checked_rows([user.pk], lambda: self.check_query(reminder, user.pk, minute))
        event = next(iter(rows), None)
        reason = self._stop_reason(event, reminder.email_type, at)
        if event and not reason and not vars(event)["concerns_user"]:
            reason = self.exclusion_reason(event, reminder, user, self.today(event.pk, at))
        return RecipientCheck(reason, event)

    def check_query(self, reminder: Reminder, user: int, at: datetime) -> QuerySet[Any]:
        """Return a query of the reminder's event, annotated with `concerns_user`: whether the person (a key) is in the
        audience on the local day of `at`.
        """
        audience = User.objects.filter(self._audience_filter(reminder, at), pk=user)
        return self._event_query(reminder).annotate(concerns_user=Exists(audience))

    def sizes(self, queries: Collection[AudienceQuery], at: datetime) -> dict[AudienceQuery, AudienceSize]:
        """Return for each query how many people its audience has at the moment `at`, in one statement.

        The number is None when it cannot be known; each size also has the slug of the reason why nobody gets the
        e-mail, or "".
        """
        pairs = tuple(sorted({(row.event, row.audience) for row in queries if self._can_count(row.audience)}))
        types = tuple(sorted({row.email_type for row in queries}))
        ids = IdsArgument(sorted({row.event for row in queries}))
        rows = self._read_sizes(types, ids, pairs, at) if pairs else _read_events(self, types, ids)
        columns, events = _size_columns(pairs), {event.pk: event for event in rows}
        return {row: self._size(row, events.get(row.event), columns.get(row[:2], ""), at) for row in queries}

    def _read_sizes(self, types: tuple[str, ...], ids: IdsArgument, pairs: Pairs, at: datetime) -> list[E]:
        """Return the events with these keys, annotated with the sizes of their audiences, as by `sizes_query`.

        A statement is composed once in 15 minutes for all events whose e-mails have the same audiences: days begin on
        a full quarter of an hour in every time zone.
        """
        quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
        statement = _sizes_statement(self, types, tuple(slug for _event, slug in pairs), quarter)
        keys = [ids, *(event for event, _slug in pairs)]
        return statement.checked_rows(keys, lambda: self.sizes_query(types, ids, pairs, quarter))

    def sizes_query(self, types: tuple[str, ...], ids: IdsArgument, pairs: Pairs, at: datetime) -> QuerySet[Any]:
        """Return a query of the events with these keys, with a column for each pair of an event's key and an audience.

        It counts the people of the audience on the local day of `at`.
        """
        counts = {
            name: _count(self.people[slug](pk, self.today(pk, at))) for (pk, slug), name in _size_columns(pairs).items()
        }
        counted: QuerySet[Any] = _events_query(self, types, ids).annotate(**counts)
        return counted

    def _size(self, query: AudienceQuery, event: E | None, column: str, at: datetime) -> AudienceSize:
        """Return the size of the audience of one query, from its event that was read with the counts.

        `event` is None when it no longer exists: then the size is unknown. `column` is the annotation that counts the
        audience, "" where it cannot be counted.
        """
        reason = self._stop_reason(event, query.email_type, at)
        is_hidden = reason and query.audience in self.uncounted_while_early
        if event is None:
            return AudienceSize(None, reason)
        return AudienceSize(None if is_hidden else vars(event).get(column), reason, self.event_name(event))

    def _can_count(self, audience: str) -> bool:
        """Return whether the number of people in the audience with this slug can be known in advance; False if it is
        unknown.
        """
        return audience in self.people and audience not in self.uncountable_audiences

    def _event_query(self, reminder: Reminder) -> QuerySet[E]:
        """Return a queryset of the reminder's event with the related rows that its e-mail needs.

        It is empty when the event no longer exists.
        """
        return self.events({reminder.email_type}).filter(pk=reminder.object_id)

    def _stop_reason(self, event: E | None, email_type: str, at: datetime) -> str:
        """Return the slug of why nobody gets an e-mail of this type in the event's present state, at the moment `at`.

        "" when someone may get it, "removed" when the event no longer exists (None).
        """
        return self.event_stop_reason(event, email_type, at) if event else "removed"

    def _audience_filter(self, reminder: Reminder, at: datetime) -> Q:
        """Return the filter for users in the reminder's audience on the local day of `at`.

        It matches nobody for an unknown audience.
        """
        today = self.today(reminder.object_id, at)
        override = self.audience_override(reminder, today)
        if override is not None:
            return override
        audience = self.people.get(reminder.audience)
        return audience(reminder.object_id, today) if audience else NOBODY


def _size_columns(pairs: Pairs) -> dict[tuple[int, str], str]:
    """Return the name of the column with the size of each audience, a pair of an event's key and a slug."""
    return {pair: f"size_{number}" for number, pair in enumerate(pairs)}


def _events_query(audiences: Audiences[Any, Any], types: tuple[str, ...], ids: IdsArgument) -> QuerySet[Any]:
    """Return the query for these events, with what these types of e-mail need."""
    return audiences.events(types).filter(among("pk", ids))


# Without counts the statement is the same for any number of events, and composed once.
_read_events = prepared(_events_query)


@lru_cache(maxsize=MAX_CHECKS)
def _sizes_statement(
    audiences: Audiences[Any, Any], types: tuple[str, ...], slugs: tuple[str, ...], quarter: datetime
) -> PreparedStatement:
    """Compose and cache the statement that counts these audiences; the events' keys are placeholders."""
    pairs = tuple(enumerate(slugs, FIRST_PLACEHOLDER + 1))
    return PreparedStatement(audiences.sizes_query(types, IdsArgument((FIRST_PLACEHOLDER,)), pairs, quarter))


@lru_cache(maxsize=MAX_CHECKS)
def _check_statement(audiences: Audiences[Any, Any], reminder: Reminder, minute: datetime) -> PreparedStatement:
    """Compose and cache the statement that checks one person for a reminder; it serves all its people for a minute.

    The person's key is a placeholder, and a reminder never changes but for its state (the trigger `reminder_fixed`).
    """
    return PreparedStatement(audiences.check_query(reminder, FIRST_PLACEHOLDER, minute))


def _count(people: Q) -> Subquery:
    """Return a subquery that counts the users who match the filter and have an open account."""
    users: QuerySet[Any] = User.objects.filter(people, is_active=True).order_by()
    return Subquery(users.annotate(n=Func("pk", function="COUNT")).values("n"), output_field=IntegerField())

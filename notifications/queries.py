"""Questions about reminders and letters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, Q

from notifications.enums import DUE, WAITING, DeliveryState, ItemState, ReminderState

READ_AGAIN = timedelta(minutes=10)  # calendars that ask more often are not written down again

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import CalendarFeed, Delivery, DeliveryItem, MailSwitch, Preference, Reminder
    from notifications.registries import EventRef


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def of_event(self, event: EventRef) -> ReminderQuerySet:
        """Those of every version of the event."""
        return self.filter(kind=event.kind, object_id=event.pk)

    def for_all(self) -> ReminderQuerySet:
        """Without announcements to one person, which have a step of their own."""
        return self.exclude(Q(event_day=None) & ~Q(step=F("letter")))

    def due(self, at: datetime) -> ReminderQuerySet:
        """Planned ones whose time has come, the earliest first."""
        return self.filter(state=ReminderState.PLANNED, due_at__lte=at).order_by("due_at", "pk")

    def by_state(self) -> dict[str, int]:
        """How many there are in each state."""
        return dict(self.order_by().values_list("state").annotate(Count("pk")))

    def with_unsent(self) -> ReminderQuerySet:
        """Those already made into letters of which some wait, are under way, or failed and may be tried again."""
        unsent = (ItemState.QUEUED, ItemState.DEAD)
        return self.filter(state=ReminderState.EXPANDED, items__state__in=unsent).distinct()

    def with_rest(self) -> ReminderQuerySet:
        """Adds whether something of it went, and whether it was to go to people of whom it has been kept."""
        kept = (ItemState.QUEUED, ItemState.CANCELLED)
        return self.annotate(
            went=Count("items", filter=Q(items__state=ItemState.SENT)),
            rest=Count("items", filter=Q(items__state__in=kept)),
        )

    def with_counts(self) -> ReminderQuerySet:
        """Adds how many people's items went, wait, failed, and ended without going."""
        ended = (ItemState.EXPIRED, ItemState.CANCELLED, ItemState.SKIPPED)
        return self.annotate(
            went=Count("items", filter=Q(items__state=ItemState.SENT)),
            waiting=Count("items", filter=Q(items__state=ItemState.QUEUED)),
            failed=Count("items", filter=Q(items__state=ItemState.DEAD)),
            ended=Count("items", filter=Q(items__state__in=ended)),
        )


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> DeliveryQuerySet:
        """Lab staff see every letter, anyone else their own."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.filter(user=user)

    def claimable(self, at: datetime) -> DeliveryQuerySet:
        """Due and under nobody's lease, the earliest first."""
        free = Q(lease_until=None) | Q(lease_until__lte=at)
        return self.filter(free, state__in=DUE, next_attempt_at__lte=at).order_by("next_attempt_at")

    def waiting(self) -> DeliveryQuerySet:
        """Neither gone nor being handed over."""
        return self.filter(state__in=WAITING)

    def holding(self, reminders: Iterable[int]) -> DeliveryQuerySet:
        """Letters with something still to say for one of the reminders."""
        found = self.model.objects.filter(items__reminder__in=reminders, items__state=ItemState.QUEUED)
        return self.filter(pk__in=found.values("pk"))

    def open_for_more(self) -> DeliveryQuerySet:
        """Letters another reminder of the same person and day may still join: never handed over, not alone."""
        return self.filter(state=DeliveryState.QUEUED, attempts=0, alone=False)

    def dead(self) -> DeliveryQuerySet:
        return self.filter(state=DeliveryState.DEAD)

    def by_state(self) -> dict[str, int]:
        """How many there are in each state."""
        return dict(self.order_by().values_list("state").annotate(Count("pk")))

    def latest_first(self) -> DeliveryQuerySet:
        return self.order_by("-due_at", "-pk")


class DeliveryItemQuerySet(models.QuerySet["DeliveryItem"]):
    def queued(self) -> DeliveryItemQuerySet:
        return self.filter(state=ItemState.QUEUED)

    def sent(self) -> DeliveryItemQuerySet:
        return self.filter(state=ItemState.SENT)

    def reached(self) -> DeliveryItemQuerySet:
        """What people have or may have: sent, being handed over, or tried without the server refusing it.

        Of a letter that went at its first try, what was left out before it did has reached nobody.
        """
        went = Q(delivery__state=DeliveryState.SENT, delivery__attempts=1)
        tried = Q(delivery__attempts__gt=0) & ~went & ~Q(delivery__reason="refused")
        return self.filter(Q(state=ItemState.SENT) | tried)

    def had_before(self, reminders: Iterable[Reminder]) -> set[tuple[str, int, str, int]]:
        """Kind, event, step and person of what earlier versions of these reminders have brought already.

        For what was told outside the ladder because it was late, the step is the letter's own name.
        """
        rows = [row for row in reminders if row.version > 1 and not row.is_announcement]
        same = Q(pk__in=[])
        for row in rows:
            event = Q(reminder__kind=row.kind, reminder__object_id=row.object_id)
            told = Q(reminder__step=row.step) | Q(reminder__step=row.letter, reminder__event_day=None)
            same |= event & told & Q(reminder__version__lt=row.version)
        found = self.sent().filter(same) if rows else self.none()
        return set(found.values_list("reminder__kind", "reminder__object_id", "reminder__step", "user_id"))


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def refused_by(self, users: Iterable[int]) -> set[tuple[int, str]]:
        """Person and kind of everything these people asked not to get."""
        return set(self.filter(user__in=users).values_list("user_id", "kind"))


class MailSwitchQuerySet(models.QuerySet["MailSwitch"]):
    def held(self) -> MailSwitchQuerySet:
        """The switch while it stops every letter; nothing otherwise."""
        return self.filter(held_since__isnull=False)


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, user: User) -> CalendarFeedQuerySet:
        """Everyone's own; nobody reads another's address, lab staff neither."""
        return self.filter(user=user.pk)

    def of(self, user: User, about: str, object_id: int) -> CalendarFeedQuerySet:
        return self.visible_to(user).filter(about=about, object_id=object_id)

    def open(self) -> CalendarFeedQuerySet:
        """Those of people whose account is open."""
        return self.filter(user__is_active=True)

    def unread_since(self, at: datetime) -> CalendarFeedQuerySet:
        """Not read yet, or not within the last minutes before `at`."""
        return self.filter(Q(last_read_at=None) | Q(last_read_at__lte=at - READ_AGAIN))

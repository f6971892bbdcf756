"""Reminders: one step of an event's reminder schedule, or one announcement."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from notifications.enums import (
    REMINDER_INITIAL,
    REMINDER_TRANSITIONS,
    ItemState,
    ReminderState,
)
from notifications.events import EventRef
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine


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


@tracked()
class Reminder(models.Model):
    """One step of a ladder for one event and version, or one announcement (no `event_day`): its step is its letter,
    unless it is for one person.

    `due_on` is the local day of `due_at` where the event is, in `time_zone` (empty: that of the platform). A `reason`
    on one already made into e-mails ends those that have not gone yet. `was` are facts of the event that an e-mail
    about a change names, as they were before it.
    """

    kind = models.SlugField(_("kind of event"), max_length=40)
    object_id = models.PositiveBigIntegerField(_("event"))
    version = models.PositiveIntegerField(_("version"), default=1)
    event_day = models.DateField(_("day of the event"), null=True, blank=True)
    step = models.SlugField(_("step"), max_length=60)
    letter = models.SlugField(_("e-mail"), max_length=60)
    audience = models.SlugField(_("to whom"), max_length=40, blank=True)
    alone = models.BooleanField(_("always a separate e-mail"), default=False)
    due_at = models.DateTimeField(_("due"))
    due_on = models.DateField(_("local day"))
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True, default="", db_default="")
    expires_at = models.DateTimeField(_("no longer useful from"))
    state = models.CharField(_("state"), max_length=9, choices=ReminderState.choices, default=ReminderState.PLANNED)
    reason = models.SlugField(_("reason"), max_length=40, blank=True)
    was = models.JSONField(_("previous details"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering: ClassVar[list[str]] = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "version", "step"], name="reminder_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["skipped", "cancelled", "expired"], reason=""), name="reminder_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="planned"), name="reminder_due"),
        ]
        triggers = [
            StateMachine(name="reminder_state", transitions=REMINDER_TRANSITIONS, initial=REMINDER_INITIAL),
            Rule(
                name="reminder_fixed",
                broken="TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'state' - 'reason')"
                " IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'reason')",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} v{self.version}: {self.step}"

    @property
    def is_announcement(self) -> bool:
        return self.event_day is None

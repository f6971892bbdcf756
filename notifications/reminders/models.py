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
        """Return the reminders of an event in all its versions, announcements included."""
        return self.filter(kind=event.kind, object_id=event.pk)

    def for_everyone(self) -> ReminderQuerySet:
        """Return the reminders without announcements to one person.

        An announcement to one person has a `step` other than its type of e-mail.
        """
        return self.exclude(Q(event_day=None) & ~Q(step=F("email_type")))

    def due(self, at: datetime) -> ReminderQuerySet:
        """Return planned reminders whose time has come at the moment `at`, the earliest first.

        Expired ones are included.
        """
        return self.filter(state=ReminderState.PLANNED, due_at__lte=at).order_by("due_at", "pk")

    def by_state(self) -> dict[str, int]:
        """Return the number of reminders in each state, by the stored value of the state.

        States without reminders are left out.
        """
        return dict(self.order_by().values_list("state").annotate(Count("pk")))

    def with_unsent(self) -> ReminderQuerySet:
        """Return reminders whose e-mails were created and are not all sent: for at least one person it is queued or
        failed.
        """
        unsent = (ItemState.QUEUED, ItemState.DEAD)
        return self.filter(state=ReminderState.EXPANDED, items__state__in=unsent).distinct()

    def with_sent_and_unsent(self) -> ReminderQuerySet:
        """Annotate to how many people each reminder was sent (`sent_count`), and to how many not (`unsent_count`).

        Not sent counts what is queued or cancelled.
        """
        unsent_states = (ItemState.QUEUED, ItemState.CANCELLED)
        return self.annotate(
            sent_count=Count("items", filter=Q(items__state=ItemState.SENT)),
            unsent_count=Count("items", filter=Q(items__state__in=unsent_states)),
        )

    def with_counts(self) -> ReminderQuerySet:
        """Annotate for how many people each reminder had which outcome.

        `sent_count`, `waiting_count` (queued), `failed_count` and `ended_count` (expired, cancelled or skipped).
        """
        ended_count = (ItemState.EXPIRED, ItemState.CANCELLED, ItemState.SKIPPED)
        return self.annotate(
            sent_count=Count("items", filter=Q(items__state=ItemState.SENT)),
            waiting_count=Count("items", filter=Q(items__state=ItemState.QUEUED)),
            failed_count=Count("items", filter=Q(items__state=ItemState.DEAD)),
            ended_count=Count("items", filter=Q(items__state__in=ended_count)),
        )


@tracked()
class Reminder(models.Model):
    """One step of a reminder schedule for one event and version, or one announcement (no `event_day`).

    The step of an announcement is its type of e-mail, unless it is for one person.

    `due_on` is the date of `due_at` in `time_zone`, where the event is (empty: that of the platform). A `reason` on an
    expanded reminder ends its e-mails that have not been sent. `previous_details` are facts of the event before a
    change, for the e-mail about the change.
    """

    kind = models.SlugField(_("kind of event"), max_length=40)
    object_id = models.PositiveBigIntegerField(_("event"))
    version = models.PositiveIntegerField(_("version"), default=1)
    event_day = models.DateField(_("day of the event"), null=True, blank=True)
    step = models.SlugField(_("step"), max_length=60)
    email_type = models.SlugField(_("e-mail"), max_length=60)
    audience = models.SlugField(_("to whom"), max_length=40, blank=True)
    alone = models.BooleanField(_("always a separate e-mail"), default=False)
    due_at = models.DateTimeField(_("due"))
    due_on = models.DateField(_("local day"))
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True, default="", db_default="")
    expires_at = models.DateTimeField(_("no longer useful from"))
    state = models.CharField(_("state"), max_length=9, choices=ReminderState.choices, default=ReminderState.PLANNED)
    reason = models.SlugField(_("reason"), max_length=40, blank=True)
    previous_details = models.JSONField(_("previous details"), default=dict, blank=True, encoder=DjangoJSONEncoder)

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
        """Return whether the reminder announces a change or news of its event, rather than being a step of its
        schedule.
        """
        return self.event_day is None

"""E-mails, each to one person, and their items: one reminder for this person each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.enums import (
    CLAIMABLE_STATES,
    DELIVERY_TRANSITIONS,
    ITEM_TRANSITIONS,
    STATES_WITH_REASON,
    WAITING_STATES,
    DeliveryState,
    ItemState,
)
from notifications.reminders.models import Reminder
from web.database.triggers import Frozen, NoTruncate, Rule, StateMachine

# Senders update leases a hundred rows at a time: triggers on other columns do not run then.
STATE_CHANGE = pgtrigger.Insert | pgtrigger.UpdateOf("state")  # type: ignore[no-untyped-call]


IS_SENT = pgtrigger.Condition("OLD.state = 'sent'")


PERSONAL_FIELDS = ("address", "subject", "last_error")


CHANGED_BY_STAFF = pgtrigger.Condition("OLD.state IN ('dead', 'held') OR NEW.state = 'held'")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> DeliveryQuerySet:
        """Return the e-mails the person may see: all for lab staff, their own for others, none when not signed in."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.filter(user=user)

    def claimable(self, at: datetime) -> DeliveryQuerySet:
        """Return e-mails whose next attempt is due at the moment `at` and that no sender has leased then, the earliest
        first.

        They are queued, or in hand-over to the mail server when their lease ended.
        """
        free = Q(lease_until=None) | Q(lease_until__lte=at)
        return self.filter(free, state__in=CLAIMABLE_STATES, next_attempt_at__lte=at).order_by("next_attempt_at")

    def waiting(self) -> DeliveryQuerySet:
        """Return e-mails that wait to be sent: queued, or paused by lab staff."""
        return self.filter(state__in=WAITING_STATES)

    def with_unsent_items_of(self, reminders: Iterable[int]) -> DeliveryQuerySet:
        """Return e-mails in which at least one of the reminders with these primary keys is still queued."""
        deliveries = self.model.objects.filter(items__reminder__in=reminders, items__state=ItemState.QUEUED)
        return self.filter(pk__in=deliveries.values("pk"))

    def accepting_items(self) -> DeliveryQuerySet:
        """Return e-mails to which another reminder may be added: queued, never handed over, and not an e-mail for one
        reminder only.
        """
        return self.filter(state=DeliveryState.QUEUED, attempts=0, alone=False)

    def dead(self) -> DeliveryQuerySet:
        """Return e-mails that failed for good: refused by the mail server, without an answer after all attempts, or not
        rendered.

        Lab staff can put them back in the queue.
        """
        return self.filter(state=DeliveryState.DEAD)

    def unsent_by_state(self) -> dict[str, int]:
        """Return the number of e-mails in each state except “sent”, by the stored value of the state.

        States without e-mails are left out. The index `delivery_state_latest` answers, however many were sent.
        """
        unsent = self.filter(state__in=[state for state in DeliveryState if state != DeliveryState.SENT])
        return dict(unsent.order_by().values_list("state").annotate(number=Count("*")))

    def sent(self) -> DeliveryQuerySet:
        """Return the e-mails that the mail server accepted."""
        return self.filter(state=DeliveryState.SENT)

    def latest_first(self) -> DeliveryQuerySet:
        """Return the e-mails ordered by the time they were due, the latest first."""
        return self.order_by("-due_at", "-pk")


@pghistory.track(
    pghistory.UpdateEvent(condition=CHANGED_BY_STAFF),
    pghistory.DeleteEvent(),
    fields=["id", "state", "reason", "attempts"],
    model_name="DeliveryEvent",
)
class Delivery(models.Model):
    """One e-mail to one person, with the number `sequence` among their e-mails of the local `day`.

    A sender leases it by `lease_token` until `lease_until`. `next_attempt_at` is when it may be leased; an index on it
    finds what is due. The lease is in no index, so leasing updates none.
    """

    user = models.ForeignKey(  # the unique key and `delivery_user_latest` begin with it
        User, models.PROTECT, related_name="deliveries", verbose_name=_("person"), db_index=False
    )
    address = models.EmailField(_("address"), blank=True)
    language = models.CharField(_("language"), max_length=2)
    day = models.DateField(_("day"))
    sequence = models.PositiveSmallIntegerField(_("number within the day"))
    alone = models.BooleanField(_("sent separately"), default=False)
    message_id = models.CharField(_("Message-ID"), max_length=200)
    state = models.CharField(_("state"), max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    reason = models.SlugField(_("reason"), max_length=40, blank=True)
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("no longer useful from"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_token = models.UUIDField(_("lease"), null=True, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.TextField(_("mail server’s answer"), blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering: ClassVar[list[str]] = ["-due_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day", "sequence"], name="delivery_once"),
            models.UniqueConstraint(fields=["message_id"], name="delivery_message_id"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="delivery_sent_at",
            ),
            models.CheckConstraint(
                condition=Q(lease_token=None, lease_until=None)
                | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="delivery_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(state) for state in STATES_WITH_REASON], reason=""), name="delivery_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=[str(state) for state in CLAIMABLE_STATES]),
                name="delivery_due",
            ),
            models.Index(F("due_at").desc(), F("id").desc(), name="delivery_latest"),
            models.Index(fields=["state", "-due_at"], name="delivery_state_latest"),
            models.Index(fields=["user", "-due_at"], name="delivery_user_latest"),
        ]
        triggers = [
            StateMachine(
                name="delivery_state",
                transitions=DELIVERY_TRANSITIONS,
                initial=[DeliveryState.QUEUED],
                operation=STATE_CHANGE,
            ),
            Frozen(
                name="delivery_sent_frozen",
                frozen_if="OLD.state = 'sent'",
                mutable_columns=["user_id", *PERSONAL_FIELDS],
                condition=IS_SENT,
            ),
            Rule(  # personal data may be deleted, but not changed
                name="delivery_sent_person",
                rule="delivery_sent_frozen",
                operation=pgtrigger.Update,
                condition=IS_SENT,
                broken="(NEW.address <> '' AND (NEW.address, NEW.user_id) IS DISTINCT FROM (OLD.address, OLD.user_id))"
                " OR (NEW.subject <> '' AND NEW.subject <> OLD.subject)"
                " OR (NEW.last_error <> '' AND NEW.last_error <> OLD.last_error)",
            ),
            NoTruncate(name="delivery_no_truncate"),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id

    def get_absolute_url(self) -> str:
        return reverse("notifications:email", args=[self.pk])

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme in which pages show the e-mail's state, such as “waiting” or “risk”."""
        return DeliveryState(self.state).tone


class DeliveryItemQuerySet(models.QuerySet["DeliveryItem"]):
    def queued(self) -> DeliveryItemQuerySet:
        """Return items that wait to be sent with their e-mail; an item is one reminder for one person."""
        return self.filter(state=ItemState.QUEUED)

    def sent(self) -> DeliveryItemQuerySet:
        """Return items that were sent with their e-mail; an item is one reminder for one person."""
        return self.filter(state=ItemState.SENT)

    def possibly_received(self) -> DeliveryItemQuerySet:
        """Return items that people have or may have received: sent, or in an e-mail that was tried and not refused.

        An item that ended before its e-mail was sent at the first attempt was not received.
        """
        sent_at_first_try = Q(delivery__state=DeliveryState.SENT, delivery__attempts=1)
        attempted = Q(delivery__attempts__gt=0) & ~sent_at_first_try & ~Q(delivery__reason="refused")
        return self.filter(Q(state=ItemState.SENT) | attempted)

    def received_in_earlier_versions(self, reminders: Iterable[Reminder]) -> set[tuple[str, int, str, int]]:
        """Return tuples (kind of event, event's id, step, person's key) of items sent for earlier versions of these
        reminders.

        For an announcement made because a step was late, the type of e-mail is returned as the step.
        """
        rows = [row for row in reminders if row.version > 1 and not row.is_announcement]
        same = Q(pk__in=[])
        for row in rows:
            event = Q(reminder__kind=row.kind, reminder__object_id=row.object_id)
            same_step = Q(reminder__step=row.step) | Q(reminder__step=row.email_type, reminder__event_day=None)
            same |= event & same_step & Q(reminder__version__lt=row.version)
        items = self.sent().filter(same) if rows else self.none()
        return set(items.values_list("reminder__kind", "reminder__object_id", "reminder__step", "user_id"))


@pghistory.track(pghistory.DeleteEvent())
class DeliveryItem(models.Model):
    """One reminder for one person, as a part of an e-mail: sent once, and checked again before the e-mail is sent.

    A reminder is one event, version and step, so reminder and person together identify an item.
    """

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="items", verbose_name=_("e-mail"))
    reminder = models.ForeignKey(  # the unique key begins with it
        Reminder, models.PROTECT, related_name="items", verbose_name=_("reminder"), db_index=False
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.CharField(_("state"), max_length=9, choices=ItemState.choices, default=ItemState.QUEUED)
    reason = models.SlugField(_("reason"), max_length=40, blank=True)

    objects = DeliveryItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of an e-mail")
        verbose_name_plural = _("items of an e-mail")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["reminder", "user"], name="delivery_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sent"], reason="")
                | (~Q(state__in=["queued", "sent"]) & ~Q(reason="")),
                name="delivery_item_reason",
            ),
        ]
        triggers = [
            StateMachine(
                name="delivery_item_state",
                transitions=ITEM_TRANSITIONS,
                initial=[ItemState.QUEUED],
                operation=STATE_CHANGE,
            ),
            Frozen(
                name="delivery_item_sent_frozen",
                frozen_if="OLD.state = 'sent'",
                mutable_columns=["user_id"],
                condition=IS_SENT,
            ),
            Rule(
                name="delivery_item_person",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("user_id", "delivery_id"),  # type: ignore[no-untyped-call]
                broken="NEW.user_id <> (SELECT d.user_id FROM notifications_delivery d WHERE d.id = NEW.delivery_id)",
            ),
            NoTruncate(name="delivery_item_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id} → {self.user_id}"

"""Webhooks with the events they tell of, and their deliveries: a ledger like that of e-mails."""

from __future__ import annotations

import json
from datetime import datetime
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.query import RawQuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, NoTruncate, StateMachine
from web.security import encryption
from webhooks.enums import (
    CLAIMABLE_STATES,
    DELIVERY_TONES,
    DELIVERY_TRANSITIONS,
    ENDED_STATES,
    ERRORS,
    RESENDABLE_STATES,
    STATES_WITH_REASON,
    TEST_EVENT,
    DisabledReason,
    WebhookDeliveryState,
)
from webhooks.events import EVENTS
from webhooks.targets import MAX_LENGTH

FORM_FIELDS: Final = ("name", "url", "event_types")
ENCRYPTED_PATTERN: Final = rf"^{encryption.PREFIX}"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: User) -> WebhookQuerySet:
        """Return all webhooks for lab staff, for others their own."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.filter(owner=user)

    def enabled(self) -> WebhookQuerySet:
        """Return the webhooks that are not disabled."""
        return self.filter(disabled_at=None)

    def subscribed_to(self, event: str, row: models.Model) -> WebhookQuerySet:
        """Return the enabled webhooks told of an event (a slug) on a row: of everything, or of its cohort."""
        return self.enabled().filter(Q(cohort=None) | EVENTS[event].webhooks(row), event_types__contains=[event])

    def locked_for_deliveries(self) -> RawQuerySet[Webhook]:
        """Return the webhooks, which are not deleted until the transaction ends: its deliveries would then refer to
        nothing, and undo it. Other changes do not wait.
        """
        sql, values = self.order_by("pk").query.sql_with_params()
        return self.model.objects.raw(f"{sql} FOR KEY SHARE OF {self.model._meta.db_table}", values)

    def delete_locked(self) -> None:
        """Delete the webhooks with their deliveries, once the actions that are adding some have ended."""
        for row in self.select_for_update():
            row.delete()


@tracked(exclude=["name", "url", "secret", "previous_secret", "failing_since"])
class Webhook(models.Model):
    """An address that is told of the chosen events: those that its owner may see, or those of one cohort.

    The secrets that sign messages are encrypted. Until `previous_until` the previous secret signs too.
    `failing_since` is when the first attempt failed since the last accepted one, or since messages were sent again.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="webhooks", verbose_name=_("owner"))
    cohort = models.ForeignKey(
        Cohort, models.CASCADE, related_name="webhooks", verbose_name=_("cohort"), null=True, blank=True
    )
    name = models.CharField(_("what it is for"), max_length=80)
    url = models.CharField(_("address"), max_length=MAX_LENGTH)
    event_types = ArrayField(models.CharField(max_length=40), verbose_name=_("events"))
    secret = models.TextField(_("secret"))
    previous_secret = models.TextField(_("previous secret"), blank=True)
    previous_until = models.DateTimeField(_("previous secret valid until"), null=True, blank=True)
    created_at = models.DateTimeField(pgettext_lazy("webhook", "created on"))
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    disabled_at = models.DateTimeField(_("disabled on"), null=True, blank=True)
    disabled_reason = models.CharField(
        _("why it is disabled"), max_length=10, choices=DisabledReason.choices, blank=True
    )

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="webhook_name_once"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="webhook_name"),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://[!-~]+$"), name="webhook_url"),
            models.CheckConstraint(
                condition=Q(event_types__contained_by=list(EVENTS), event_types__len__gt=0), name="webhook_events_known"
            ),
            models.CheckConstraint(
                condition=Q(secret__regex=ENCRYPTED_PATTERN)
                & (Q(previous_secret="") | Q(previous_secret__regex=ENCRYPTED_PATTERN)),
                name="webhook_secret_encrypted",
            ),
            models.CheckConstraint(
                condition=Q(previous_secret="", previous_until=None)
                | (~Q(previous_secret="") & Q(previous_until__isnull=False)),
                name="webhook_previous_secret",
            ),
            models.CheckConstraint(
                condition=Q(disabled_at=None, disabled_reason="")
                | Q(disabled_at__isnull=False, disabled_reason__in=DisabledReason.values),
                name="webhook_disabled",
            ),
        ]
        triggers = [FixedColumns("owner_id", "cohort_id", "created_at", name="webhook_fixed")]

    def __str__(self) -> str:
        return self.name

    @property
    def event_labels(self) -> list[str]:
        """Return the events in words, in the order in which forms offer them."""
        return [str(event.label) for slug, event in EVENTS.items() if slug in self.event_types]

    def form_values(self) -> dict[str, object]:
        """Return the saved values by field, as the form to change them shows them."""
        return {name: getattr(self, name) for name in FORM_FIELDS}

    def has_previous_secret(self, at: datetime) -> bool:
        """Return whether the previous secret signs too at the moment `at`: for a day after a rotation."""
        return self.previous_until is not None and at < self.previous_until

    def signing_keys(self, at: datetime) -> list[str]:
        """Return the secrets that sign at the moment `at`: the present one, then the previous one while it signs."""
        keys = [self.secret, self.previous_secret] if self.has_previous_secret(at) else [self.secret]
        return [encryption.decrypt(key) for key in keys]


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def claimable(self, at: datetime) -> WebhookDeliveryQuerySet:
        """Return deliveries whose next attempt is due at the moment `at` and that no sender has leased then, the
        earliest first.
        """
        free = Q(lease_until=None) | Q(lease_until__lte=at)
        due = self.filter(free, state__in=CLAIMABLE_STATES, next_attempt_at__lte=at)
        return due.order_by("next_attempt_at", "pk")

    def failed(self) -> WebhookDeliveryQuerySet:
        """Return the deliveries that are not tried any more; people can have them sent again."""
        return self.filter(state=WebhookDeliveryState.FAILED)

    def resendable(self) -> WebhookDeliveryQuerySet:
        """Return the deliveries that people can have sent again: they failed, or were delivered."""
        return self.filter(state__in=RESENDABLE_STATES)

    def ended(self) -> WebhookDeliveryQuerySet:
        """Return the deliveries that do not wait to be sent."""
        return self.filter(state__in=ENDED_STATES)

    def happened_before(self, at: datetime) -> WebhookDeliveryQuerySet:
        """Return the deliveries of events before the moment `at`."""
        return self.filter(happened_at__lt=at)


class WebhookDelivery(models.Model):
    """One event for one webhook, and what came of it. `occurrence` tells several of one event on one row apart.

    A sender leases it by `lease_token` until `lease_until`. `answer_code` is the receiver's latest answer, `reason` the
    slug of why the latest attempt was not accepted. The payload holds ids and addresses of pages, nothing about people.
    """

    webhook = models.ForeignKey(  # the unique key begins with it
        Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"), db_index=False
    )
    message_id = models.CharField(_("webhook-id"), max_length=40)
    event = models.CharField(_("event"), max_length=40)
    object_id = models.PositiveBigIntegerField(_("object"))
    occurrence = models.PositiveBigIntegerField(_("occurrence"))
    payload = models.JSONField(_("message"))
    happened_at = models.DateTimeField(_("happened on"))
    state = models.CharField(
        _("state"), max_length=9, choices=WebhookDeliveryState.choices, default=WebhookDeliveryState.QUEUED
    )
    reason = models.SlugField(_("reason"), max_length=40, blank=True)
    answer_code = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_token = models.UUIDField(_("lease"), null=True, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered on"), null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of a webhook")
        verbose_name_plural = _("deliveries of a webhook")
        ordering: ClassVar[list[str]] = ["-happened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "event", "object_id", "occurrence"], name="webhook_delivery_once"
            ),
            models.UniqueConstraint(fields=["message_id"], name="webhook_delivery_message_id"),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at=None)),
                name="webhook_delivery_delivered_at",
            ),
            models.CheckConstraint(
                condition=Q(lease_token=None, lease_until=None)
                | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="webhook_delivery_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(state) for state in STATES_WITH_REASON], reason=""),
                name="webhook_delivery_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state__in=[str(state) for state in CLAIMABLE_STATES]),
                name="webhook_delivery_due",
            ),
            models.Index(F("webhook"), F("happened_at").desc(), F("id").desc(), name="webhook_delivery_latest"),
        ]
        triggers = [
            StateMachine(
                name="webhook_delivery_state",
                transitions=DELIVERY_TRANSITIONS,
                initial=[WebhookDeliveryState.QUEUED],
            ),
            FixedColumns(
                *("webhook_id", "message_id", "event", "object_id", "occurrence", "payload", "happened_at"),
                name="webhook_delivery_fixed",
            ),
            NoTruncate(name="webhook_delivery_no_truncate"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def can_send_again(self) -> bool:
        """Return whether people can have it sent again: it failed, or was delivered."""
        return self.state in RESENDABLE_STATES

    @property
    def payload_text(self) -> str:
        """Return the message as people read it: JSON on several lines."""
        return json.dumps(self.payload, indent=2, ensure_ascii=False)

    @property
    def event_label(self) -> str:
        """Return the event in words; the slug itself where there is no such event any more."""
        if self.event == TEST_EVENT:
            return str(_("test"))
        return str(EVENTS[self.event].label) if self.event in EVENTS else self.event

    @property
    def reason_text(self) -> str:
        """Return in words why the latest attempt was not accepted; "" when it was, or before the first."""
        return str(ERRORS.get(self.reason, self.reason))

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme in which pages show the state, such as “waiting” or “risk”."""
        return DELIVERY_TONES[WebhookDeliveryState(self.state)]

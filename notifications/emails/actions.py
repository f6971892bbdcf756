"""What lab staff do to one letter."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.enums import DeliveryState, ItemState
from notifications.models import Delivery
from notifications.sending.worker_wakeup import nudge
from web.actions import action
from web.errors import DomainError


@action(_("Sending of the e-mail tried again"), security_event=True)
def retry_letter(*, letter: Delivery, at: datetime, by: User) -> Delivery:
    """Put a failed letter back in the queue, its attempts counted from nought; the Message-ID stays.

    Does nothing to one that is waiting again already.
    """
    row = Delivery.objects.select_for_update().get(pk=letter.pk)
    if row.state == DeliveryState.QUEUED:
        return row
    if row.state != DeliveryState.DEAD:
        raise DomainError(_("Only a failed e-mail can be sent again."))
    if row.expires_at <= at:
        raise DomainError(_("This e-mail is no longer useful: it would arrive too late."))
    row.items.filter(state=ItemState.DEAD).update(state=ItemState.QUEUED, reason="")
    row.state, row.reason, row.attempts, row.next_attempt_at = DeliveryState.QUEUED, "", 0, at
    row.save(update_fields=["state", "reason", "attempts", "next_attempt_at"])
    nudge()
    return row


@action(_("E-mail paused"), security_event=True)
def hold_letter(*, letter: Delivery, by: User) -> Delivery:
    """Keep one waiting letter back until it is released."""
    row = Delivery.objects.select_for_update().get(pk=letter.pk)
    if row.state == DeliveryState.HELD:
        return row
    if row.state != DeliveryState.QUEUED:
        raise DomainError(_("Only an e-mail that is waiting can be paused."))
    row.state, row.reason, row.lease_token, row.lease_until = DeliveryState.HELD, "staff", None, None
    row.save(update_fields=["state", "reason", "lease_token", "lease_until"])
    return row


@action(_("Sending of the e-mail resumed"), security_event=True)
def release_letter(*, letter: Delivery, at: datetime, by: User) -> Delivery:
    """Let a held letter go; if it is too late by then, the sender says so instead of sending it.

    Does nothing to one that is waiting again already.
    """
    row = Delivery.objects.select_for_update().get(pk=letter.pk)
    if row.state == DeliveryState.QUEUED:
        return row
    if row.state != DeliveryState.HELD:
        raise DomainError(_("Sending can be resumed only for a paused e-mail."))
    row.state, row.reason, row.next_attempt_at = DeliveryState.QUEUED, "", at
    row.save(update_fields=["state", "reason", "next_attempt_at"])
    nudge()
    return row

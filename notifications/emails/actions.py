"""Actions of lab staff on one e-mail: send again, pause, resume."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.enums import DeliveryState, ItemState
from notifications.models import Delivery
from notifications.sending.worker_wakeup import wake_worker
from web.actions import action
from web.errors import DomainError

ONLY_FAILED = _("Only a failed e-mail can be sent again.")
ONLY_WAITING = _("Only an e-mail that is waiting can be paused.")


@action(_("Sending of the e-mail tried again"), security_event=True)
def retry_email(*, email: Delivery, at: datetime, by: User) -> Delivery:
    """Put an e-mail that failed for good back in the queue, due at the moment `at`, and return it.

    Its attempts are reset to zero; the Message-ID stays the same. A queued e-mail is returned unchanged. Raises
    DomainError for one in another state, and for one that has expired at the moment `at`.
    """
    row = Delivery.objects.select_for_update().get(pk=email.pk)
    if row.state == DeliveryState.QUEUED:
        return row
    if row.state != DeliveryState.DEAD:
        raise DomainError(ONLY_FAILED)
    if row.expires_at <= at:
        raise DomainError(_("This e-mail is no longer useful: it would arrive too late."))
    row.items.filter(state=ItemState.DEAD).update(state=ItemState.QUEUED, reason="")
    row.state, row.reason, row.attempts, row.next_attempt_at = DeliveryState.QUEUED, "", 0, at
    row.save(update_fields=["state", "reason", "attempts", "next_attempt_at"])
    wake_worker()
    return row


@action(_("E-mail paused"), security_event=True)
def pause_email(*, email: Delivery, by: User) -> Delivery:
    """Pause one queued e-mail until lab staff resume it, and return it; a paused e-mail is returned unchanged.

    Raises DomainError for one in another state: being sent, sent, failed or ended.
    """
    row = Delivery.objects.select_for_update().get(pk=email.pk)
    if row.state == DeliveryState.PAUSED:
        return row
    if row.state != DeliveryState.QUEUED:
        raise DomainError(ONLY_WAITING)
    row.state, row.reason, row.lease_token, row.lease_until = DeliveryState.PAUSED, "staff", None, None
    row.save(update_fields=["state", "reason", "lease_token", "lease_until"])
    return row


@action(_("Sending of the e-mail resumed"), security_event=True)
def resume_email(*, email: Delivery, at: datetime, by: User) -> Delivery:
    """Put a paused e-mail back in the queue, due at the moment `at`, and return it.

    If it has expired, the sender ends it. A queued e-mail is returned unchanged. Raises DomainError for one in another
    state.
    """
    row = Delivery.objects.select_for_update().get(pk=email.pk)
    if row.state == DeliveryState.QUEUED:
        return row
    if row.state != DeliveryState.PAUSED:
        raise DomainError(_("Sending can be resumed only for a paused e-mail."))
    row.state, row.reason, row.next_attempt_at = DeliveryState.QUEUED, "", at
    row.save(update_fields=["state", "reason", "next_attempt_at"])
    wake_worker()
    return row

"""Actions on webhooks: add, change, rotate the secret, disable, enable, test, send again, delete."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from notifications.actions import announce_change
from notifications.events import EventRef
from web.actions import action
from web.decisions import enforce
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.security.encryption import encrypt
from web.tasks import start_soon
from webhooks.enums import CLAIMABLE_STATES, PREVIOUS_SECRET_PERIOD, TEST_EVENT, DisabledReason, WebhookDeliveryState
from webhooks.models import Webhook, WebhookDelivery, WebhookDeliveryQuerySet
from webhooks.permissions import can_change_webhook, can_end_webhook, can_have_webhook
from webhooks.recording import SEND_WEBHOOKS, new_delivery
from webhooks.signatures import new_secret
from webhooks.targets import parse_target

KIND: Final = "webhook"
DISABLED_EMAIL: Final = "webhook_disabled"
MAX_WEBHOOKS: Final = 20  # of one owner: each event is a delivery for each of them


@action(gettext_lazy("Webhook added"), security_event=True, forbidden_while_acting=True)
def add_webhook(
    *, name: str, url: str, event_types: Collection[str], cohort: Cohort | None, at: datetime, by: User
) -> tuple[Webhook, str]:
    """Add a webhook of the person `by` for a cohort, or with None for everything they may see; return it and its
    secret.

    Raises Refused where they may not have it, DomainError for an address that is not accepted, or a twenty-first one.
    """
    enforce(can_have_webhook(by, cohort, at))
    parse_target(url)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Webhook.objects.filter(owner=by).count() >= MAX_WEBHOOKS:
        raise DomainError(
            _("You have %(number)s webhooks already. Delete one that you no longer use.") % {"number": MAX_WEBHOOKS}
        )
    secret = new_secret()
    row = Webhook.objects.create(
        owner=by,
        cohort=cohort,
        name=name,
        url=url,
        event_types=sorted(event_types),
        secret=encrypt(secret),
        created_at=at,
    )
    return row, secret


@action(gettext_lazy("Webhook changed"), security_event=True, forbidden_while_acting=True)
def change_webhook(
    *,
    webhook: Webhook,
    name: str,
    url: str,
    event_types: Collection[str],
    version_token: str | None = None,
    at: datetime,
    by: User,
) -> Webhook:
    """Save another name, address or choice of events, and return the webhook.

    Raises EditConflict when someone else changed it since the form with this `version_token` was opened, DomainError
    for an address that is not accepted.
    """
    enforce(can_change_webhook(by, webhook, at))
    parse_target(url)
    row, submitted = _lock(webhook), {"name": name, "url": url, "event_types": sorted(event_types)}
    check_version(version_token, current=row.form_values(), submitted=submitted)
    for field, value in submitted.items():
        setattr(row, field, value)
    row.save(update_fields=[*submitted])
    return row


@action(gettext_lazy("Secret of the webhook replaced"), security_event=True, forbidden_while_acting=True)
def rotate_secret(*, webhook: Webhook, at: datetime, by: User) -> tuple[Webhook, str]:
    """Give the webhook a new secret and return both; for a day messages have the signatures of both secrets.

    An earlier previous secret signs nothing any more.
    """
    enforce(can_change_webhook(by, webhook, at))
    row, secret = _lock(webhook), new_secret()
    row.previous_secret, row.previous_until = row.secret, at + PREVIOUS_SECRET_PERIOD
    row.secret = encrypt(secret)
    row.save(update_fields=["secret", "previous_secret", "previous_until"])
    return row, secret


@action(gettext_lazy("Webhook disabled"), security_event=True)
def disable_webhook(*, webhook: Webhook, reason: DisabledReason, at: datetime, by: User | None) -> Webhook:
    """Send nothing more to the webhook from the moment `at` on, and return it; a disabled one stays as it is.

    When nobody disabled it by hand, its owner gets an e-mail with the reason.
    """
    if by:
        enforce(can_end_webhook(by, webhook, at))
    row = _lock(webhook)
    if row.disabled_at:
        return row
    row.disabled_at, row.disabled_reason = at, reason
    row.save(update_fields=["disabled_at", "disabled_reason"])
    if by is None:
        step = f"{DISABLED_EMAIL}-{int(at.timestamp())}"
        announce_change(
            event=EventRef(KIND, row.pk), email_type=DISABLED_EMAIL, audience="owner", step=step, at=at, by=by
        )
    return row


@action(gettext_lazy("Webhook enabled"), security_event=True, forbidden_while_acting=True)
def enable_webhook(*, webhook: Webhook, at: datetime, by: User) -> Webhook:
    """Send to a disabled webhook again, and return it. What happened while it was disabled is not sent."""
    enforce(can_change_webhook(by, webhook, at))
    row = _lock(webhook)
    enforce(can_have_webhook(row.owner, row.cohort, at))
    row.disabled_at, row.disabled_reason, row.failing_since = None, "", None
    row.save(update_fields=["disabled_at", "disabled_reason", "failing_since"])
    return row


@action(gettext_lazy("Test message of the webhook sent"))
def send_test_message(*, webhook: Webhook, at: datetime, by: User) -> WebhookDelivery:
    """Send a test message to the webhook at once, and return its delivery.

    Raises DomainError while the webhook is disabled, and while an earlier test message waits.
    """
    enforce(can_change_webhook(by, webhook, at))
    row = _lock(webhook)
    _refuse_disabled(row)
    if row.deliveries.filter(event=TEST_EVENT, state__in=CLAIMABLE_STATES).exists():
        raise DomainError(_("A test message is already waiting. It is sent within a minute."))
    delivery = new_delivery(
        webhook=row, event=TEST_EVENT, object_id=row.pk, occurrence=int(at.timestamp() * 1_000_000), at=at, data={}
    )
    delivery.save(force_insert=True)
    start_soon(SEND_WEBHOOKS)
    return delivery


@action(gettext_lazy("Deliveries of the webhook sent again"))
def send_again(*, webhook: Webhook, deliveries: WebhookDeliveryQuerySet, at: datetime, by: User) -> int:
    """Send deliveries of the webhook again that failed or were delivered, with the same webhook-id; return how many.

    They are tried at once, also while others wait for a receiver that does not answer.
    Raises DomainError while the webhook is disabled.
    """
    enforce(can_change_webhook(by, webhook, at))
    row = _lock(webhook)
    _refuse_disabled(row)
    row.failing_since = None
    row.save(update_fields=["failing_since"])
    again = deliveries.filter(webhook=row).resendable()
    count = again.update(
        state=WebhookDeliveryState.QUEUED, reason="", attempts=0, delivered_at=None, next_attempt_at=at
    )
    start_soon(SEND_WEBHOOKS)
    return count


@action(gettext_lazy("Webhook deleted"), security_event=True, forbidden_while_acting=True)
def delete_webhook(*, webhook: Webhook, at: datetime, by: User) -> None:
    """Delete the webhook with its deliveries."""
    enforce(can_end_webhook(by, webhook, at))
    Webhook.objects.filter(pk=webhook.pk).delete_locked()


def disable_webhooks_of(*, people: QuerySet[User], at: datetime, by: User | None) -> None:
    """Disable the webhooks of people whose accounts are closed, within the action that closes them."""
    rows: Any = Webhook.objects.enabled().filter(owner__in=people)
    rows.update(disabled_at=at, disabled_reason=DisabledReason.CLOSED)


@action(gettext_lazy("Webhooks disabled after a password change"), security_event=True)
def disable_webhooks_of_changed_password(*, user: User, at: datetime, by: User | None = None) -> None:
    """Disable the webhooks of a person whose password has changed, and e-mail the person about each.

    Someone who knew the old password may have added them.
    """
    for row in Webhook.objects.enabled().filter(owner=user).order_by("pk"):
        disable_webhook(webhook=row, reason=DisabledReason.PASSWORD, at=at, by=None)


def disable_webhooks_on_password_change(*, user: User, at: datetime) -> None:
    """Disable the webhooks of a person whose password has changed, if there are enabled ones."""
    if Webhook.objects.enabled().filter(owner=user).exists():
        disable_webhooks_of_changed_password(user=user, at=at)


def _lock(webhook: Webhook) -> Webhook:
    """Return the webhook as it is stored now, locked until the action ends."""
    rows = Webhook.objects.select_for_update(of=("self",), no_key=True).select_related("owner", "cohort__authority")
    return rows.get(pk=webhook.pk)


def _refuse_disabled(webhook: Webhook) -> None:
    """Raise DomainError while the webhook is disabled."""
    if webhook.disabled_at:
        raise DomainError(_("This webhook is disabled. Enable it first."))

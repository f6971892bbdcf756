"""Writes a delivery for each webhook subscribed to an event, in the transaction of the action that caused it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from django.utils import timezone

from web.tasks import start_soon
from webhooks.events import events_after
from webhooks.models import Webhook, WebhookDelivery

SEND_WEBHOOKS = "webhooks.tasks.send_webhooks"


def record_events(action: str, arguments: Mapping[str, object], result: object) -> None:
    """Write the deliveries of the events that happened in an action, which has just run with these arguments.

    It is not called for actions that changed nothing. Takes one statement for each event, and one more if a webhook is
    subscribed; a cancellation another one. What has been written for a webhook is not written again.
    """
    for slug, event in events_after(action):
        if (occurrence := event.occurrence(result)) is None:
            continue
        row, number = occurrence
        moment = arguments.get("at")
        at = moment if isinstance(moment, datetime) else timezone.now()
        data = event.data(row)
        rows = [
            new_delivery(webhook=webhook, event=slug, object_id=row.pk, occurrence=number, at=at, data=data)
            for webhook in Webhook.objects.subscribed_to(slug, row).locked_for_deliveries()
        ]
        if rows:
            WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
            start_soon(SEND_WEBHOOKS)


def new_delivery(
    *, webhook: Webhook, event: str, object_id: int, occurrence: int, at: datetime, data: Mapping[str, object]
) -> WebhookDelivery:
    """Build the unsaved delivery of an event that happened at the moment `at`, and is due then."""
    timestamp = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return WebhookDelivery(
        webhook=webhook,
        message_id=f"msg_{uuid4().hex}",
        event=event,
        object_id=object_id,
        occurrence=occurrence,
        payload={"type": event, "timestamp": timestamp, "data": dict(data)},
        happened_at=at,
        next_attempt_at=at,
    )

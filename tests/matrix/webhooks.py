"""Routes of webhooks: lab staff see all, the coordinator of a cohort their own."""

from typing import Any

from tests.factories.cast import Cast
from tests.factories.webhooks import WebhookFactory, delivery_to
from tests.matrix import RouteRow


def webhook(cast: Cast) -> list[Any]:
    """Return the key of a webhook of the coordinator."""
    return [WebhookFactory(owner=cast["C"], cohort=cast.cohort).pk]


def delivery(cast: Cast) -> list[Any]:
    row = delivery_to(WebhookFactory(owner=cast["C"], cohort=cast.cohort))
    return [row.webhook_id, row.pk]


def of_webhook(*, get: bool = True) -> RouteRow:
    return RouteRow(visible_to="SC", get=get, post=True, args=webhook)


ROUTES: dict[str, RouteRow] = {
    "webhooks:webhooks": RouteRow(usable_by="SC"),
    "webhooks:add_webhook": RouteRow(usable_by="SC", post=True),
    "webhooks:webhook": RouteRow(visible_to="SC", args=webhook),
    "webhooks:change_webhook": of_webhook(),
    "webhooks:rotate_secret": of_webhook(),
    "webhooks:delete_webhook": of_webhook(),
    "webhooks:send_test_message": of_webhook(get=False),
    "webhooks:disable_webhook": of_webhook(get=False),
    "webhooks:enable_webhook": of_webhook(get=False),
    "webhooks:send_failed_again": of_webhook(get=False),
    "webhooks:send_again": RouteRow(visible_to="SC", get=False, post=True, args=delivery),
}

"""The panel on the account page that leads to webhooks."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.requests import person
from webhooks.permissions import can_read_webhooks


def webhooks_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Return the empty context of the panel; None for people who may not have webhooks and own none."""
    return {} if can_read_webhooks(person(request), timezone.now()) else None

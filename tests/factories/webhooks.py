"""Webhooks and their deliveries."""

from datetime import datetime
from typing import Any

import factory

from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.prototypes import IdeaFactory
from web.security.encryption import encrypt
from webhooks.enums import TEST_EVENT
from webhooks.events import EVENTS
from webhooks.models import Webhook, WebhookDelivery
from webhooks.recording import new_delivery

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the examples of Standard Webhooks


class WebhookFactory(factory.django.DjangoModelFactory):
    """A webhook of lab staff for all events of everything."""

    class Meta:
        model = Webhook

    owner: Any = factory.SubFactory(UserFactory, is_lab_staff=True)
    name = factory.Sequence(lambda number: f"Intranet {number}")
    url = "https://receiver.example/hook"
    event_types = factory.LazyFunction(lambda: sorted(EVENTS))
    secret = factory.LazyFunction(lambda: encrypt(SECRET))
    created_at = NOW


def delivery_to(
    webhook: Webhook, number: int = 1, event: str = "idea.accepted", object_id: int = 0, at: datetime = NOW
) -> WebhookDelivery:
    """Return a saved delivery that is due at the moment `at`, by default about an idea of its own."""
    if not object_id:
        object_id = webhook.pk if event == TEST_EVENT else IdeaFactory().pk
    facts = {"object_id": object_id, "occurrence": number, "data": {"id": object_id}}
    row = new_delivery(webhook=webhook, event=event, at=at, **facts)
    row.save()
    return row

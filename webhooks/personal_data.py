"""What webhooks keep about people: who owns them. Deliveries, which name nobody, are deleted after 90 days."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from webhooks.models import Webhook, WebhookDelivery

RETENTION_PERIOD: Final = timedelta(days=90)


def erase(*, user: User, at: datetime) -> None:
    """Delete the person's webhooks with their deliveries; `at` is not used."""
    Webhook.objects.filter(owner=user).delete_locked()


def purge_deliveries(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the ended deliveries of events over 90 days before the moment `at`; return how many.

    With `dry_run`, only count them.
    """
    rows = WebhookDelivery.objects.ended().happened_before(at - RETENTION_PERIOD)
    return rows.count() if dry_run else rows.delete()[0]


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "webhooks": PersonalData(
            _("Webhooks you own"),
            row_reader(
                lambda user: Webhook.objects.filter(owner=user),
                *("name", "url", "event_types", "created_at", "disabled_at"),
            ),
            covers=("webhooks.Webhook.owner",),
        )
    },
    retentions={
        "webhook-deliveries": Retention(
            _("Deliveries of webhooks, which hold reference numbers and links to pages"),
            _("To find out what a receiver was told, and to send it again."),
            RETENTION_PERIOD.days,
            purge_deliveries,
        )
    },
    erase=erase,
)

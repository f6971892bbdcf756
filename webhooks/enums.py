"""The states of deliveries, why one was not accepted, and why a webhook was disabled."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

PREVIOUS_SECRET_PERIOD: Final = timedelta(days=1)  # after a rotation, in which both secrets sign
DISABLED_AFTER: Final = timedelta(days=5)  # without one accepted delivery
TEST_EVENT: Final = "webhook.test"


class WebhookDeliveryState(models.TextChoices):
    """The states of a delivery; "dead" (FAILED) means that the platform tries no more."""

    QUEUED = "queued", pgettext_lazy("delivery", "waiting")
    SENDING = "sending", pgettext_lazy("delivery", "sending")
    DELIVERED = "delivered", pgettext_lazy("delivery", "delivered")
    FAILED = "dead", pgettext_lazy("delivery", "failed")
    SKIPPED = "skipped", pgettext_lazy("delivery", "not sent")


S = WebhookDeliveryState
DELIVERY_TONES: Final = {
    S.QUEUED: "waiting",
    S.SENDING: "open",
    S.DELIVERED: "done",
    S.FAILED: "risk",
    S.SKIPPED: "neutral",
}
# A delivery whose outcome is unknown is sent again; a person sends again what failed or arrived.
DELIVERY_TRANSITIONS: Final = {
    S.QUEUED: [S.SENDING, S.FAILED, S.SKIPPED],
    S.SENDING: [S.QUEUED, S.DELIVERED, S.FAILED, S.SKIPPED],
    S.DELIVERED: [S.QUEUED],
    S.FAILED: [S.QUEUED],
}
CLAIMABLE_STATES: Final = (S.QUEUED, S.SENDING)
ENDED_STATES: Final = (S.DELIVERED, S.FAILED, S.SKIPPED)
STATES_WITH_REASON: Final = (S.FAILED, S.SKIPPED)
RESENDABLE_STATES: Final = (S.DELIVERED, S.FAILED)


class DisabledReason(models.TextChoices):
    """Why a webhook sends nothing."""

    BY_HAND = "by_hand", _("someone disabled it")
    FAILING = "failing", _("the receiver accepted nothing for five days")
    GONE = "gone", _("the receiver answered that it is gone (410)")
    NO_ACCESS = "no_access", _("the role of its owner no longer allows it")
    CLOSED = "closed", _("the account of its owner is closed")
    PASSWORD = "password", _("the password of its owner was changed")


# Why an attempt was not accepted, or why a delivery ended.
ERRORS: Final[dict[str, StrOrPromise]] = {
    "unknown_host": _("the name of the host has no address"),
    "private_address": _("the host is in a private network, to which nothing is sent"),
    "timeout": _("no answer within ten seconds"),
    "no_connection": _("no connection to the host"),
    "certificate": _("the certificate of the host is not valid"),
    "no_http": _("the answer is no HTTP"),
    "redirect": _("the receiver redirects: give its final address"),
    "status": _("the receiver answered with an error"),
    "attempts": _("no answer after several attempts"),
    "not_sendable": _("the platform cannot send it: check the address, or add the webhook again"),
    "disabled": _("the webhook is disabled"),
    "not_allowed": DisabledReason.NO_ACCESS.label,
    "no_access": _("the owner may no longer see it"),
}

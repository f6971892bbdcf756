"""The sentences that people read when the database refuses a webhook or a delivery."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText

_CANNOT_SAVE = _("The platform could not save the webhook. Open its page again.")

SENTENCES: dict[str, RefusalText] = {
    "webhook_name": (_("Say what the webhook is for."), "name"),
    "webhook_name_once": (_("You already have a webhook with this name. Give it another one."), "name"),
    "webhook_url": (_("Enter an address that begins with https://."), "url"),
    "webhook_events_known": (_("Choose one event at least."), "event_types"),
    "webhook_secret_encrypted": _CANNOT_SAVE,
    "webhook_previous_secret": _CANNOT_SAVE,
    "webhook_disabled": _CANNOT_SAVE,
    "webhook_fixed": _("Owner and cohort of a webhook stay. Add another webhook instead."),
    "webhook_delivery_once": _("This message has already been recorded."),
    "webhook_delivery_message_id": _("This message has already been recorded."),
    "webhook_delivery_delivered_at": _CANNOT_SAVE,
    "webhook_delivery_lease": _CANNOT_SAVE,
    "webhook_delivery_reason": _CANNOT_SAVE,
    "webhook_delivery_state": _("This message is being sent. Open the page of the webhook again."),
    "webhook_delivery_fixed": _("What a message says stays as it was sent."),
    "webhook_delivery_no_truncate": _CANNOT_SAVE,
}

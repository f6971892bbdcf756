"""The e-mail to the owner of a webhook that the platform disabled."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications.emails.texts import EmailTemplate, EmailTemplates
from notifications.models import Reminder
from notifications.registries import CommandScope, EmailPart, EventKind
from notifications.reminders.recipients import Audiences, platform_today
from webhooks.actions import DISABLED_EMAIL
from webhooks.enums import DisabledReason
from webhooks.models import Webhook, WebhookQuerySet

OWNER: Final = "owner"
TEXTS: Final = EmailTemplates(
    {
        DISABLED_EMAIL: EmailTemplate(
            about=_("a webhook is disabled"),
            subject=_("The webhook “%(webhook)s” is disabled"),
            paragraphs=(
                _("The platform sends nothing more to your webhook “%(webhook)s”: %(reason)s."),
                "%(next_step)s",
            ),
            button=_("Open the webhook"),
            url_name="webhooks:webhook",
        )
    },
    {OWNER: (pgettext_lazy("webhook", "Its owner"), _("You are receiving this e-mail because you own this webhook."))},
)

NEXT_STEP_OF_RECEIVER: Final = _(
    "The page of the webhook shows the last answers. When the receiver works again, enable the webhook on its page."
)
NEXT_STEPS: Final[Mapping[str, StrOrPromise]] = {
    DisabledReason.FAILING: NEXT_STEP_OF_RECEIVER,
    DisabledReason.GONE: NEXT_STEP_OF_RECEIVER,
    DisabledReason.NO_ACCESS: _("You can delete the webhook on its page."),
    DisabledReason.PASSWORD: _(
        "Someone who knew the old password may have added it. Check its address, then enable or delete it on its page."
    ),
}


def _events(_email_types: Collection[str]) -> WebhookQuerySet:
    """Return the query for webhooks; the types of e-mail do not matter."""
    return Webhook.objects.order_by()


def _owner(pk: int, _today: date) -> Q:
    """Return a filter for the owner of the webhook."""
    return Q(pk__in=Webhook.objects.filter(pk=pk).values("owner"))


def _reason_to_cancel(webhook: Webhook, _email_type: str, _at: datetime) -> str:
    """Return "enabled" for a webhook that was enabled since then; else ""."""
    return "" if webhook.disabled_at else "enabled"


WEBHOOKS: Final = Audiences(
    events=_events,
    today=platform_today,
    people={OWNER: _owner},
    event_stop_reason=_reason_to_cancel,
    event_name=str,
)


def render(reminder: Reminder, webhook: Webhook, _user: User, _language: str) -> EmailPart:
    """Return the e-mail that says why the webhook is disabled, and what its owner can do."""
    next_step = NEXT_STEPS.get(webhook.disabled_reason, "")
    values = {"webhook": webhook.name, "reason": webhook.get_disabled_reason_display(), "next_step": next_step}
    return TEXTS.part(reminder, values)


def _in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of the webhooks of cohorts in a command's scope; of all webhooks without a limit."""
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Webhook.objects.filter(**limits).values_list("pk", flat=True))


def _names(pks: Collection[int]) -> dict[int, str]:
    """Return the name of each webhook by its key (one statement)."""
    return dict(Webhook.objects.filter(pk__in=pks).values_list("pk", "name"))


WEBHOOK: Final = EventKind(
    label=_("Webhooks"),
    recipients=WEBHOOKS.recipients,
    check=WEBHOOKS.check,
    find=WEBHOOKS.find,
    render=render,
    describe=TEXTS.describe,
    href=lambda reminder: reverse("webhooks:webhook", args=[reminder.object_id]),
    in_scope=_in_scope,
    can_see=lambda user, pk: Webhook.objects.visible_to(user).filter(pk=pk).exists(),
    names=_names,
    sizes=WEBHOOKS.sizes,
    stop_reason=WEBHOOKS.stop_reason,
    reasons={"enabled": _("the webhook is enabled again")},
)

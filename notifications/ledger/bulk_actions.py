"""Actions on several e-mails at once: each runs the single action on each e-mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from notifications.emails.actions import ONLY_FAILED, ONLY_WAITING, pause_email, resume_email, retry_email
from notifications.enums import DeliveryState
from notifications.models import Delivery
from notifications.permissions import can_manage_emails
from web.decisions import ALLOW, Decision, deny
from web.lists.bulk_actions import BulkAction, Decide
from web.lists.columns import Reader


def _can_manage(reader: Reader, _emails: Sequence[Delivery]) -> Decide:
    """Return the function that decides whether the reader may manage an e-mail."""
    return lambda _email: can_manage_emails(reader.user)


def _is_dead(email: Delivery) -> Decision:
    """Return whether the e-mail has failed for good."""
    return ALLOW if email.state == DeliveryState.DEAD else deny(ONLY_FAILED)


def _is_queued(email: Delivery) -> Decision:
    """Return whether the e-mail waits to be sent."""
    return ALLOW if email.state == DeliveryState.QUEUED else deny(ONLY_WAITING)


def _retry(email: Delivery, _values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Put the failed e-mail back in the queue."""
    retry_email(email=email, at=at, by=by)
    return {}


def _pause(email: Delivery, _values: Mapping[str, Any], by: User, _at: datetime) -> Mapping[str, Any]:
    """Pause the e-mail."""
    pause_email(email=email, by=by)
    return {}


def _resume(email: Delivery, _details: Mapping[str, Any], by: User, at: datetime) -> None:
    """Put the paused e-mail back in the queue."""
    resume_email(email=email, at=at, by=by)


RETRY: Final = BulkAction(
    label=pgettext_lazy("failed e-mails", "Send again"),
    description=_("E-mails that failed are put back in the queue and sent, unless they are no longer useful."),
    permission=_can_manage,
    state_decision=_is_dead,
    run=_retry,
)
PAUSE: Final = BulkAction(
    label=pgettext_lazy("e-mails", "Pause"),
    description=_("E-mails that wait to be sent are not sent until lab staff resume them."),
    permission=_can_manage,
    state_decision=_is_queued,
    run=_pause,
    undo=_resume,
)

"""Actions on several invitations at once: each runs the single action on each invitation, with its permission."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from cohorts.invitations.actions.invitations import ALREADY_ANSWERED, resend_invitation
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.forms import RevokeInvitationForm
from cohorts.invitations.permissions import can_manage_with
from cohorts.models import Invitation
from web.decisions import ALLOW, Decision, deny
from web.lists.bulk_actions import BulkAction, BulkForm, Decide
from web.lists.columns import Reader


class RevokeInvitationsForm(RevokeInvitationForm, BulkForm):
    """The reason why several invitations are withdrawn, the same for all of them."""


def _can_manage(reader: Reader, _invitations: Sequence[Invitation]) -> Decide:
    """Return the function that decides whether the reader may send an invitation again or withdraw it, by their roles
    in the cohort of the list.
    """
    return lambda invitation: can_manage_with(reader.subject.roles, invitation)


def _is_unanswered(invitation: Invitation) -> Decision:
    """Return whether the invitation is neither accepted nor withdrawn."""
    return deny(ALREADY_ANSWERED) if invitation.accepted_at or invitation.revoked_at else ALLOW


def _resend(invitation: Invitation, _values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Send the invitation again with a new link."""
    resend_invitation(invitation=invitation, at=at, by=by)
    return {}


def _withdraw(invitation: Invitation, values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Withdraw the invitation, with the reason given."""
    revoke_invitation(invitation=invitation, reason=values["reason"], at=at, by=by)
    return {}


RESEND: Final = BulkAction(
    label=gettext_lazy("Send again"),
    description=gettext_lazy(
        "Each person gets the invitation again with a new link, valid for another 14 days. The link in the previous"
        " e-mail no longer works."
    ),
    permission=_can_manage,
    state_decision=_is_unanswered,
    run=_resend,
)
WITHDRAW: Final = BulkAction(
    label=pgettext_lazy("invitations", "Withdraw"),
    description=gettext_lazy(
        "The links in the e-mails no longer work, and no more e-mails about the invitations are sent. The people can"
        " be invited again at any time."
    ),
    permission=_can_manage,
    state_decision=_is_unanswered,
    run=_withdraw,
    form=RevokeInvitationsForm,
)

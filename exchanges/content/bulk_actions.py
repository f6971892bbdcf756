"""An action on several commitments at once: mark them as done, each with its own permission."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.roles import STAFF
from cohorts.permissions import roles_by_cohort
from exchanges.content.actions import fulfil_commitment
from exchanges.content.enums import CommitmentState
from exchanges.models import Commitment
from exchanges.permissions import can_close_commitment_with
from web.decisions import ALLOW, Decision, deny
from web.lists.bulk_actions import BulkAction, Decide
from web.lists.columns import Reader


def can_close(reader: Reader, commitments: Sequence[Commitment]) -> Decide:
    """Return the function that decides whether the reader may close one of the commitments (one statement at most)."""
    roles = roles_by_cohort(reader.user, {each.cohort for each in commitments if each.cohort}, reader.today)
    without_cohort = STAFF if reader.user.is_lab_staff else frozenset()
    return lambda each: can_close_commitment_with(roles.get(each.cohort_id, without_cohort), reader.user, each)


def _is_open(commitment: Commitment) -> Decision:
    """Return whether the commitment is open."""
    is_open = commitment.state == CommitmentState.OPEN
    return ALLOW if is_open else deny(gettext_lazy("This commitment is closed already."))


def _fulfil(commitment: Commitment, _values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Mark the commitment as done."""
    fulfil_commitment(commitment=commitment, at=at, by=by)
    return {}


FULFIL: Final = BulkAction(
    label=pgettext_lazy("commitments", "Mark as done"),
    description=gettext_lazy("These commitments are closed as done today. A closed commitment stays closed."),
    permission=can_close,
    state_decision=_is_open,
    run=_fulfil,
    related=("cohort__authority", "exchange__host__authority"),
)

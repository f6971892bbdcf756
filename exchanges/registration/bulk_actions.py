"""Actions on several participants of an exchange at once: each runs the single action on each participant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from exchanges.exchange.locks import lock_exchange
from exchanges.models import Participant
from exchanges.permissions import can_record_attendance
from exchanges.refusals import ATTENDANCE_TOO_EARLY
from exchanges.registration.actions import record_absence, record_arrival, undo_attendance
from exchanges.registration.enums import RegistrationState
from web.decisions import ALLOW, Decision, deny
from web.errors import DomainError
from web.lists.bulk_actions import BulkAction, Decide
from web.lists.columns import Reader

RELATED: Final = ("exchange", "registration__user", "registration__exchange", "guest__exchange")


def _can_record(reader: Reader, _participants: Sequence[Participant]) -> Decide:
    """Return the function that decides whether the reader may record now whether a participant came."""
    subject = reader.subject
    allowed = can_record_attendance(subject.roles, subject.exchange)
    decision = deny(ATTENDANCE_TOO_EARLY) if allowed and not subject.access.can_record else allowed
    return lambda _participant: decision


def _has_not_come(participant: Participant) -> Decision:
    """Return whether it is not recorded yet that the participant came."""
    return deny(gettext_lazy("Already checked in.")) if participant.has_come else ALLOW


def _is_expected(participant: Participant) -> Decision:
    """Return whether the participant has a seat and nothing is recorded of their attendance yet."""
    reason = gettext_lazy("They have no seat, or their attendance is already recorded.")
    return ALLOW if participant.is_expected else deny(reason)


def _check_in(participant: Participant, _values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Record that the participant came."""
    record_arrival(participant=_person(participant), at=at, by=by)
    return {"before": participant.state}


def _record_absence(participant: Participant, _values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Record that the participant did not come."""
    record_absence(participant=_person(participant), at=at, by=by)
    return {"before": participant.state}


def _undo_arrival(participant: Participant, details: Mapping[str, Any], by: User, at: datetime) -> None:
    """Give the participant back what was recorded before they were checked in; raise DomainError when it has changed
    since.
    """
    _check_unchanged(participant, RegistrationState.ATTENDED)
    if details["before"] == RegistrationState.NO_SHOW:
        record_absence(participant=_person(participant), at=at, by=by)
    else:
        undo_attendance(participant=_person(participant), at=at, by=by)


def _undo_absence(participant: Participant, _details: Mapping[str, Any], by: User, at: datetime) -> None:
    """Undo that the participant was recorded as absent; raise DomainError when it has changed since."""
    _check_unchanged(participant, RegistrationState.NO_SHOW)
    undo_attendance(participant=_person(participant), at=at, by=by)


def _person(participant: Participant) -> Any:
    """Return the registration or the guest, which the actions on attendance take alike."""
    return participant.person


def _lock(participant: Participant) -> None:
    """Lock the exchange, as all actions on its participants do, and read again what is recorded of this one."""
    lock_exchange(participant.exchange)
    participant.refresh_from_db(fields=["state"])


def _check_unchanged(participant: Participant, state: str) -> None:
    """Raise DomainError unless the attendance of the participant is recorded as this."""
    if participant.state != state:
        raise DomainError(_("Someone has changed this person’s attendance since then."))


CHECK_IN: Final = BulkAction(
    label=gettext_lazy("Check in"),
    description=gettext_lazy(
        "Marks these people as present. People without a seat are marked as walk-ins and do not use a seat."
    ),
    permission=_can_record,
    state_decision=_has_not_come,
    run=_check_in,
    undo=_undo_arrival,
    related=RELATED,
    compared=("state",),
    lock=_lock,
)
RECORD_ABSENCE: Final = BulkAction(
    label=pgettext_lazy("people", "Record absence"),
    description=gettext_lazy("Marks these people, who have a seat, as absent."),
    permission=_can_record,
    state_decision=_is_expected,
    run=_record_absence,
    undo=_undo_absence,
    related=RELATED,
    compared=("state",),
    lock=_lock,
)

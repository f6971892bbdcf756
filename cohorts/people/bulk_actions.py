"""An action on several members at once: the date of the mission letters that an authority signs together."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Membership
from cohorts.people.actions import change_membership
from cohorts.permissions import can_lead
from web.decisions import ALLOW, Decision
from web.errors import DomainError
from web.forms.fields import DayField
from web.lists.bulk_actions import BulkAction, BulkForm, Decide
from web.lists.columns import Reader


class MissionDateForm(BulkForm):
    """The date of the mission letter, the same for all members."""

    mission_letter_on = DayField(label=gettext_lazy("Date of the mission letter"))


def _can_change(reader: Reader, _members: Sequence[Membership]) -> Decide:
    """Return the function that decides whether the reader may change a member of the cohort of the list."""
    decision = can_lead(reader.subject.roles)
    return lambda _member: decision


def _any_state(_member: Membership) -> Decision:
    """Return that the date can be recorded, whatever is recorded now."""
    return ALLOW


def _record(member: Membership, values: Mapping[str, Any], by: User, _at: datetime) -> Mapping[str, Any]:
    """Record the date of the mission letter of a member."""
    before, after = member.mission_letter_on, values["mission_letter_on"]
    change_membership(membership=member, mission_letter_on=after, by=by)
    return {"before": before and before.isoformat(), "after": after.isoformat()}


def _restore(member: Membership, details: Mapping[str, Any], by: User, _at: datetime) -> None:
    """Record the date from before; raise DomainError when it was changed since."""
    before, after = (details[name] and date.fromisoformat(details[name]) for name in ("before", "after"))
    if member.mission_letter_on != after:
        raise DomainError(_("Someone has changed the date of this mission letter since then."))
    change_membership(membership=member, mission_letter_on=before, by=by)


def _lock(member: Membership) -> None:
    """Lock the member, and read again which date is recorded."""
    rows = Membership.objects.select_for_update(no_key=True)
    member.refresh_from_db(fields=["mission_letter_on"], from_queryset=rows)


MISSION_DATE: Final = BulkAction(
    label=gettext_lazy("Record mission letter"),
    description=gettext_lazy("The date of the mission letter is recorded for each of these members."),
    permission=_can_change,
    state_decision=_any_state,
    run=_record,
    undo=_restore,
    form=MissionDateForm,
    related=("user",),
    compared=("mission_letter_on",),
    lock=_lock,
)

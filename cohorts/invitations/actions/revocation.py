"""Verbs by which an invitation ends unaccepted: it is taken back, or its person is let in by another door."""

from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.invitations.ending_reasons import CAME_IN
from cohorts.invitations.enums import ADMIN
from cohorts.models import Cohort, Invitation
from notifications.actions import cancel_reminders
from notifications.events import EventRef
from programmes.models import Authority
from web.actions import action
from web.errors import DomainError

KIND: Final = "invitation"


@action(gettext_lazy("Invitation withdrawn"), security_event=True, forbidden_while_acting=True)
def revoke_invitation(*, invitation: Invitation, reason: str, at: datetime, by: User | None) -> Invitation:
    """Take it back: its link opens nothing any more, and what has not left yet does not. Again changes nothing.

    `reason` is what the person wrote, or a slug of `endings`.
    """
    row = held(invitation)
    if row.accepted_at:
        raise DomainError(_("This invitation has already been accepted. End the membership instead."))
    if row.revoked_at:
        return row
    row.revoked_at, row.reason = at, reason.strip()
    row.save(update_fields=["revoked_at", "reason"])
    cancel_reminders(event=event_of(row), reason=CAME_IN if reason == CAME_IN else "revoked", by=by)
    return row


@action(gettext_lazy("Invitations closed: access given in another way"))
def settle_invitations(
    *,
    people: QuerySet[User],
    into: Cohort | Authority,
    role: str,
    today: date,
    at: datetime,
    by: User | None,
    last: date | None = None,
) -> None:
    """End what these people are invited to and get by another door: it keeps no seat, and no letter leaves for it.

    An invitation that begins after the `last` day of what they get stays. Called before that is written, so that
    rows are locked in the order in which accepting locks them.
    """
    place = {"cohort": into} if isinstance(into, Cohort) else {"authority": into}
    rows = Invitation.objects.open().filter(person__in=people, role=role, **place).order_by("pk")
    for row in rows.select_for_update(of=("self",)):
        if last is None or (row.starts_on or today) <= last:
            revoke_invitation(invitation=row, reason=CAME_IN, at=at, by=by)


def settle_mandates(
    *, authority: Authority, people: QuerySet[User], today: date, at: datetime, by: User | None
) -> None:
    """Whoever is named admin is not invited to become one any more."""
    settle_invitations(people=people, into=authority, role=ADMIN, today=today, at=at, by=by)


def held(invitation: Invitation) -> Invitation:
    """The row as it is now, locked: of two at once the second sees what the first did."""
    return Invitation.objects.with_places().select_for_update(of=("self",)).get(pk=invitation.pk)


def event_of(row: Invitation) -> EventRef:
    return EventRef(KIND, row.pk, row.version)

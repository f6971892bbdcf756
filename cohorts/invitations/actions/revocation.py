"""Actions that end an invitation without its acceptance: it is withdrawn, or its person got access in another way."""

from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.invitations.ending_reasons import ACCESS_GIVEN_OTHERWISE
from cohorts.invitations.enums import ADMIN
from cohorts.models import Cohort, Invitation
from notifications.actions import announce_change, cancel_reminders
from notifications.events import EventRef
from programmes.models import Authority
from web.actions import action
from web.errors import DomainError

KIND: Final = "invitation"
INVITED_AUDIENCE: Final = "invited"
WITHDRAWAL_EMAIL: Final = "invitation_withdrawn"


@action(gettext_lazy("Invitation withdrawn"), security_event=True, forbidden_while_acting=True)
def revoke_invitation(*, invitation: Invitation, reason: str, at: datetime, by: User | None) -> Invitation:
    """Withdraw the invitation: its link stops working, and its unsent e-mails are cancelled. Return the invitation.

    `reason` is what a person wrote, or a slug of `ending_reasons` when the platform does it. Raises DomainError for an
    accepted invitation; one that is withdrawn already does not change. `at` is the moment, `by` who acts.
    """
    row = lock_invitation(invitation)
    if row.accepted_at:
        raise DomainError(_("This invitation has already been accepted. End the membership instead."))
    if row.revoked_at:
        return row
    row.revoked_at, row.reason = at, reason.strip()
    row.save(update_fields=["revoked_at", "reason"])
    cancel_reminders(
        event=event_of(row), reason=ACCESS_GIVEN_OTHERWISE if reason == ACCESS_GIVEN_OTHERWISE else "revoked", by=by
    )
    return row


@action(gettext_lazy("Withdrawal of an invitation announced"), forbidden_while_acting=True)
def announce_withdrawal(*, invitation: Invitation, at: datetime, by: User | None) -> None:
    """E-mail the invited person at the moment `at` that their withdrawn invitation no longer counts; at most once.

    Raises DomainError while the invitation is not withdrawn. `by` is who acts.
    """
    row = lock_invitation(invitation)
    if not row.revoked_at:
        raise DomainError(_("This invitation is not withdrawn."))
    announce_change(event=event_of(row), email_type=WITHDRAWAL_EMAIL, audience=INVITED_AUDIENCE, at=at, by=by)


@action(gettext_lazy("Invitations closed: access given in another way"))
def end_invitations(
    *,
    people: QuerySet[User],
    target: Cohort | Authority,
    role: str,
    today: date,
    at: datetime,
    by: User | None,
    last: date | None = None,
) -> None:
    """Withdraw the open invitations of these people to a role that they now get in another way; their seats become
    free.

    `target` is the cohort or authority. Invitations that start after `last`, the last day of what they get, stay; those
    without a first day start on `today`. Call this before the role is written, so that rows are locked in the same
    order as by acceptance. `at` is the moment, `by` who acts.
    """
    same_target = {"cohort": target} if isinstance(target, Cohort) else {"authority": target}
    rows = Invitation.objects.open().filter(person__in=people, role=role, **same_target).order_by("pk")
    for row in rows.select_for_update(of=("self",)):
        if last is None or (row.starts_on or today) <= last:
            revoke_invitation(invitation=row, reason=ACCESS_GIVEN_OTHERWISE, at=at, by=by)


def end_admin_invitations(
    *, authority: Authority, people: QuerySet[User], today: date, at: datetime, by: User | None
) -> None:
    """Withdraw the open invitations of these people to administer the authority: they are named admin in another way.

    `today` is the authority's date, `at` the moment, `by` who acts.
    """
    end_invitations(people=people, target=authority, role=ADMIN, today=today, at=at, by=by)


def lock_invitation(invitation: Invitation) -> Invitation:
    """Return the invitation as the database has it now, with cohort and authority, locked until the action ends.

    A second request therefore sees what the first one did.
    """
    return Invitation.objects.with_targets().select_for_update(of=("self",)).get(pk=invitation.pk)


def event_of(row: Invitation) -> EventRef:
    """Return the reference by which the notifications app knows the invitation: its kind, id and version of the present
    link.
    """
    return EventRef(KIND, row.pk, row.version)

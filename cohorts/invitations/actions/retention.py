"""How long invitations are retained, and the actions that erase them."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.privacy.actions import erase_person
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.ending_reasons import ERASED, UNANSWERED
from cohorts.models import AccessRequest, Application, Invitation, StakeholderContact
from imports.personal_data import erase_rows_with
from web.actions import action

RETENTION_DAYS: Final = 90


@action(gettext_lazy("Old invitations deleted"))
def purge_invitations(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Delete the invitations that were withdrawn or expired more than 90 days before `at`; return how many.

    Invited people who never joined, and have nothing else that needs their address, are erased too. With
    `dry_run`, only count the invitations. `by` is None for the platform.
    """
    ended = Invitation.objects.ended_before(at - timedelta(days=RETENTION_DAYS))
    if dry_run:
        return ended.count()
    rows = list(ended.select_for_update().order_by("pk"))
    for row in rows:
        revoke_invitation(invitation=row, reason=UNANSWERED, at=at, by=by)
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for user in people_without_purpose():
        erase_person(user=user, at=at, by=by)
    return len(rows)


def people_without_purpose() -> QuerySet[User]:
    """Return the users who never joined and have no invitation, no pending access request, no consent as stakeholder,
    and no application to a call; erased ones are left out.
    """
    invited = Invitation.objects.filter(person=OuterRef("pk"))
    asking = AccessRequest.objects.pending().alias(address=Lower("email")).filter(address=Lower(OuterRef("email")))
    agreed = StakeholderContact.objects.filter(user=OuterRef("pk"))
    applying = Application.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        ~Exists(invited), ~Exists(asking), ~Exists(agreed), ~Exists(applying), joined=False, erased_at=None
    ).order_by("pk")


def purge(*, at: datetime, dry_run: bool) -> int:
    """Delete invitations withdrawn or expired more than 90 days before `at`, for the platform's retention rules; return
    how many.

    With `dry_run`, only count them.
    """
    return purge_invitations(at=at, dry_run=dry_run, by=None)


@action(gettext_lazy("Invitations made anonymous"))
def erase_invitations(*, user: User, at: datetime, by: User | None = None) -> None:
    """Withdraw the open invitations of a person, and remove their name, address and unit from all their invitations.

    The rows stay, anonymous. Rows of imported tables that contain one of their addresses are deleted. `at` is the
    moment; `by` is None for the platform.
    """
    own = Invitation.objects.filter(person=user).exclude(email="")
    erase_rows_with({user.email.lower(), *own.values_list("email", flat=True)})
    for row in Invitation.objects.open().filter(person=user):
        revoke_invitation(invitation=row, reason=ERASED, at=at, by=by)
    Invitation.objects.filter(person=user).update(email="", full_name="", unit="")

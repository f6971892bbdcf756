"""How long invitations are kept, and what erases them."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from accounts.actions.leaving import erase_person
from accounts.models import User
from cohorts.actions.invitation_ends import revoke_invitation
from cohorts.endings import ERASED, UNANSWERED
from cohorts.models import AccessRequest, Invitation, InvitationList
from web.verbs import verb

KEPT_DAYS: Final = 90
REFUSED_KEPT_DAYS: Final = 14


@verb
def purge_invitations(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Delete what was taken back or ended without an answer more than 90 days ago; returns how many.

    What pasted lists say of lines that were refused goes after two weeks, each list counted as one. Whoever never
    joined, is invited nowhere else and has not asked to come in is erased, as anybody else would be.
    """
    dead = Invitation.objects.dead_since(at - timedelta(days=KEPT_DAYS))
    lists = InvitationList.objects.read_long_ago(at - timedelta(days=REFUSED_KEPT_DAYS))
    if dry_run:
        return dead.count() + lists.count()
    rows = list(dead.select_for_update().order_by("pk"))
    for row in rows:
        revoke_invitation(invitation=row, reason=UNANSWERED, at=at, by=by)
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for user in _awaited_no_more():
        erase_person(user=user, at=at, by=by)
    return len(rows) + lists.update(refused=[])


def _awaited_no_more() -> QuerySet[User]:
    invited = Invitation.objects.filter(person=OuterRef("pk"))
    asking = AccessRequest.objects.pending().alias(address=Lower("email")).filter(address=Lower(OuterRef("email")))
    return User.objects.filter(~Exists(invited), ~Exists(asking), joined=False, erased_at=None).order_by("pk")


def purge(*, at: datetime, dry_run: bool) -> int:
    """The same, as the table of retentions asks for it."""
    return purge_invitations(at=at, dry_run=dry_run, by=None)


@verb
def erase_invitations(*, user: User, at: datetime, by: User | None = None) -> None:
    """Take open ones back, and keep neither name nor address on any: that somebody was invited remains."""
    for row in Invitation.objects.open().filter(person=user):
        revoke_invitation(invitation=row, reason=ERASED, at=at, by=by)
    Invitation.objects.filter(person=user).update(email="", full_name="", unit="")

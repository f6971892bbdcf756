"""How long invitations are kept, and what erases them."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.privacy.actions import erase_person
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.ending_reasons import ERASED, UNANSWERED
from cohorts.models import AccessRequest, Invitation, InvitationList
from web.actions import action

KEPT_DAYS: Final = 90
REFUSED_KEPT_DAYS: Final = 14
# Where an address begins and ends in a text: no sign that could belong to it stands there.
BEFORE, BEHIND = r"(?<![\w.!#$%&'*+/=?^`{|}~-])", r"(?![\w-]|\.\w)"


@action(gettext_lazy("Old invitations deleted"))
def purge_invitations(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Delete what was taken back or ended without an answer more than 90 days ago; returns how many.

    Whoever never joined, is invited nowhere else and has not asked to come in is erased, as anybody else would be.
    """
    dead = Invitation.objects.dead_since(at - timedelta(days=KEPT_DAYS))
    if dry_run:
        return dead.count()
    rows = list(dead.select_for_update().order_by("pk"))
    for row in rows:
        revoke_invitation(invitation=row, reason=UNANSWERED, at=at, by=by)
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for user in _awaited_no_more():
        erase_person(user=user, at=at, by=by)
    return len(rows)


@action(gettext_lazy("Refused lines of pasted lists deleted"))
def purge_refused_lines(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Forget what pasted lists say of lines that were refused, two weeks after their end; returns of how many lists."""
    lists = InvitationList.objects.read_long_ago(at - timedelta(days=REFUSED_KEPT_DAYS))
    if dry_run:
        return lists.count()
    rows = list(lists.select_for_update().order_by("pk"))
    for row in rows:
        _keep(row, lines=row.lines, refused=[])
    return len(rows)


def _awaited_no_more() -> QuerySet[User]:
    invited = Invitation.objects.filter(person=OuterRef("pk"))
    asking = AccessRequest.objects.pending().alias(address=Lower("email")).filter(address=Lower(OuterRef("email")))
    return User.objects.filter(~Exists(invited), ~Exists(asking), joined=False, erased_at=None).order_by("pk")


def purge(*, at: datetime, dry_run: bool) -> int:
    """The same, as the table of retentions asks for it."""
    return purge_invitations(at=at, dry_run=dry_run, by=None)


def purge_refused(*, at: datetime, dry_run: bool) -> int:
    return purge_refused_lines(at=at, dry_run=dry_run, by=None)


@action(gettext_lazy("Invitations made anonymous"))
def erase_invitations(*, user: User, at: datetime, by: User | None = None) -> None:
    """Take open ones back, and keep neither name nor address on any: that somebody was invited remains.

    Lines of pasted lists that have the address are dropped, those that wait to be sent too.
    """
    own = Invitation.objects.filter(person=user).exclude(email="")
    _drop_lines({user.email.lower(), *own.values_list("email", flat=True)})
    for row in Invitation.objects.open().filter(person=user):
        revoke_invitation(invitation=row, reason=ERASED, at=at, by=by)
    Invitation.objects.filter(person=user).update(email="", full_name="", unit="")


def _drop_lines(addresses: Collection[str]) -> None:
    """Take every line with one of these addresses out of the lists."""
    for row in InvitationList.objects.to_look_at().select_for_update():
        lines, refused = ([line for line in kept if not _has(line, addresses)] for kept in (row.lines, row.refused))
        _keep(row, lines=lines, refused=refused)


def _keep(row: InvitationList, *, lines: list[Any], refused: list[Any]) -> None:
    """Only these lines: the list counts as if the others had never been pasted, so that what was sent stays true."""
    waiting, answered = len(row.lines) - len(lines), len(row.refused) - len(refused)
    if waiting or answered:
        row.lines, row.refused = lines, refused
        row.total, row.done = row.total - waiting - answered, row.done - answered
        row.save(update_fields=["lines", "refused", "total", "done"])


def _has(line: Mapping[str, object], addresses: Collection[str]) -> bool:
    """Whether one of the addresses stands in it as a whole, capitals aside: “jo@…” is not in “marjo@…”."""
    said = " ".join(map(str, line.values())).lower()
    return any(re.search(f"{BEFORE}{re.escape(address)}{BEHIND}", said) for address in addresses)

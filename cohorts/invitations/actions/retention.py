"""How long invitations are retained, and the actions that erase them."""

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

RETENTION_DAYS: Final = 90
REFUSED_LINES_RETENTION_DAYS: Final = 14
# Boundaries of an address in a text: no character that could belong to an address comes before or after.
ADDRESS_START, ADDRESS_END = r"(?<![\w.!#$%&'*+/=?^`{|}~-])", r"(?![\w-]|\.\w)"


@action(gettext_lazy("Old invitations deleted"))
def purge_invitations(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Delete the invitations that were withdrawn or expired more than 90 days before `at`; return how many.

    Invited people who never joined, and have no other invitation and no pending access request, are erased too. With
    `dry_run`, only count the invitations. `by` is None for the platform.
    """
    ended = Invitation.objects.ended_before(at - timedelta(days=RETENTION_DAYS))
    if dry_run:
        return ended.count()
    rows = list(ended.select_for_update().order_by("pk"))
    for row in rows:
        revoke_invitation(invitation=row, reason=UNANSWERED, at=at, by=by)
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for user in _people_to_erase():
        erase_person(user=user, at=at, by=by)
    return len(rows)


@action(gettext_lazy("Refused lines of pasted lists deleted"))
def purge_refused_lines(*, at: datetime, dry_run: bool, by: User | None) -> int:
    """Delete the refused lines of the pasted lists that were finished more than two weeks before `at`.

    Return the number of lists, not of lines. With `dry_run`, only count them. `by` is None for the platform.
    """
    lists = InvitationList.objects.finished_before(at - timedelta(days=REFUSED_LINES_RETENTION_DAYS))
    if dry_run:
        return lists.count()
    rows = list(lists.select_for_update().order_by("pk"))
    for row in rows:
        _save_lines(row, lines=row.lines, refused_lines=[])
    return len(rows)


def _people_to_erase() -> QuerySet[User]:
    """Return the users who never joined and have neither an invitation nor a pending access request; erased ones are
    left out.
    """
    invited = Invitation.objects.filter(person=OuterRef("pk"))
    asking = AccessRequest.objects.pending().alias(address=Lower("email")).filter(address=Lower(OuterRef("email")))
    return User.objects.filter(~Exists(invited), ~Exists(asking), joined=False, erased_at=None).order_by("pk")


def purge(*, at: datetime, dry_run: bool) -> int:
    """Delete invitations withdrawn or expired more than 90 days before `at`, for the platform's retention rules; return
    how many.

    With `dry_run`, only count them.
    """
    return purge_invitations(at=at, dry_run=dry_run, by=None)


def purge_refused(*, at: datetime, dry_run: bool) -> int:
    """Delete the refused lines of pasted lists finished two weeks before `at`, for the platform's retention rules.

    Return the number of lists. With `dry_run`, only count them.
    """
    return purge_refused_lines(at=at, dry_run=dry_run, by=None)


@action(gettext_lazy("Invitations made anonymous"))
def erase_invitations(*, user: User, at: datetime, by: User | None = None) -> None:
    """Withdraw the open invitations of a person, and remove their name, address and unit from all their invitations.

    The rows stay, anonymous. Lines of pasted lists that contain one of their addresses are deleted, sent or not. `at`
    is the moment; `by` is None for the platform.
    """
    own = Invitation.objects.filter(person=user).exclude(email="")
    _drop_lines({user.email.lower(), *own.values_list("email", flat=True)})
    for row in Invitation.objects.open().filter(person=user):
        revoke_invitation(invitation=row, reason=ERASED, at=at, by=by)
    Invitation.objects.filter(person=user).update(email="", full_name="", unit="")


def _drop_lines(addresses: Collection[str]) -> None:
    """Delete every line that contains one of these addresses (in lower case) from pasted lists, whether waiting or
    refused.
    """
    for row in InvitationList.objects.unfinished_or_with_refusals().select_for_update():
        lines, refused_lines = (
            [line for line in rows if not _contains_address(line, addresses)] for rows in (row.lines, row.refused_lines)
        )
        _save_lines(row, lines=lines, refused_lines=refused_lines)


def _save_lines(row: InvitationList, *, lines: list[Any], refused_lines: list[Any]) -> None:
    """Reduce the pasted list `row` to these waiting `lines` and `refused_lines`, and its counts as if the others had
    never been pasted.

    Without a difference nothing is saved.
    """
    waiting, answered = len(row.lines) - len(lines), len(row.refused_lines) - len(refused_lines)
    if waiting or answered:
        row.lines, row.refused_lines = lines, refused_lines
        row.total, row.done = row.total - waiting - answered, row.done - answered
        row.save(update_fields=["lines", "refused_lines", "total", "done"])


def _contains_address(line: Mapping[str, object], addresses: Collection[str]) -> bool:
    """Return whether a value of the line contains one of the addresses in full: “jo@…” is not in “marjo@…”.

    `line` maps names of columns to values; `addresses` are in lower case.
    """
    text = " ".join(map(str, line.values())).lower()
    return any(re.search(f"{ADDRESS_START}{re.escape(address)}{ADDRESS_END}", text) for address in addresses)

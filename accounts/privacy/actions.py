"""Verbs on people who leave the platform: they ask, the lab may take it back for two weeks, then they are erased."""

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import close_account
from accounts.models import User
from accounts.privacy.erasure_journal import record_erasures
from accounts.registries import erasers
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.text.names import mark_of

COOLING_OFF: Final = timedelta(days=14)  # between asking and being erased


@action(gettext_lazy("Closing of the account requested"), security_event=True, forbidden_while_acting=True)
def ask_to_leave(*, user: User, at: datetime, by: User) -> User:
    """Close one's own account now; it is erased two weeks later, unless the lab takes that back.

    Raises DomainError for the only account of the lab.
    """
    return close_account(user=user, at=at, by=by, erase_on=platform_day(at) + COOLING_OFF)


@action(gettext_lazy("Account opened again"), security_event=True)
def reopen_account(*, user: User, by: User) -> User:
    """Take a closing back: the person signs in as before. Raises DomainError once erased, and for who never joined."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.erased_at:
        raise DomainError(_("This person’s data was erased. Their record can no longer be changed."))
    if not row.joined:
        raise DomainError(_("This person has not joined yet. Their account opens when they accept an invitation."))
    row.is_active, row.closed_at, row.erase_on = True, None, None
    row.save(update_fields=["is_active", "closed_at", "erase_on"])
    return row


@action(gettext_lazy("Person erased"), security_event=True)
def erase_person(*, user: User, at: datetime, by: User | None) -> User:
    """Make everything kept of a person nobody's: the row stays with a mark for a name, and so does what they did.

    The apps forget what is theirs through `erasers`, before the name goes. Twice changes nothing. Raises DomainError
    for the only account of the lab.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.erased_at:
        return row
    row = close_account(user=row, at=at, by=by)
    for erase in erasers:
        erase(user=row, at=at)
    row.set_unusable_password()
    row.email, row.full_name, row.language = f"erased-{uuid4().hex}@people.invalid", mark_of(row.pk), ""
    row.is_lab_staff = row.is_staff = row.is_superuser = False
    row.last_login, row.closed_at, row.erase_on, row.erased_at = None, row.closed_at or at, None, at
    row.save()
    transaction.on_commit(record_erasures, robust=True)
    return row


def to_erase(at: datetime) -> QuerySet[User]:
    """Those whose account was closed long enough ago."""
    return User.objects.filter(erase_on__lte=platform_day(at)).order_by("erase_on", "pk")


def erase_those_due(*, at: datetime, dry_run: bool = False) -> int:
    """Erase them, each in a transaction of their own; returns how many, or how many would be.

    Completes the journal of erasures: raises OSError when an entry that is missing still cannot be written.
    """
    due = list(to_erase(at))
    if not dry_run:
        for user in due:
            erase_person(user=user, at=at, by=None)
        record_erasures()
    return len(due)

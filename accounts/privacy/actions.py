"""Actions on people who leave: close their own account, open it again within two weeks (the lab), erase the person."""

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import close_account
from accounts.hooks import privacy_hooks
from accounts.models import User
from accounts.privacy.erasure_journal import ErasedRows, record_erasures, record_on_commit
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.text.names import erased_name

COOLING_OFF: Final = timedelta(days=14)  # between the request and the erasure


@action(gettext_lazy("Closing of the account requested"), security_event=True, forbidden_while_acting=True)
def close_own_account(*, user: User, at: datetime, by: User) -> User:
    """Close the account of `user`, who asked for it, and return it.

    It is erased two weeks later unless the lab reopens it. Raises DomainError for the last open account of lab staff.
    """
    return close_account(user=user, at=at, by=by, erase_on=platform_day(at) + COOLING_OFF)


@action(gettext_lazy("Account opened again"), security_event=True)
def reopen_account(*, user: User, by: User) -> User:
    """Open a closed account again, cancel its erasure, and return it; an open account stays as it is.

    Raises DomainError for a person who was erased, and for one who never joined.
    """
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
    """Delete or make anonymous all data about a person, close their account, and return it; a number replaces the name.

    The row stays, so what they did still counts in the figures. Each app erases its own data (`PrivacyHooks.erase`). A
    person who was erased is returned unchanged. Raises DomainError for the last open account of lab staff.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.erased_at:
        return row
    row = close_account(user=row, at=at, by=by)
    for hooks in privacy_hooks:
        hooks.erase(user=row, at=at)
    row.set_unusable_password()
    row.email, row.full_name, row.language = f"erased-{uuid4().hex}@people.invalid", erased_name(row.pk), ""
    row.is_lab_staff, row.lab_role = False, ""
    row.is_staff = row.is_superuser = False
    row.last_login, row.closed_at, row.erase_on, row.erased_at = None, row.closed_at or at, None, at
    row.save()
    record_on_commit(ERASED_PEOPLE.slug, row.pk)
    return row


def _erase_again(user: User, at: datetime) -> User:
    """Erase a person again whom a restore has brought back, and return them."""
    return erase_person(user=user, at=at, by=None)


ERASED_PEOPLE: Final = ErasedRows("user", User, Q(erased_at__isnull=False), _erase_again)


def accounts_due_for_erasure(at: datetime) -> QuerySet[User]:
    """Return the people whose planned day of erasure is the day of `at` or earlier, the earliest first."""
    return User.objects.filter(erase_on__lte=platform_day(at)).order_by("erase_on", "pk")


def erase_due_accounts(*, at: datetime, dry_run: bool = False) -> int:
    """Erase the people whose planned day of erasure has come, each in a transaction of their own; return how many.

    With `dry_run`, only count them. It also adds missing entries to the journal of erasures: raises OSError when one
    cannot be written.
    """
    due = list(accounts_due_for_erasure(at))
    if not dry_run:
        for user in due:
            erase_person(user=user, at=at, by=None)
        record_erasures()
    return len(due)

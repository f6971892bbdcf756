"""Actions on people's accounts."""

from datetime import date, datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.hooks import account_hooks
from accounts.models import User
from accounts.sign_in.actions.links import close_sign_in_links
from accounts.sign_in.actions.sessions import end_sign_ins
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.mailboxes import canonical_address

CLOSED_ACCOUNT_RETENTION: Final = timedelta(days=730)  # from the closing to the erasure


@action(gettext_lazy("Language chosen"), forbidden_while_acting=True)
def choose_language(*, user: User, language: str, by: User) -> User:
    """Set the language in which a person reads pages and e-mails, and return the person.

    `language` is "fr", "en", or "" for that of their browser.
    """
    user.language = language
    user.save(update_fields=["language"])
    return user


@action(gettext_lazy("Name or language changed"), forbidden_while_acting=True)
def change_profile(*, user: User, full_name: str, language: str, by: User) -> User:
    """Change a person's name, as others see it, and the language of their pages and e-mails; return the person.

    `language` is "fr", "en", or "" for that of their browser.
    """
    user.full_name, user.language = full_name, language
    user.save(update_fields=["full_name", "language"])
    return user


@action(gettext_lazy("Account created"), security_event=True)
def create_person(*, email: str, full_name: str, language: str = "", by: User | None) -> User:
    """Create an account without a password and return its person, who chooses one by “forgotten password”.

    Someone who was invited at this address gets their account opened (`join`) instead of a second one. `language` is
    "fr", "en", or "" for that of their browser. Raises DomainError when the address, in any spelling, already has an
    account.
    """
    invited = User.objects.with_address(email).filter(joined=False).first()
    if invited is not None:
        return join(user=invited, full_name=full_name, at=timezone.now(), proven=False, by=by)
    user = User.objects.create_user(email, full_name=full_name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


@action(gettext_lazy("Address confirmed"))
def confirm_address(*, user: User, email: str, by: User | None) -> User:
    """Mark an address of `user` as verified without an e-mail, because an identity provider says that it is theirs.

    Returns `user`. An address that the account does not have yet is added. Raises DomainError when it belongs to
    another person.
    """
    address = canonical_address(email)
    if not EmailAddress.objects.filter(user=user, email=address).update(verified=True):
        EmailAddress.objects.create(user=user, email=address, primary=address == user.email, verified=True)
    return user


@action(gettext_lazy("Person invited"))
def add_invited_person(*, email: str, full_name: str, language: str = "", by: User | None) -> User:
    """Return the person with this address, who may have an account.

    If there is none, create one who cannot sign in yet. The created person can sign in once they accept an invitation.
    `language` is "fr", "en", or "" for that of their browser. Raises DomainError when the account of this address is
    closed.
    """
    return account_with_address(email) or User.objects.create_user(
        email.strip(), full_name=full_name.strip(), language=language, is_active=False, joined=False
    )


def account_with_address(email: str) -> User | None:
    """Return the person with this address, whether they have joined or are only invited; None if there is none.

    Raises DomainError when their account is closed.
    """
    user = User.objects.with_address(email).first()
    if user and user.joined and not user.is_active:
        raise DomainError(
            _("This person’s account is closed: nobody can sign in with this address. Give another one."), field="email"
        )
    return user


@action(gettext_lazy("Account opened"))
def join(
    *, user: User, at: datetime, by: User | None, full_name: str = "", password: str | None = None, proven: bool = True
) -> User:
    """Open the account of an invited person at the moment `at` and return it.

    The account of someone who joined before is returned unchanged. `proven` says that an e-mail or a provider has shown
    that the address is theirs; `full_name` replaces the name unless it is empty. Without a password they sign in by
    other means, or choose one by “forgotten password”.
    """
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if row.joined:
        return row
    row.full_name, row.is_active, row.joined, row.date_joined = full_name.strip() or row.full_name, True, True, at
    row.set_password(password)
    row.save(update_fields=["full_name", "is_active", "joined", "date_joined", "password"])
    EmailAddress.objects.update_or_create(user=row, email=row.email, defaults={"primary": True, "verified": proven})
    return row


@action(gettext_lazy("Account closed"), security_event=True)
def close_account(*, user: User, at: datetime, by: User | None, erase_on: date | None = None) -> User:
    """Close an account, so that nobody can sign in and no e-mail goes to it; a closed account is returned unchanged.

    The person is signed out everywhere, and each app releases what it reserves for them, such as seats at exchanges.
    Their data is erased on `erase_on`, by default two years later. `by` is None for a command. Raises DomainError for
    the last open account of lab staff.
    """
    if not user.is_active:
        return user
    user.is_active, user.closed_at = False, at
    user.erase_on = erase_on or platform_day(at) + CLOSED_ACCOUNT_RETENTION
    user.save(update_fields=["is_active", "closed_at", "erase_on"])
    end_sign_ins(user=user, by=by)
    close_sign_in_links(user, at)
    for hooks in account_hooks:
        hooks.account_closed(people=User.objects.filter(pk=user.pk), at=at, by=by)
    return user

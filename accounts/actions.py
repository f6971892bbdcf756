"""Verbs on people's accounts."""

from datetime import date, datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.registries import closures
from accounts.sign_in.actions.links import close_sign_in_links
from accounts.sign_in.actions.sessions import end_sign_ins
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.mailboxes import canonical_address

CLOSED_KEPT: Final = timedelta(days=730)  # an account the lab closed, before it is erased


@action(gettext_lazy("Language chosen"), forbidden_while_acting=True)
def choose_language(*, user: User, language: str, by: User) -> User:
    """Remember the language pages and letters take for this person."""
    user.language = language
    user.save(update_fields=["language"])
    return user


@action(gettext_lazy("Name or language changed"), forbidden_while_acting=True)
def change_profile(*, user: User, full_name: str, language: str, by: User) -> User:
    """Change the name others see, and the language."""
    user.full_name, user.language = full_name, language
    user.save(update_fields=["full_name", "language"])
    return user


@action(gettext_lazy("Account created"), security_event=True)
def create_person(*, email: str, full_name: str, language: str = "", by: User | None) -> User:
    """Give someone an account without a password: they choose one by “forgotten password”, which proves the address.

    Someone awaited joins so. Raises DomainError when the address, capitals ignored, has an account.
    """
    awaited = User.objects.with_address(email).filter(joined=False).first()
    if awaited is not None:
        return join(user=awaited, full_name=full_name, at=timezone.now(), proven=False, by=by)
    user = User.objects.create_user(email, full_name=full_name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


@action(gettext_lazy("Address confirmed"))
def confirm_address(*, user: User, email: str, by: User | None) -> User:
    """Record as verified an address that someone we trust says is the person's: no e-mail needs to ask.

    Raises DomainError where it belongs to another person.
    """
    address = canonical_address(email)
    if not EmailAddress.objects.filter(user=user, email=address).update(verified=True):
        EmailAddress.objects.create(user=user, email=address, primary=address == user.email, verified=True)
    return user


@action(gettext_lazy("Person invited"))
def await_person(*, email: str, full_name: str, language: str = "", by: User | None) -> User:
    """The person with this address; one that nobody has yet gets a row that no door lets in, until they `join`.

    Raises DomainError when the account is closed.
    """
    return account_with(email) or User.objects.create_user(
        email.strip(), full_name=full_name.strip(), language=language, is_active=False, joined=False
    )


def account_with(email: str) -> User | None:
    """Who has this address, or is awaited with it; raises DomainError when the account is closed."""
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
    """Open the account of someone who was only awaited; of anybody else nothing changes.

    Called once their address is `proven`, by a letter or by a provider. Without a password they sign in otherwise, or
    choose one by “forgotten password”.
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
    """Nobody signs in with it any more and no letter goes to it; what the person did stays. Twice changes nothing.

    It is erased from `erase_on` on, two years later where no day is given. Where the person is signed in, that ends
    within. Others are told through `closures`: what was kept for the person is free. Raises DomainError for the only
    account of the lab.
    """
    if not user.is_active:
        return user
    user.is_active, user.closed_at = False, at
    user.erase_on = erase_on or platform_day(at) + CLOSED_KEPT
    user.save(update_fields=["is_active", "closed_at", "erase_on"])
    end_sign_ins(user=user, by=by)
    close_sign_in_links(user, at)
    for follow in closures:
        follow(people=User.objects.filter(pk=user.pk), at=at, by=by)
    return user

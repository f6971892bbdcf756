"""Verbs on people's accounts."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.actions.sign_ins import end_sign_ins
from accounts.models import User
from accounts.registries import closures
from web.security import note
from web.verbs import verb


@verb
def choose_language(*, user: User, language: str, by: User) -> User:
    """Remember the language pages and letters take for this person."""
    user.language = language
    user.save(update_fields=["language"])
    return user


@verb
def change_profile(*, user: User, full_name: str, language: str, by: User) -> User:
    """Change the name others see, and the language."""
    user.full_name, user.language = full_name, language
    user.save(update_fields=["full_name", "language"])
    return user


@verb
def create_person(*, email: str, full_name: str, language: str = "", by: User | None) -> User:
    """Give someone an account without a password: they choose one by “forgotten password”, which proves the address.

    Raises DomainError when the address, capitals ignored, has an account.
    """
    user = User.objects.create_user(email, full_name=full_name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


@verb
def close_account(*, user: User, at: datetime, by: User | None) -> User:
    """Nobody signs in with it any more and no letter goes to it; what the person did stays. Twice changes nothing.

    Where the person is signed in, that ends within. Others are told through `closures`: what was kept for the person is
    free.
    """
    if not user.is_active:
        return user
    user.is_active = False
    user.save(update_fields=["is_active"])
    ended = end_sign_ins(user=user, by=by)
    transaction.on_commit(lambda: note("account_closed", of=user.pk, sign_ins_ended=ended))
    for follow in closures:
        follow(people=User.objects.filter(pk=user.pk), at=at, by=by)
    return user

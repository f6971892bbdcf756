"""Erase a person's data in accounts: ways to sign in, sessions, reasons that lab staff wrote, rights, admin log."""

from datetime import datetime
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry

from accounts.models import AddressClaim, AddressRelease, FactorReset, SignInLink, User
from accounts.sign_in.actions.sessions import end_sign_ins

SIGN_IN_MODELS: Final[tuple[Any, ...]] = (EmailAddress, AddressClaim, Authenticator, SocialAccount, SignInLink)


def erase_sign_in_data(*, user: User, at: datetime) -> None:
    """Delete all by which a person could be found or sign in, their groups and rights, and the reasons that lab staff
    wrote.

    It is the `PrivacyHooks.erase` of accounts, which gets `at`, the moment of the erasure, and does not need it.
    """
    end_sign_ins(user=user, by=None)
    for model in SIGN_IN_MODELS:
        model.objects.filter(user=user).delete()
    FactorReset.objects.filter(person=user).update(because="")
    AddressRelease.objects.filter(person=user).update(because="", email="")
    user.groups.clear()
    user.user_permissions.clear()
    erase_names_in_admin_log(user)


def erase_names_in_admin_log(user: User) -> None:
    """Blank the lines of the administration's log that contain the person's name or address."""
    for text in filter(None, (user.full_name, user.email)):
        LogEntry.objects.filter(object_repr__icontains=text).update(object_repr="")
        LogEntry.objects.filter(change_message__icontains=text).update(change_message="")

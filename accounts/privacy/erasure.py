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
    """Delete a person's addresses, second factors, connections, sign-in links, sessions, groups and rights.

    Empties the reasons that lab staff wrote on removed second factors and released addresses, and the lines with the
    person's name in the administration's log. `at`, which each app's `erase` gets, is not used.
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
    """Empty the texts in the administration's log that contain the person's name or main address; the lines stay."""
    for text in filter(None, (user.full_name, user.email)):
        LogEntry.objects.filter(object_repr__icontains=text).update(object_repr="")
        LogEntry.objects.filter(change_message__icontains=text).update(change_message="")

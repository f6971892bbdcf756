"""What of a person is forgotten that belongs to accounts: ways in and how one knew who lost them, sign-ins, rights, and
lines of the admin.
"""

from datetime import datetime
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry

from accounts.models import AddressClaim, AddressRelease, FactorReset, SignInLink, User
from accounts.registries import erasers
from accounts.sign_in.actions.sessions import end_sign_ins

WAYS_IN: Final[tuple[Any, ...]] = (EmailAddress, AddressClaim, Authenticator, SocialAccount, SignInLink)


def forget_ways_in(*, user: User, at: datetime) -> None:
    """Nothing by which the person could be found or could come back, nor how one knew them; groups and rights too."""
    end_sign_ins(user=user, by=None)
    for model in WAYS_IN:
        model.objects.filter(user=user).delete()
    FactorReset.objects.filter(person=user).update(because="")
    AddressRelease.objects.filter(person=user).update(because="", email="")
    user.groups.clear()
    user.user_permissions.clear()
    forget_in_the_admin(user)


def forget_in_the_admin(user: User) -> None:
    """Its log keeps what changed in words: lines with the name say only which row."""
    for words in filter(None, (user.full_name, user.email)):
        LogEntry.objects.filter(object_repr__icontains=words).update(object_repr="")
        LogEntry.objects.filter(change_message__icontains=words).update(change_message="")


def register() -> None:
    """Last of all: others look for the address."""
    erasers.register("ways_in", forget_ways_in, order=900)

"""What of a person is forgotten that belongs to accounts: addresses, factors, rights, and lines of the admin."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry

from accounts.models import User


def forget_ways_in(*, user: User, at: datetime) -> None:
    """Nothing by which the person could be found or could come back; their groups and rights too."""
    for model in (EmailAddress, Authenticator):
        model.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    forget_in_the_admin(user)


def forget_in_the_admin(user: User) -> None:
    """Its log keeps what changed in words: lines with the name say only which row."""
    for words in filter(None, (user.full_name, user.email)):
        LogEntry.objects.filter(object_repr__icontains=words).update(object_repr="")
        LogEntry.objects.filter(change_message__icontains=words).update(change_message="")

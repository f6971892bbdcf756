"""What of a person is forgotten that belongs to signing in: addresses, factors, sessions, and lines of the admin."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User


def forget_ways_in(*, user: User, at: datetime) -> None:
    """Nothing by which the person could be found or could come back; their groups and rights too."""
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    _forget_kept_sessions(user)
    end_sessions(user)
    user.groups.clear()
    user.user_permissions.clear()
    forget_in_the_admin(user)


def end_sessions(user: User) -> int:
    """Delete the person's sessions; returns how many. Whose a session is stands inside it only."""
    rows = Session.objects.iterator()
    theirs = [row.session_key for row in rows if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(session_key__in=theirs).delete()
    return len(theirs)


def _forget_kept_sessions(user: User) -> None:
    """The list of one's own sessions, with their addresses, where that is kept."""
    for model in apps.get_models():
        if model._meta.label == "usersessions.UserSession":
            model._default_manager.filter(user=user).delete()


def forget_in_the_admin(user: User) -> None:
    """Its log keeps what changed in words: lines with the name say only which row."""
    for words in filter(None, (user.full_name, user.email)):
        LogEntry.objects.filter(object_repr__icontains=words).update(object_repr="")
        LogEntry.objects.filter(change_message__icontains=words).update(change_message="")

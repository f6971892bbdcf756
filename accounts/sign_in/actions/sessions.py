"""Actions on a person's sessions: end one or all others, purge old ones, and check the second factor again."""

from datetime import datetime
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from web.actions import action

NOT_REQUIRED_UNTIL: Final = "second_factor_not_asked_until"  # in a session, while no role of the person needs one


@action(gettext_lazy("Signed out elsewhere"))
def end_sign_in(*, user: User, pk: int, by: User | None) -> int:
    """End the session of a person whose list has it under the key `pk`; return how many ended.

    That is 0 when the session is someone else's or has ended already.
    """
    return _delete_sessions(UserSession.objects.filter(user_id=user.pk, pk=pk))


@action(gettext_lazy("Signed out everywhere"))
def end_sign_ins(*, user: User, but: str = "", by: User | None) -> int:
    """End all sessions of a person except the one with the session key `but`, and return how many ended.

    By default all of them end. `by` is who ends them, None for a command.
    """
    return _delete_sessions(UserSession.objects.filter(user_id=user.pk).exclude(session_key=but))


def _delete_sessions(rows: QuerySet[UserSession]) -> int:
    """End these sessions: delete them from people's lists and from Django's table.

    Returns how many Django's table still had.
    """
    keys = list(rows.values_list("session_key", flat=True))
    UserSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]


def recheck_second_factor_need(*, user: User) -> None:
    """Have all sessions of a person check at their next page whether a second factor is needed.

    Call it after the person got a new role; without it a session checks again after five minutes.
    """
    keys = UserSession.objects.filter(user_id=user.pk).values("session_key")
    with transaction.atomic():
        for session in Session.objects.select_for_update().filter(session_key__in=keys):
            data = session.get_decoded()
            if data.pop(NOT_REQUIRED_UNTIL, None):
                session.session_data = Session.objects.encode(data)
                session.save(update_fields=["session_data"])


def purge_sign_ins(*, at: datetime, dry_run: bool = False) -> int:
    """Delete sessions that have expired by `at`, and their rows in people's lists; return how many rows of both.

    With `dry_run`, only count them.
    """
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    sign_ins: QuerySet[UserSession] = UserSession.objects.exclude(Exists(alive))
    sessions = Session.objects.filter(expire_date__lte=at)
    if dry_run:
        return sign_ins.count() + sessions.count()
    return int(sign_ins.delete()[0]) + sessions.delete()[0]

"""Verbs on where a person is signed in: end one, end all others; what is over is forgotten, a new role asked about."""

from datetime import datetime
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from web.actions import action

NOT_ASKED_UNTIL: Final = "second_factor_not_asked_until"  # in a session, while no role of the person needs one


@action(gettext_lazy("Signed out elsewhere"))
def end_sign_in(*, user: User, pk: int, by: User | None) -> int:
    """End one of the person's own; how many ended. One that is another's, or over, is none."""
    return _ended(UserSession.objects.filter(user_id=user.pk, pk=pk))


@action(gettext_lazy("Signed out everywhere"))
def end_sign_ins(*, user: User, but: str = "", by: User | None) -> int:
    """End all of a person, except the one with the session key `but`; how many ended."""
    return _ended(UserSession.objects.filter(user_id=user.pk).exclude(session_key=but))


def _ended(found: QuerySet[UserSession]) -> int:
    keys = list(found.values_list("session_key", flat=True))
    UserSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]


def ask_sign_ins_anew(*, user: User) -> None:
    """Whoever is given a role: the next page they open, wherever they are signed in, asks whether it needs a factor."""
    keys = UserSession.objects.filter(user_id=user.pk).values("session_key")
    with transaction.atomic():
        for session in Session.objects.select_for_update().filter(session_key__in=keys):
            kept = session.get_decoded()
            if kept.pop(NOT_ASKED_UNTIL, None):
                session.session_data = Session.objects.encode(kept)
                session.save(update_fields=["session_data"])


def purge_sign_ins(*, at: datetime, dry_run: bool = False) -> int:
    """Forget sessions that are over, and where they were; how many sessions and places go, or went."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    places: QuerySet[UserSession] = UserSession.objects.exclude(Exists(alive))
    sessions = Session.objects.filter(expire_date__lte=at)
    if dry_run:
        return places.count() + sessions.count()
    return int(places.delete()[0]) + sessions.delete()[0]

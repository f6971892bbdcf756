"""What is kept of signing in, for how long, what of it a person takes along, and what goes with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.actions.sign_in_links import KEPT, purge_sign_in_links
from accounts.actions.sign_ins import end_sign_ins
from accounts.models import SignInLink
from accounts.registries import PersonalData, Retention, erasers, personal_data, retentions

if TYPE_CHECKING:
    from accounts.models import User

COVERS = ("usersessions.UserSession.user", "accounts.SignInLink.user")  # a link leads to nothing else of a person


def purge_sign_ins(*, at: datetime, dry_run: bool = False) -> int:
    """Forget sessions that are over, and where they were; how many sign-ins go, or went."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    over = UserSession.objects.exclude(Exists(alive))
    if dry_run:
        return int(over.count())
    Session.objects.filter(expire_date__lte=at).delete()
    return int(over.delete()[0])


def rows_of(user: User) -> Iterator[Mapping[str, object]]:
    """Where and when the person signed in, as long as it is kept."""
    for row in UserSession.objects.filter(user_id=user.pk).order_by("pk"):
        yield {
            "signed_in": row.created_at.isoformat(),
            "last_seen": row.last_seen_at.isoformat(),
            "address": row.ip,
            "browser": row.user_agent,
        }


def forget(*, user: User, at: datetime) -> None:
    """Nothing of signing in outlives the person."""
    end_sign_ins(user=user, by=None)
    SignInLink.objects.filter(user=user).delete()


def register() -> None:
    """Put all of it where the pages, the copy and the erasure look; called once, when the apps are ready."""
    retentions.register(
        "sign_in_links",
        Retention(
            what=_("Links to sign in, as hashes"),
            why=_("So that whoever comes with an old link is told why it does not work."),
            days=KEPT.days,
            purge=purge_sign_in_links,
        ),
        order=80,
    )
    retentions.register(
        "sign_ins",
        Retention(
            what=_("Where people are signed in: browser and address"),
            why=_("So that each can see it and end what they do not know."),
            days=settings.SESSION_DAYS,
            purge=purge_sign_ins,
        ),
        order=81,
    )
    personal_data.register("sign_ins", PersonalData(_("Where you are signed in"), rows_of, covers=COVERS), order=80)
    erasers.register("sign_ins", forget, order=80)

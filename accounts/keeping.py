"""How long things are kept: the purges the apps registered, run one after the other; and what accounts keep."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.actions import CLOSED_KEPT
from accounts.leaving import erase_those_due
from accounts.registries import Retention, retentions

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Purged:
    """So many rows of one kind went, or would go."""

    slug: str
    what: StrOrPromise
    rows: int


def purge(*, at: datetime, dry_run: bool = False) -> list[Purged]:
    """Everything that was kept long enough goes; safe to run twice, and at once.

    What cannot go does not keep the rest: all others are purged before the failures are raised together.
    """
    gone, failed = [], []
    for slug, retention in retentions.items():
        try:
            gone.append(Purged(slug, retention.what, retention.purge(at=at, dry_run=dry_run)))
        except Exception as error:
            logger.exception("What is kept as %s was not purged", slug)
            failed.append(error)
    if failed:
        raise ExceptionGroup("Not everything was purged", failed)
    return gone


def clear_sessions(*, at: datetime, dry_run: bool = False) -> int:
    """Sessions that ended by themselves."""
    over = Session.objects.filter(expire_date__lt=at)
    return over.count() if dry_run else over.delete()[0]


def register() -> None:
    """Sessions, and accounts that were closed."""
    a_day = max(settings.SESSION_COOKIE_AGE // 86400, 1)
    sessions = Retention(
        _("Sessions"), _("They keep you signed in; they end by themselves."), days=a_day, purge=clear_sessions
    )
    closed = Retention(
        _("Closed accounts"),
        _(
            "The lab may open one again, or answer for what was done. After this time the person is erased; who asks"
            " for it themselves, after 14 days."
        ),
        days=CLOSED_KEPT.days,
        purge=erase_those_due,
    )
    retentions.register("sessions", sessions, order=10)
    retentions.register("closed_accounts", closed, order=20)

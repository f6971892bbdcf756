"""How long things are kept: the purges the apps registered, run one after the other; and what accounts keep."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.actions import CLOSED_KEPT
from accounts.addresses.actions import CLAIM_LASTS, purge_claims
from accounts.privacy.actions import erase_those_due
from accounts.registries import Retention, retentions
from accounts.sign_in.actions.links import KEPT, purge_sign_in_links
from accounts.sign_in.actions.sessions import purge_sign_ins

logger = logging.getLogger(__name__)

CLOSED_ACCOUNTS = Retention(
    _("Closed accounts"),
    _(
        "The lab may open one again, or answer for what was done. After this time the person is erased; who asks"
        " for it themselves, after 14 days."
    ),
    days=CLOSED_KEPT.days,
    purge=erase_those_due,
)
SIGN_IN_LINKS = Retention(
    _("Links to sign in, as hashes"),
    _("So that whoever comes with an old link is told why it does not work."),
    days=KEPT.days,
    purge=purge_sign_in_links,
)
CLAIMS = Retention(
    _("E-mail addresses that were added and not confirmed"),
    _("They are needed until the person confirms the address."),
    days=CLAIM_LASTS.days,
    purge=purge_claims,
)


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


def register() -> None:
    """Where people are signed in, links to sign in, and accounts that were closed."""
    sign_ins = Retention(
        _("Where people are signed in: browser and address"),
        _("So that each can see it and end what they do not know."),
        days=settings.SESSION_DAYS,
        purge=purge_sign_ins,
    )
    retentions.register("closed_accounts", CLOSED_ACCOUNTS, order=20)
    retentions.register("sign_in_links", SIGN_IN_LINKS, order=80)
    retentions.register("address_claims", CLAIMS, order=82)
    retentions.register("sign_ins", sign_ins, order=81)

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
        "The lab may need to open an account again, or to explain what was done with it. After this time,"
        " the person’s data is erased; if they asked for it themselves, after 14 days."
    ),
    days=CLOSED_KEPT.days,
    purge=erase_those_due,
)
SIGN_IN_LINKS = Retention(
    _("Sign-in links (only a hash of each link is stored)"),
    _("So that a person who opens an old link can read why it does not work."),
    days=KEPT.days,
    purge=purge_sign_in_links,
)
CLAIMS = Retention(
    _("E-mail addresses that were added and not confirmed"),
    _("These addresses are needed until the person confirms them."),
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
        _("So that people can see where they are signed in, and end sign-ins they do not recognise."),
        days=settings.SESSION_DAYS,
        purge=purge_sign_ins,
    )
    retentions.register("closed_accounts", CLOSED_ACCOUNTS, order=20)
    retentions.register("sign_in_links", SIGN_IN_LINKS, order=80)
    retentions.register("address_claims", CLAIMS, order=82)
    retentions.register("sign_ins", sign_ins, order=81)

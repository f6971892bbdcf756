"""Run the purges of all apps; and the retention periods of the data in accounts."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.actions import CLOSED_ACCOUNT_RETENTION
from accounts.addresses.actions import CLAIM_LIFETIME, purge_claims
from accounts.hooks import Retention, retentions
from accounts.privacy.actions import erase_due_accounts
from accounts.sign_in.actions.links import RETENTION, purge_sign_in_links
from accounts.sign_in.actions.sessions import purge_sign_ins

logger = logging.getLogger(__name__)

CLOSED_ACCOUNTS = Retention(
    _("Closed accounts"),
    _(
        "The lab may need to open an account again, or to explain what was done with it. After this time,"
        " the person’s data is erased; if they asked for it themselves, after 14 days."
    ),
    days=CLOSED_ACCOUNT_RETENTION.days,
    purge=erase_due_accounts,
)
SIGN_IN_LINKS = Retention(
    _("Sign-in links (only a hash of each link is stored)"),
    _("So that a person who opens an old link can read why it does not work."),
    days=RETENTION.days,
    purge=purge_sign_in_links,
)
CLAIMS = Retention(
    _("E-mail addresses that were added and not confirmed"),
    _("These addresses are needed until the person confirms them."),
    days=CLAIM_LIFETIME.days,
    purge=purge_claims,
)


@dataclass(frozen=True, slots=True)
class PurgeResult:
    """How many rows of one kind a purge deleted, or would delete; `slug` names the retention period."""

    slug: str
    what: StrOrPromise
    rows: int


def purge(*, at: datetime, dry_run: bool = False) -> list[PurgeResult]:
    """Delete the data of all apps that is past its retention period at the moment `at`; return the count for each kind.

    With `dry_run`, only count. Safe to repeat and to run concurrently. A failure does not stop the other purges: all
    failures are raised together at the end, as an ExceptionGroup.
    """
    results, failed = [], []
    for slug, retention in retentions().items():
        try:
            results.append(PurgeResult(slug, retention.what, retention.purge(at=at, dry_run=dry_run)))
        except Exception as error:
            logger.exception("What is kept as %s was not purged", slug)
            failed.append(error)
    if failed:
        raise ExceptionGroup("Not everything was purged", failed)
    return results


RETENTIONS = {
    "closed_accounts": CLOSED_ACCOUNTS,
    "sign_in_links": SIGN_IN_LINKS,
    "sign_ins": Retention(
        _("Where people are signed in: browser and address"),
        _("So that people can see where they are signed in, and end sign-ins they do not recognise."),
        days=settings.SESSION_DAYS,
        purge=purge_sign_ins,
    ),
    "address_claims": CLAIMS,
}

"""People who leave: what nobody is responsible for afterwards, and the closed accounts that lab staff can reopen."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.hooks import account_hooks
from accounts.models import User
from web.database.nested_rows import CappedCount
from web.dates.clock import Today, platform_day
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, capped_count_text, until_day
from web.text.names import name_ordering


def unassigned_after_leaving(user: User, at: datetime) -> list[str]:
    """Return sentences on what nobody will be responsible for once the person has left, such as a cohort without a
    pilot.

    Each app reports its own for the day of `at`; [] when there is nothing.
    """
    today = platform_day(at)
    return [sentence for hooks in account_hooks for sentence in hooks.unassigned_after_leaving(user, today)]


def _closed_accounts_query(user: User, _today: Today) -> CappedCount | None:
    """Return the subquery that counts the closed accounts, for the home page of lab staff; None for anyone else."""
    return CappedCount(closed_accounts(), earliest="erase_on") if user.is_lab_staff else None


def _closed_accounts_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return the home page's notice that counts the closed accounts and links to their list; [] when there are none.

    `rows` holds one object with the `count`, and with the earliest day of erasure.
    """
    count = rows[0]["count"]
    if not count:
        return []
    text = ngettext("%(count)s account is closed.", "%(count)s accounts are closed.", count)
    reason = _(
        "Check what no longer has a person in charge, and whether an account should be opened again before it"
        " is erased."
    )
    until = until_day(rows[0]["earliest"])
    text %= {"count": capped_count_text(count)}
    return [HomeNotice(text, reason, reverse("leaving"), _("See closed accounts"), when=until)]


people_leaving = HomeNoticeSource(_closed_accounts_query, _closed_accounts_notices, "closed_accounts")


def closed_accounts() -> QuerySet[User]:
    """Return the people whose closed account has a planned day of erasure, the soonest first, then by name."""
    return User.objects.filter(erase_on__isnull=False).order_by("erase_on", *name_ordering("full_name"))

"""Locks rows of an exchange until the action ends, and checks the version that the person saw."""

from django.utils.translation import gettext as _

from cohorts.models import Cohort
from exchanges.exchange.enums import UPCOMING_STATES
from exchanges.models import Exchange
from programmes.models import Edition
from web.errors import DomainError


def lock_edition(edition: Edition) -> Edition:
    """Return the edition with its format, read again, and its row locked until the action ends: only one action plans
    at a time.
    """
    return Edition.objects.select_for_update(of=("self",), no_key=True).select_related("format").get(pk=edition.pk)


def lock_turns(exchange_or_cohort: Exchange | Cohort) -> None:
    """Lock all rows that an action on turns to host may change, until it ends: the edition and its upcoming exchanges.

    A cohort stands for its edition. The order prevents deadlocks: exchanges first, as actions on one exchange do, then
    the edition, and last the cohort, which the database triggers on turns lock.
    """
    rows = Exchange.objects.select_for_update(of=("self",), no_key=True).filter(edition=exchange_or_cohort.edition_id)
    list(rows.filter(state__in=UPCOMING_STATES).order_by("pk").values_list("pk", flat=True))
    Edition.objects.select_for_update(no_key=True).get(pk=exchange_or_cohort.edition_id)


def lock_exchange(exchange: Exchange, *, version: int | None = None) -> Exchange:
    """Return the exchange as it is stored now, with edition, format and host, its row locked until the action ends.

    Raises DomainError when its date, host or venue changed since `version` (None skips the check), and for imported
    published facts.
    """
    row = (
        Exchange.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition__format", "edition__programme", "host__authority")
        .get(pk=exchange.pk)
    )
    if row.retrospective:
        raise DomainError(_("This is a published fact: it cannot be changed here."))
    if version is not None and row.version != version:
        raise DomainError(
            _("The date, the host or the venue changed in the meantime: check them again before you go on.")
        )
    return row

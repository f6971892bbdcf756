"""Locks rows of an exchange until the action ends, and checks that they are as the person saw them."""

from django.utils.translation import gettext as _

from cohorts.models import Cohort
from exchanges.exchange.enums import COMING
from exchanges.models import Exchange
from programmes.models import Edition
from web.errors import DomainError


def locked_edition(edition: Edition) -> Edition:
    """The edition, its row locked until the action ends: planning is one at a time."""
    return Edition.objects.select_for_update(of=("self",), no_key=True).select_related("format").get(pk=edition.pk)


def lock_turns(of: Exchange | Cohort) -> None:
    """Hold every exchange of the edition that is to come, whose host may change, and the edition, to the action's end.

    Exchanges first, as an action on one of them does, then the edition and last the cohort, as its turn's triggers do.
    """
    rows = Exchange.objects.select_for_update(of=("self",), no_key=True).filter(edition=of.edition_id)
    list(rows.filter(state__in=COMING).order_by("pk").values_list("pk", flat=True))
    Edition.objects.select_for_update(no_key=True).get(pk=of.edition_id)


def locked(exchange: Exchange, *, version: int | None = None) -> Exchange:
    """The exchange as it is now, its row locked until the action ends.

    Raises DomainError when it moved since the person saw `version` of it, and for published facts.
    """
    found = (
        Exchange.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition__format", "edition__programme", "host__authority")
        .get(pk=exchange.pk)
    )
    if found.retrospective:
        raise DomainError(_("This is a published fact: it cannot be changed here."))
    if version is not None and found.version != version:
        raise DomainError(
            _("The date, the host or the venue changed in the meantime: check them again before you go on.")
        )
    return found

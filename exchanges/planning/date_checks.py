"""What verbs check before they write: rows locked and as the person saw them, days an exchange may take."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.models import Cohort
from exchanges.calendar import BLOCKING_SLUGS, Reason
from exchanges.exchange.enums import COMING
from exchanges.models import Exchange
from exchanges.planning.planning_context import Outlook
from exchanges.planning.reason_texts import against
from programmes.models import Edition
from web.errors import DomainError

LONGEST = 10  # days

BLOCKED = {
    "weekend": gettext_lazy("These days touch a weekend: choose others."),
    "host_public_holiday": gettext_lazy("These days touch a public holiday at the host: choose others."),
    "closed_season": gettext_lazy("No exchange from 10 July to 31 August nor from 15 December to 2 January."),
    "closed_period": gettext_lazy("These days are closed in the lab’s calendar: choose others."),
    "other_exchange": gettext_lazy("Another Intertransfo of the edition takes some of these days."),
}


def locked_edition(edition: Edition) -> Edition:
    """The edition, its row locked until the verb ends: planning is one at a time."""
    return Edition.objects.select_for_update(of=("self",), no_key=True).select_related("format").get(pk=edition.pk)


def lock_turns(of: Exchange | Cohort) -> None:
    """Hold every exchange of the edition that is to come, whose host may change, and the edition, until the verb ends.

    Exchanges first, as a verb on one of them does, then the edition and last the cohort, as its turn's triggers do.
    """
    rows = Exchange.objects.select_for_update(of=("self",), no_key=True).filter(edition=of.edition_id)
    list(rows.filter(state__in=COMING).order_by("pk").values_list("pk", flat=True))
    Edition.objects.select_for_update(no_key=True).get(pk=of.edition_id)


def locked(exchange: Exchange, *, version: int | None = None) -> Exchange:
    """The exchange as it is now, its row locked until the verb ends.

    Raises DomainError when it moved since the person saw `version` of it, and for published facts.
    """
    found = (
        Exchange.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition__format", "edition__programme", "host__authority")
        .get(pk=exchange.pk)
    )
    if found.retrospective:
        raise DomainError(_("This is a published fact: it does not change here."))
    if version is not None and found.version != version:
        raise DomainError(
            _("The date, the host or the place changed in the meantime: look at them again before you go on.")
        )
    return found


def check_days(
    view: Outlook, first_day: date, days: int, host: Cohort, *, but: Exchange | None = None
) -> tuple[Reason, ...]:
    """What speaks against these days; raises DomainError where it forbids them. `but` is the exchange that moves."""
    if not 1 <= days <= LONGEST:
        raise DomainError(_("An Intertransfo lasts from one to ten days."), field="days")
    if first_day == view.today:
        raise DomainError(_("Choose a day after today."), field="first_day")
    if first_day < view.today:
        raise DomainError(_("This day is past: choose one to come."), field="first_day")
    start, end = view.edition.starts_on, view.edition.ends_on
    if start and end and not start <= first_day <= first_day + timedelta(days=days - 1) <= end:
        raise DomainError(_("These days are outside the edition: choose days before its end."), field="first_day")
    objections = view.objections(first_day, days, host, taken=view.taken(but=but))
    for reason in objections:
        if reason.slug in BLOCKING_SLUGS:
            raise DomainError(BLOCKED[reason.slug], field="first_day")
    return objections


def check_sessions(objections: Iterable[Reason], view: Outlook) -> None:
    """Raise DomainError when cohorts that come have sessions of their own on these days."""
    own = [reason for reason in objections if reason.slug == "own_session"]
    if own:
        said = against(own, {cohort.slug: cohort.name for cohort in view.cohorts})
        message = _("On these days %(what)s: choose others, or tick that you take them all the same.")
        raise DomainError(message % {"what": said}, field="first_day")

"""What actions check before they write: rows locked and as the person saw them, days an exchange may take."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.models import Cohort
from exchanges.calendar import BLOCKING_SLUGS, Reason
from exchanges.models import Exchange
from exchanges.planning.planning_context import Outlook
from exchanges.planning.reason_texts import against
from web.errors import DomainError

LONGEST = 10  # days

BLOCKED = {
    "weekend": gettext_lazy("These days touch a weekend: choose others."),
    "host_public_holiday": gettext_lazy("These days touch a public holiday at the host: choose others."),
    "closed_season": gettext_lazy(
        "No Intertransfo takes place from 10 July to 31 August or from 15 December to 2 January. Choose other days."
    ),
    "closed_period": gettext_lazy("These days are closed in the lab’s calendar: choose others."),
    "other_exchange": gettext_lazy("Another Intertransfo of the edition takes some of these days. Choose other days."),
}


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
        message = _("On these days: %(what)s. Choose other days, or tick “Take these days all the same”.")
        raise DomainError(message % {"what": said}, field="first_day")

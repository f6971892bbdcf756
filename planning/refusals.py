"""The sentences that people read when the database refuses a row of this app."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText
from web.dates.plausible import CHECK_THE_YEAR

_OPEN_AGAIN = _("The platform could not do this. Open the plans of the residency again.")

SENTENCES: dict[str, RefusalText] = {
    "residency_plan_once": _("This residency has plans already."),
    "residency_plan_weeks_apart": (_("Choose from 2 to 26 weeks."), "weeks_apart"),
    "residency_plan_requested": _OPEN_AGAIN,
    "residency_plan_heartbeat": _OPEN_AGAIN,
    "residency_plan_calculated": _OPEN_AGAIN,
    "residency_plan_state": _OPEN_AGAIN,
    "residency_plan_cohort_fixed": _("Plans cannot be moved to another residency."),
    "exchange_plan_once": _("This edition has plans of its Intertransfos already."),
    "exchange_plan_requested": _OPEN_AGAIN,
    "exchange_plan_heartbeat": _OPEN_AGAIN,
    "exchange_plan_calculated": _OPEN_AGAIN,
    "exchange_plan_used": _OPEN_AGAIN,
    "exchange_plan_state": _OPEN_AGAIN,
    "exchange_plan_edition_fixed": _("Plans cannot be moved to another edition."),
    "session_plan_once": _("This edition has plans of its sessions already."),
    "session_plan_requested": _OPEN_AGAIN,
    "session_plan_heartbeat": _OPEN_AGAIN,
    "session_plan_calculated": _OPEN_AGAIN,
    "session_plan_used": _OPEN_AGAIN,
    "session_plan_state": _OPEN_AGAIN,
    "session_plan_edition_fixed": _("Plans cannot be moved to another edition."),
    "locked_week_once": _("This week is locked already."),
    "locked_week_monday": (_("Choose a week by its Monday."), "monday"),
    "locked_week_plausible_date": (CHECK_THE_YEAR, "monday"),
    "absence_of_one": (_("Choose a person of the team, or write the name of a host."), "member"),
    "absence_days": (_("The last day is before the first."), "last_day"),
    "absence_certainty_known": (_("Choose whether this is certain."), "certainty"),
    "absence_plausible_dates": (CHECK_THE_YEAR, "first_day"),
    "absence_of_member": (_("Choose a person of this residency."), "member"),
    "plan_exception_once": _("This exception is allowed already."),
    "plan_exception_rule_known": _OPEN_AGAIN,
    "plan_exception_reason": (_("Say why plans may break this rule."), "reason"),
    "plan_exception_week": _OPEN_AGAIN,
    "plan_exception_subject": _OPEN_AGAIN,
}

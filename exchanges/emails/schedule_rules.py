"""What the ladder of exchanges asks of a format: which letter when and to whom, and that there is one."""

from typing import Final

from django.utils.translation import gettext as _

from exchanges.emails.texts import LETTERS
from programmes.enums import LadderKind
from programmes.formats.reminder_schedules import rules_of
from programmes.models import Format
from programmes.registries import LadderRules

# Whom a letter may go to besides those of the default ladder.
ALSO: Final = {
    "exchange_confirm_host": ("host_and_lab",),
    "exchange_save_the_date": ("members",),
    "exchange_final_numbers": ("host_pilot", "lab"),
    "exchange_contribution": ("active_members", "members"),
    "exchange_programme": ("active_members", "members"),
    "exchange_report": ("active_members", "attendees"),
    "exchange_next_host": ("host_and_lab",),
}


def missing(format: Format) -> str:  # noqa: A002 - the domain's word
    """An edition whose cohorts meet writes to them."""
    if format.exchange_interval_months and not format.ladder(LadderKind.EXCHANGE):
        return _("The cohorts meet, but no e-mail informs them. Set the e-mails of Intertransfos first.")
    return ""


RULES: Final = LadderRules(
    rules_of(LadderKind.EXCHANGE, alone=[slug for slug, words in LETTERS.items() if words.calendar], also=ALSO),
    missing,
)

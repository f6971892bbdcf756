"""Rules for the reminder schedule of exchanges in a format: which e-mails it may have, when and to whom."""

from typing import Final

from django.utils.translation import gettext as _

from exchanges.emails.texts import EMAILS, TEXTS
from programmes.enums import ReminderScheduleKind
from programmes.formats.reminder_schedules import rules_of
from programmes.hooks import ReminderScheduleRules
from programmes.models import Format

# Audiences that an e-mail may have besides the one in the default reminder schedule.
EXTRA_AUDIENCES: Final = {
    "exchange_confirm_host": ("host_and_lab",),
    "exchange_save_the_date": ("members",),
    "exchange_final_numbers": ("host_pilot", "lab"),
    "exchange_contribution": ("active_members", "members"),
    "exchange_programme": ("active_members", "members"),
    "exchange_report": ("active_members", "attendees"),
    "exchange_next_host": ("host_and_lab",),
}


def missing_emails_message(format: Format) -> str:  # noqa: A002 - the domain's word
    """Return the error message for a format that has exchanges but no e-mails about them; "" for any other format."""
    if format.exchange_interval_months and not format.reminder_schedule(ReminderScheduleKind.EXCHANGE):
        return _("The cohorts meet, but no e-mail informs them. Set the e-mails of Intertransfos first.")
    return ""


RULES: Final = ReminderScheduleRules(
    rules_of(
        ReminderScheduleKind.EXCHANGE,
        alone=[slug for slug, words in EMAILS.items() if words.calendar],
        also=EXTRA_AUDIENCES,
    ),
    missing_emails_message,
    TEXTS,
)

"""Messages for the rules by which the database refuses the accessibility statement and reports about accessibility."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText
from web.dates.plausible import CHECK_THE_YEAR
from web.mailboxes import NO_MAILBOX

SENTENCES: dict[str, RefusalText] = {
    "accessibility_only_one": _("There is one accessibility statement: change it instead."),
    "accessibility_entity": (_("Give the name of the organisation."), "entity"),
    "accessibility_audit_complete": (
        _("Give the criteria met, the date and the auditor of the audit, or leave all three empty."),
        "rate",
    ),
    "accessibility_rate_percent": (_("Enter a percentage from 0 to 100."), "rate"),
    "accessibility_audit_before_statement": (_("The date of the audit cannot be in the future."), "audited_on"),
    "accessibility_limits_in_both_languages": (
        _("Write what is not accessible in both languages: the statement is shown in both."),
        "limits_en",
    ),
    "accessibility_has_contact": (_("Give an e-mail address to which people can report a problem."), "contact_email"),
    "accessibility_contact_mailbox": (NO_MAILBOX, "contact_email"),
    "accessibility_plan_address": (_("Enter an address that begins with https:// or http://."), "plan_url"),
    "accessibility_report_page": (_("Say which page you cannot use."), "page"),
    "accessibility_report_description": (_("Say what does not work."), "description"),
    "accessibility_report_answered_later": _("A report is answered after it was made."),
    "accessibility_report_mailbox": (NO_MAILBOX, "reply_to"),
    "accessibility_report_stays": _("This report is already answered."),
    "accessibility_dates_plausible": (CHECK_THE_YEAR, "audited_on"),
}

"""Rules that reminder schedules of sessions must meet in a format: which e-mail, when and to whom."""

from typing import Final

from cohorts.sessions.emails.texts import EMAILS, TEXTS
from programmes.enums import ReminderScheduleKind
from programmes.formats.reminder_schedules import rules_of
from programmes.hooks import ReminderScheduleRules

EMAILS_SENT_ALONE: Final = [slug for slug, words in EMAILS.items() if words.calendar]
GROUP_RULES: Final = ReminderScheduleRules(
    rules_of(ReminderScheduleKind.GROUP_SESSION, alone=EMAILS_SENT_ALONE), texts=TEXTS
)
STAKEHOLDER_RULES: Final = ReminderScheduleRules(
    rules_of(ReminderScheduleKind.STAKEHOLDER_SESSION, alone=EMAILS_SENT_ALONE), texts=TEXTS
)

"""What the ladders of sessions ask of a format: which letter when and to whom."""

from typing import Final

from cohorts.sessions.emails.texts import LETTERS
from programmes.enums import LadderKind
from programmes.formats.reminder_schedules import rules_of
from programmes.registries import LadderRules

ALONE: Final = [slug for slug, words in LETTERS.items() if words.calendar]
GROUP_RULES: Final = LadderRules(rules_of(LadderKind.GROUP_SESSION, alone=ALONE))
STAKEHOLDER_RULES: Final = LadderRules(rules_of(LadderKind.STAKEHOLDER_SESSION, alone=ALONE))

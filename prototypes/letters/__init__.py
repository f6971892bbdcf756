"""Letters about ideas: is what was handed over still live, is a silent one still so? And of what is said about them."""

from programmes.enums import LadderKind
from programmes.formats.reminder_schedules import rules_of
from programmes.registries import LadderRules
from prototypes.letters.comments import COMMENT
from prototypes.letters.kind import IDEA
from prototypes.letters.unconfirmed import KIND as UNCONFIRMED

RULES = LadderRules(rules_of(LadderKind.IDEA, alone=()))

__all__ = ["COMMENT", "IDEA", "RULES", "UNCONFIRMED"]

"""Letters about ideas: is what was handed over still live, is a silent one still so?"""

from programmes.enums import LadderKind
from programmes.ladders import rules_of
from programmes.registries import LadderRules
from prototypes.letters.kind import IDEA
from prototypes.letters.unconfirmed import KIND as UNCONFIRMED

RULES = LadderRules(rules_of(LadderKind.IDEA, alone=()))

__all__ = ["IDEA", "RULES", "UNCONFIRMED"]

"""Letters about ideas: is what was handed over still live?"""

from prototypes.letters.audiences import recipients, refusal
from prototypes.letters.kind import IDEA

__all__ = ["IDEA", "recipients", "refusal"]

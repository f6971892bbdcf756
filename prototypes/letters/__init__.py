"""Letters about ideas: is what was handed over still live?"""

from prototypes.letters.kind import IDEA

__all__ = ["IDEA"]

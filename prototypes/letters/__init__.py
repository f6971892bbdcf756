"""Letters about ideas: is what was handed over still live? And of what is said about them."""

from prototypes.letters.comments import COMMENT
from prototypes.letters.kind import IDEA

__all__ = ["COMMENT", "IDEA"]

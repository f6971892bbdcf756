"""How many people must have answered before pages show what they answered."""

from typing import Final

MIN_PEOPLE: Final = 5  # with fewer, single answers could be told

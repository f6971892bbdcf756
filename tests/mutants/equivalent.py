"""Checks that may be taken out without anybody seeing more or doing more, each with its reason."""

from typing import Final

EQUIVALENT: Final[dict[str, str]] = {}

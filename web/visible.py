"""Whether a text shows anything: blanks, control characters and signs without width do not."""

import re
from typing import Final

# One letter that can be seen, in words that every reader of regular expressions understands (JSON Schema too).
VISIBLE: Final = (
    r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
_VISIBLE: Final = re.compile(VISIBLE)
# Control characters but tabulators and ends of lines: no key writes them, and pages show boxes in their place.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def shows(text: str) -> bool:
    """Whether there is anything to see in it."""
    return bool(_VISIBLE.search(text))


def cleaned(text: str) -> str:
    """Without control characters; nothing at all where nothing would be seen."""
    kept = _CONTROLS.sub("", text)
    return kept if shows(kept) else ""

"""Whether a text shows anything: blanks, control characters and signs without width do not."""

import re
from typing import Final

# One letter that can be seen, in words that every reader of regular expressions understands (JSON Schema too).
VISIBLE: Final = (
    r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
_VISIBLE: Final = re.compile(VISIBLE)
# Control characters but tabulators and ends of lines: no key writes them, and pages show boxes in their place. NUL,
# which nobody types either, is refused by every field.
_CONTROLS: Final = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Marks that turn the direction of what follows, past the end of the text they stand in.
TURNING: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_ADDRESS: Final = re.compile(r"://|\bwww\.", re.IGNORECASE)
_BREAKS: Final = re.compile(r"[\t\n\r\u2028\u2029]+")


def shows(text: str) -> bool:
    """Whether there is anything to see in it."""
    return bool(_VISIBLE.search(text))


def cleaned(text: str) -> str:
    """Without control characters; nothing at all where nothing would be seen."""
    kept = _CONTROLS.sub("", text)
    return kept if shows(kept) else ""


def leads_away(text: str) -> bool:
    """Whether the address of a page stands in it, which mail programs make a link of."""
    return bool(_ADDRESS.search(text))


def one_line(text: str) -> str:
    """Cleaned, of one line and one direction: a name or a title never begins a sentence of its own in a letter."""
    return cleaned(TURNING.sub("", _BREAKS.sub(" ", text)))

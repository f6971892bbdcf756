"""Remove invisible characters from texts: blanks, control characters and characters without width."""

import re
from typing import Final

# One visible character, in a notation that every regular expression engine understands (JSON Schema too).
VISIBLE: Final = (
    r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
_VISIBLE: Final = re.compile(VISIBLE)
# Control characters except tabs and line breaks, and what is no character at all: no key types them, pages show boxes
# in their place, and PostgreSQL or XML refuses some. NUL is refused by every field.
_CONTROLS: Final = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Marks that change the writing direction of everything after them, beyond the end of their text.
DIRECTION_MARKS: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_ADDRESS: Final = re.compile(r"://|\bwww\.", re.IGNORECASE)
_BREAKS: Final = re.compile(r"[\t\n\r\u2028\u2029]+")


def has_visible_text(text: str) -> bool:
    """Return whether the text has at least one visible character: spaces, control and zero-width characters do not
    count.
    """
    return bool(_VISIBLE.search(text))


def clean_text(text: str) -> str:
    """Return the text without control characters, except tabs and line breaks; "" when nothing in it is visible.

    Each line break becomes one character, as browsers count it: they send two.
    """
    remaining = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return remaining if has_visible_text(remaining) else ""


def contains_address(text: str) -> bool:
    """Return whether the text has a web address (“://” or “www.”), which mail programs turn into a link."""
    return bool(_ADDRESS.search(text))


def clean_line(text: str) -> str:
    """Return the text on one line, without control characters and marks of writing direction; "" if nothing is visible.

    Line breaks and tabs become spaces, so that a name cannot add a line to an e-mail.
    """
    return clean_text(DIRECTION_MARKS.sub("", _BREAKS.sub(" ", text)))

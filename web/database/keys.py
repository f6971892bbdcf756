"""Read the primary key of a row from a text that anyone may have written."""

from typing import Final

LARGEST: Final = 2**63 - 1  # of a column of primary keys


def key_of(text: str) -> int | None:
    """Return the primary key in a text of ASCII digits: 12 for "12".

    None when the text holds no valid key: it is empty, 0, too large, or has any other character.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))):
        return None
    key = int(text)
    return key if 0 < key <= LARGEST else None

"""Read the key of a row, a number or a slug, from a text that anyone may have written."""

from typing import Final

from django.core.validators import slug_re

LARGEST: Final = 2**63 - 1  # of a column of primary keys


def key_of(text: str) -> int | None:
    """Return the primary key in a text of ASCII digits: 12 for "12".

    None when the text holds no valid key: it is empty, 0, too large, or has any other character.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))):
        return None
    key = int(text)
    return key if 0 < key <= LARGEST else None


def is_slug(text: str) -> bool:
    """Return whether the text can be the slug of a row: ASCII letters, digits, hyphens and underscores."""
    return bool(slug_re.match(text))

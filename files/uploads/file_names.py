"""Clean the names of uploaded files: no path, no invisible characters, a limited length. Text in, text out."""

import unicodedata
from typing import Final

MAX_NAME_CHARACTERS: Final = 100  # with the ending
MAX_ENDING_CHARACTERS: Final = 10
FORBIDDEN: Final = dict.fromkeys(map(ord, '<>:"|?*`'), " ")
# Names some systems keep for devices.
RESERVED_NAMES: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def clean_name(name: str, *, default: str) -> str:
    """Return the file name without its path and with visible characters only, at most 100; `default` if none is left.

    Characters that change the direction of writing, which can hide a file's true ending, are removed.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(_visible(character) for character in unicodedata.normalize("NFC", last))
    plain = " ".join(visible.translate(FORBIDDEN).split()).strip(" .")
    stem, ending = split_name(plain)
    stem = stem[: MAX_NAME_CHARACTERS - MAX_ENDING_CHARACTERS - 1].strip(" .")
    if not stem:
        stem = default
    if stem.lower() in RESERVED_NAMES:
        stem = f"_{stem}"
    return f"{stem}.{ending}" if ending else stem


def split_name(name: str) -> tuple[str, str]:
    """Return a file name without its ending, and the ending in lower case without the point.

    The ending is "" where the name has none, or one that is not up to ten letters and digits.
    """
    stem, point, ending = name.rpartition(".")
    if point and ending.isascii() and ending.isalnum() and len(ending) <= MAX_ENDING_CHARACTERS:
        return stem, ending.lower()
    return name, ""


def with_ending(name: str, ending: str) -> str:
    """Return the file name with `ending` (without a point) in place of its present ending."""
    stem, current = split_name(name)
    return name if current == ending else f"{stem}.{ending}"


def _visible(character: str) -> str:
    """Return the character itself, a space for any white space, "" for control, format or unassigned characters."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character).startswith("C") else character

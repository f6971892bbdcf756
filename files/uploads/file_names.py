"""What a file is called once its name can do no harm: no path, no hidden marks, no end. Text in, text out."""

import unicodedata
from typing import Final

LONGEST: Final = 100  # letters, the ending included
LONGEST_ENDING: Final = 10
FORBIDDEN: Final = dict.fromkeys(map(ord, '<>:"|?*`'), " ")
# Names some systems keep for devices.
TAKEN: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def clean_name(name: str, *, otherwise: str) -> str:
    """The last part of a path, of visible characters only, `LONGEST` letters at most; `otherwise` where none is left.

    Marks that turn the direction of writing hide a file's true ending (“gpj.exe” reads “exe.jpg”): they go.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(_visible(letter) for letter in unicodedata.normalize("NFC", last))
    plain = " ".join(visible.translate(FORBIDDEN).split()).strip(" .")
    stem, ending = split_name(plain)
    stem = stem[: LONGEST - LONGEST_ENDING - 1].strip(" .")
    if not stem:
        stem = otherwise
    if stem.lower() in TAKEN:
        stem = f"_{stem}"
    return f"{stem}.{ending}" if ending else stem


def split_name(name: str) -> tuple[str, str]:
    """Stem and ending, the latter in small letters; no ending where what follows the last point is none."""
    stem, point, ending = name.rpartition(".")
    if point and ending.isascii() and ending.isalnum() and len(ending) <= LONGEST_ENDING:
        return stem, ending.lower()
    return name, ""


def with_ending(name: str, ending: str) -> str:
    """The name with the ending its content has."""
    stem, given = split_name(name)
    return name if given == ending else f"{stem}.{ending}"


def _visible(letter: str) -> str:
    """White space becomes a space; characters that control, format or mean nothing go."""
    if letter.isspace():
        return " "
    return "" if unicodedata.category(letter).startswith("C") else letter

"""Several files in one, to take away: a ZIP, written bit by bit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile

CONTENT_TYPE: Final = "application/zip"
AT_ONCE: Final = 64 * 1024  # bytes of a file read in one go


@dataclass(frozen=True, slots=True)
class Bundle:
    """`parts` may be read once only: the name of each file in it, and its bytes."""

    parts: Iterable[tuple[str, Iterable[bytes]]]


def write(parts: Iterable[tuple[str, Iterable[bytes]]], file: IO[bytes]) -> None:
    """Write the files, one after the other."""
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, content in parts:
            with package.open(name, "w", force_zip64=True) as entry:
                for chunk in content:
                    entry.write(chunk)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """What an open file holds; it is closed at the end."""
    with file:
        while chunk := file.read(AT_ONCE):
            yield chunk

"""Write several files into one ZIP file, chunk by chunk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile

CONTENT_TYPE: Final = "application/zip"
CHUNK_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files to put into a ZIP file: the name of each and its chunks of bytes; `parts` may be an iterator."""

    parts: Iterable[tuple[str, Iterable[bytes]]]


def write(parts: Iterable[tuple[str, Iterable[bytes]]], file: IO[bytes]) -> None:
    """Write files into one ZIP file, chunk by chunk; `parts` are pairs of a file's name and its chunks of bytes.

    `file` is an open file, which stays open.
    """
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, content in parts:
            with package.open(name, "w", force_zip64=True) as entry:
                for chunk in content:
                    entry.write(chunk)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the content of an open file in chunks of at most 64 KiB; close the file after the last one."""
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk

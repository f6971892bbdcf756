"""A file that is written as a whole, such as a document, and reports its progress while it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

CONTENT_TYPES = {"odt": "application/vnd.oasis.opendocument.text", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A document; `write` gets the open file, and the function to call with the number of steps done so far."""

    write: Callable[[IO[bytes], Callable[[int], None]], None]

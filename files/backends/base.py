"""What a backend for stored files does. `files.storage` uses the one that the setting FILES_BACKEND names."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol


class StorageBackend(Protocol):
    """Stored files by their random names, each in one or several sizes (“full”, “large”, “small”).

    Methods raise ValueError for a name that no stored file can have, and OSError when the disk or the object storage
    fails.
    """

    def add(self, name: str, folder: Path) -> None:
        """Store the files in `folder` as the sizes of the stored file `name`: all of them, or raise OSError."""

    def open(self, name: str, size: str) -> IO[bytes]:
        """Return one size of a stored file, open for reading. Raises FileNotFoundError."""

    def exists(self, name: str, size: str) -> bool:
        """Return whether one size of a stored file is there."""

    def address(self, name: str, size: str, content_type: str) -> str:
        """Return where the proxy finds one size of a stored file, as it expects it after FILES_ACCEL."""

    def remove(self, name: str) -> bool:
        """Delete a stored file in all sizes; return whether it is gone. A failure is logged, not raised."""

    def claim(self, installation: str) -> bool:
        """Return whether all stored files belong to this installation; the first one to ask gets them."""

    def find_fault(self) -> str | None:
        """Return in a sentence for operators what keeps files from being stored or deleted; None if nothing does."""

    def names(self) -> Iterator[str]:
        """Yield the names of all stored files, sorted."""

    def sizes(self, name: str) -> list[str]:
        """Return the sizes of a stored file, sorted. Raises FileNotFoundError if it is gone."""

    def age(self, name: str) -> float:
        """Return how many seconds ago a file was stored; 0 if it is gone."""

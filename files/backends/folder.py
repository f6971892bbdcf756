"""Stored files in the folder FILES_DIR, outside everything that is served: `ab/abcd…/full`, one file for each size."""

import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from django.conf import settings

from files.backends.base import StorageBackend

logger = logging.getLogger(__name__)

INCOMING: Final = "incoming"  # files that are being written
LOCKS: Final = "locks"  # see `files.locks`
NAME: Final = re.compile(r"[0-9a-f]{32}")


class Folder(StorageBackend):
    """Stored files in FILES_DIR: a new one is written in `incoming/` on the same disk, then moved into its place."""

    def add(self, name: str, folder: Path) -> None:
        for path in folder.iterdir():
            _sync_to_disk(path)
        target = folder_of(name)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        os.utime(folder)  # its age counts from now, not from when writing began
        folder.rename(target)
        _sync_to_disk(target.parent)

    def open(self, name: str, size: str) -> IO[bytes]:
        return path_of(name, size).open("rb")

    def exists(self, name: str, size: str) -> bool:
        return path_of(name, size).exists()

    def address(self, name: str, size: str, content_type: str) -> str:
        """Return the path relative to the folder. Raises FileNotFoundError.

        `content_type` is not used: the proxy has it from the application.
        """
        path = path_of(name, size)
        path.stat()
        return str(path.relative_to(root()))

    def remove(self, name: str) -> bool:
        shutil.rmtree(folder_of(name), ignore_errors=True)
        if is_left := folder_of(name).exists():
            logger.error("The stored file %s could not be removed: the sweep will try again.", name)
        return not is_left

    def claim(self, installation: str) -> bool:
        """Return True: a folder does not come into another installation with a copy of the settings."""
        return True

    def find_fault(self) -> str | None:
        """Return None: the disk is tried by the first file."""
        return None

    def names(self) -> Iterator[str]:
        for prefix_folder in folders_in(root()):
            if prefix_folder.name not in (INCOMING, LOCKS):
                yield from (folder.name for folder in folders_in(prefix_folder) if NAME.fullmatch(folder.name))

    def sizes(self, name: str) -> list[str]:
        return sorted(path.name for path in folder_of(name).iterdir())

    def age(self, name: str) -> float:
        return age_of(folder_of(name))


def root() -> Path:
    """Return the folder in which all files are stored: the setting FILES_DIR."""
    return Path(settings.FILES_DIR)


def check_name(name: str) -> str:
    """Return the name of a stored file as it is. Raises ValueError for a name that no stored file can have."""
    if not NAME.fullmatch(name):
        raise ValueError(f"“{name}” is no name of a stored file")
    return name


def folder_of(name: str) -> Path:
    """Return the folder with the sizes of the stored file `name`, which need not exist. Raises ValueError."""
    return root() / check_name(name)[:2] / name


def path_of(name: str, size: str) -> Path:
    """Return the path of one size (“full”, “large”, “small”) of the stored file with this name; it need not exist."""
    return folder_of(name) / size


def folders_in(where: Path) -> list[Path]:
    """Return the folders inside the folder `where`, sorted by path; [] where it does not exist."""
    return sorted(path for path in where.iterdir() if path.is_dir()) if where.is_dir() else []


def age_of(folder: Path) -> float:
    """Return how many seconds ago a folder was last changed, by the disk's clock; 0 if it is gone."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0


def _sync_to_disk(path: Path) -> None:
    """Force a file, or the list of names in a folder, from memory onto the disk, so that it survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

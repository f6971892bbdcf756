"""Storage of files: a folder outside everything that is served, with random names.

A file is complete and on the disk before the row that refers to it is committed, so that every row that can be
read has its file. A process that dies between the two leaves a file without a row, which `sweep` removes. Folders:
`incoming/` for files that are being written, `locks/` for locks, `ab/abcd…/` for stored files, with one file for each
size.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.utils.translation import gettext as _

from web.errors import DomainError

INCOMING: Final = "incoming"
LOCKS: Final = "locks"  # see `files.locks`
NAME: Final = re.compile(r"[0-9a-f]{32}")


class NoRoom(DomainError):
    """The disk is full, or cannot be written."""


def store(contents: Mapping[str, bytes]) -> str:
    """Write a new stored file in its sizes, given as content by size (“full”, “large”, “small”).

    Returns its random name. Raises NoRoom, and leaves no file, when the disk is full or cannot be written.
    """
    with new_stored_folder() as (name, folder):
        for size, content in contents.items():
            _write(folder / size, content)
    return name


@contextmanager
def store_stream(size: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the random name and the open file of a new stored file with one size, to write it piece by piece.

    `size` is “full”, “large” or “small”. It is stored when the block ends without an error, and removed otherwise.
    Raises NoRoom when the disk is full.
    """
    with new_stored_folder() as (name, folder), (folder / size).open("xb") as file:
        yield name, file


@contextmanager
def new_stored_folder() -> Iterator[tuple[str, Path]]:
    """Yield a random name and an empty folder: the files that the block writes into it are the sizes of a new stored
    file.

    It is stored when the block ends without an error, and removed otherwise. Raises NoRoom when the disk is full or
    cannot be written.
    """
    name = secrets.token_hex(16)
    folder = _root() / INCOMING / name
    try:
        folder.mkdir(parents=True, mode=0o700)
        yield name, folder
        for path in folder.iterdir():
            _sync_to_disk(path)
        target = _folder(name)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        folder.rename(target)
        _sync_to_disk(target.parent)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        remove(name)
        if not isinstance(error, OSError):
            raise
        raise no_room() from error


def no_room() -> NoRoom:
    """Return (not raise) the error for a disk that is full or cannot be written."""
    return NoRoom(
        _("The server has no room for files at the moment. Nothing was saved. Tell the lab, and try again later.")
    )


def upload_folder() -> Path:
    """Return the folder for uploads in progress, on the disk where files are stored; it is created where needed."""
    folder = _root() / INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def path_of(name: str, size: str) -> Path:
    """Return the path of one size (“full”, “large”, “small”) of the stored file with this name; it need not exist."""
    return _folder(name) / size


def relative_path_of(name: str, size: str) -> str:
    """Return the path of one size of a stored file, relative to the folder of files, as the proxy expects it."""
    return str(path_of(name, size).relative_to(_root()))


def remove(name: str) -> None:
    """Delete the stored file with this name in all sizes; do nothing if it is gone.

    Raises ValueError for a name that no stored file can have.
    """
    shutil.rmtree(_folder(name), ignore_errors=True)


def stored_names() -> Iterator[str]:
    """Yield the random names of all stored files on the disk, whether a database row refers to them or not."""
    for prefix_folder in _folders(_root()):
        if prefix_folder.name not in (INCOMING, LOCKS):
            yield from (folder.name for folder in _folders(prefix_folder) if NAME.fullmatch(folder.name))


def stored_sizes(name: str) -> list[Path]:
    """Return the paths of all sizes of the stored file with this name, sorted.

    Raises FileNotFoundError if it is gone.
    """
    return sorted(_folder(name).iterdir())


def is_older(name: str, *, than: float) -> bool:
    """Return whether the file with this name was stored more than `than` seconds ago; False if it is gone."""
    return _age(_folder(name)) > than


def sweep_incoming(*, older_than: float) -> int:
    """Remove folders of files that were being written when a process died; return how many.

    Only folders older than `older_than` seconds are removed.
    """
    stale = [folder for folder in _folders(_root() / INCOMING) if _age(folder) > older_than]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)


def _root() -> Path:
    """Return the folder in which all files are stored: the setting FILES_DIR."""
    return Path(settings.FILES_DIR)


def _folder(name: str) -> Path:
    """Return the folder that holds the sizes of the stored file with this name; it need not exist.

    Raises ValueError for a name that no stored file can have.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"“{name}” is no name of a stored file")
    return _root() / name[:2] / name


def _folders(where: Path) -> list[Path]:
    """Return the folders inside the folder `where`, sorted by path; [] where it does not exist."""
    return sorted(path for path in where.iterdir() if path.is_dir()) if where.is_dir() else []


def _age(folder: Path) -> float:
    """Return how many seconds ago a folder was last changed, by the disk's clock; 0 if it is gone."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0


def write_all(file: IO[bytes], content: bytes) -> None:
    """Write all the content to an unbuffered file, in as many steps as needed; raises OSError when the disk is full."""
    remaining = memoryview(content)
    while remaining:
        remaining = remaining[file.write(remaining) :]


def _write(path: Path, content: bytes) -> None:
    """Create the file `path` with this content; raises OSError where it exists or the disk is full."""
    with path.open("xb", buffering=0) as file:
        write_all(file, content)


def _sync_to_disk(path: Path) -> None:
    """Force a file, or the list of names in a folder, from memory onto the disk, so that it survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

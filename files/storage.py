"""Storage of files under random names: in a folder (FILES_DIR) or, with the setting FILES_BUCKET, in an object storage.

A file is completely stored before the row that refers to it is committed, so that every row that can be read has its
file. A process that dies between the two leaves a file without a row, which `sweep` removes. New files are written
on the disk of the machine first, in `incoming/` of the folder.
"""

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from files.backends.base import StorageBackend
from files.backends.folder import INCOMING, age_of, folders_in, root
from files.flock import try_to_lock_folder
from web.errors import DomainError


class NoRoom(DomainError):
    """The disk is full or cannot be written, or the object storage does not take the file."""


def _backend() -> StorageBackend:
    """Return the backend that FILES_BACKEND names. Only an installation with a bucket loads the library for it."""
    backend: StorageBackend = import_string(settings.FILES_BACKEND)()
    return backend


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
    cannot be written, or the object storage does not take all of it: what it took is swept.
    """
    name = secrets.token_hex(16)
    folder = root() / INCOMING / name
    try:
        folder.mkdir(parents=True, mode=0o700)
        # While it is locked, `sweep_incoming` leaves it alone. Nothing else locks it: its name is new and random.
        with try_to_lock_folder(folder):
            yield name, folder
            _backend().add(name, folder)
    except OSError as error:
        raise no_room() from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def no_room() -> NoRoom:
    """Return (not raise) the error for a disk that is full or cannot be written."""
    return NoRoom(
        _("The server cannot store files at the moment. Nothing was saved. Tell the lab, and try again later.")
    )


def upload_folder() -> Path:
    """Return the folder for uploads in progress, on the disk where files are stored; it is created where needed."""
    folder = root() / INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def open_stored(name: str, size: str) -> IO[bytes]:
    """Return one size (“full”, “large”, “small”) of the stored file with this name, open for reading.

    Raises FileNotFoundError when it is gone, OSError when the object storage does not answer.
    """
    return _backend().open(name, size)


def is_stored(name: str, size: str) -> bool:
    """Return whether one size of the stored file with this name is there."""
    return _backend().exists(name, size)


def proxy_address(name: str, size: str, content_type: str) -> str:
    """Return where the proxy finds one size of a stored file, as it expects it after FILES_ACCEL.

    In a bucket it is signed for half a minute and for this content type, and never leaves the proxy. Raises
    FileNotFoundError when the file is missing in the folder.
    """
    return _backend().address(name, size, content_type)


def remove(name: str) -> bool:
    """Delete the stored file with this name in all sizes; return whether it is gone. A failure is logged.

    Raises ValueError for a name that no stored file can have.
    """
    return _backend().remove(name)


def claim(installation: str) -> bool:
    """Return whether all stored files belong to this installation; the first one to ask gets them."""
    return _backend().claim(installation)


def find_fault() -> str | None:
    """Return in a sentence for operators what keeps files from being stored or deleted; None if nothing does."""
    return _backend().find_fault()


def stored_names() -> Iterator[str]:
    """Yield the random names of all stored files, sorted, whether a database row refers to them or not."""
    return _backend().names()


def stored_sizes(name: str) -> list[str]:
    """Return all sizes of the stored file with this name, sorted. Raises FileNotFoundError if it is gone."""
    return _backend().sizes(name)


def is_older(name: str, *, than: float) -> bool:
    """Return whether the file with this name was stored more than `than` seconds ago; False if it is gone."""
    return _backend().age(name) > than


def sweep_incoming(*, older_than: float) -> int:
    """Remove folders of files that were being written when a process died; return how many.

    Only folders older than `older_than` seconds are removed, and none that is still written.
    """
    return sum(_remove_abandoned(folder) for folder in folders_in(root() / INCOMING) if age_of(folder) > older_than)


def _remove_abandoned(folder: Path) -> bool:
    """Remove a folder in `incoming/` and return True; return False if it is still written, gone, or of another user."""
    try:
        with try_to_lock_folder(folder) as is_locked:
            if is_locked:  # nobody writes it
                shutil.rmtree(folder, ignore_errors=True)
            return is_locked
    except OSError:
        return False


def write_all(file: IO[bytes], content: bytes) -> None:
    """Write all the content to an unbuffered file, in as many steps as needed; raises OSError when the disk is full."""
    remaining = memoryview(content)
    while remaining:
        remaining = remaining[file.write(remaining) :]


def _write(path: Path, content: bytes) -> None:
    """Create the file `path` with this content; raises OSError where it exists or the disk is full."""
    with path.open("xb", buffering=0) as file:
        write_all(file, content)

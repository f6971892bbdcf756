"""Where files live: a folder outside everything that is served, under names drawn at random.

A file is whole, and on the disk, before the row that names it is committed: whoever sees a row finds its file. What
can be left when a process dies between the two is a file that no row names, which `sweep` finds. Folders:
`incoming/` for what is being written, `locks/` for locks, `ab/abcd…/` for what is kept, one file for each size.
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
    """The disk takes no more."""


def place(contents: Mapping[str, bytes]) -> str:
    """Write the sizes of one file, and return the name they are kept under.

    All or nothing: raises NoRoom, and leaves nothing, when the disk is full or does not take them.
    """
    with receiving() as (name, folder):
        for size, content in contents.items():
            _write(folder / size, content)
    return name


@contextmanager
def placing(size: str) -> Iterator[tuple[str, IO[bytes]]]:
    """A file to be written bit by bit in the block, and the name it is kept under once that ends well.

    All or nothing, as `place`.
    """
    with receiving() as (name, folder), (folder / size).open("xb") as file:
        yield name, file


@contextmanager
def receiving() -> Iterator[tuple[str, Path]]:
    """Yield a folder to write into, kept under its name when the block ends well and gone when it does not."""
    name = secrets.token_hex(16)
    written = _root() / INCOMING / name
    try:
        written.mkdir(parents=True, mode=0o700)
        yield name, written
        for path in written.iterdir():
            _settle(path)
        kept = _folder(name)
        kept.parent.mkdir(exist_ok=True, mode=0o700)
        written.rename(kept)
        _settle(kept.parent)
    except BaseException as error:
        shutil.rmtree(written, ignore_errors=True)
        remove(name)
        if not isinstance(error, OSError):
            raise
        raise no_room() from error


def no_room() -> NoRoom:
    """Return the error for a disk that is full."""
    return NoRoom(
        _("The server has no room for files at the moment. Nothing was saved. Tell the lab, and try again later.")
    )


def upload_folder() -> Path:
    """Return the folder for files that are being sent, on the disk where they are going to be kept."""
    folder = _root() / INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def path_of(name: str, size: str) -> Path:
    """The file of one size; whether it is there is another question."""
    return _folder(name) / size


def address_of(name: str, size: str) -> str:
    """The same within the folder, for whoever serves that."""
    return str(path_of(name, size).relative_to(_root()))


def remove(name: str) -> None:
    """Take a kept file away, in all sizes; one that is gone already is no error."""
    shutil.rmtree(_folder(name), ignore_errors=True)


def names_kept() -> Iterator[str]:
    """The names of all that is kept, whether a row knows them or not."""
    for shelf in _folders(_root()):
        if shelf.name not in (INCOMING, LOCKS):
            yield from (folder.name for folder in _folders(shelf) if NAME.fullmatch(folder.name))


def sizes_kept(name: str) -> list[Path]:
    """The files of one that is kept, by the names of their sizes."""
    return sorted(_folder(name).iterdir())


def is_older(name: str, *, than: float) -> bool:
    """Whether a kept file was put there more than so many seconds ago."""
    return _age(_folder(name)) > than


def sweep_incoming(*, older_than: float) -> int:
    """Remove what was being written when a process died; returns how many."""
    left = [folder for folder in _folders(_root() / INCOMING) if _age(folder) > older_than]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _root() -> Path:
    return Path(settings.FILES_DIR)


def _folder(name: str) -> Path:
    """Of one file; raises ValueError for what is no name of ours, the empty one first of all."""
    if not NAME.fullmatch(name):
        raise ValueError(f"“{name}” is no name of a kept file")
    return _root() / name[:2] / name


def _folders(where: Path) -> list[Path]:
    return sorted(path for path in where.iterdir() if path.is_dir()) if where.is_dir() else []


def _age(folder: Path) -> float:
    """In seconds, by the disk's own clock; nothing for what has gone meanwhile."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0


def write_all(file: IO[bytes], content: bytes) -> None:
    """Write to a file without a buffer until all is written, or raise OSError."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


def _write(path: Path, content: bytes) -> None:
    with path.open("xb", buffering=0) as file:
        write_all(file, content)


def _settle(path: Path) -> None:
    """Make the disk keep a file, or the names in a folder, through a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

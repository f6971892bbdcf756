"""Turns: what only one process of a machine does at a time, with an end to the waiting.

A turn is a lock on a directory in the folder of files, which all processes of an installation share. The system gives
it back when its process ends, however that happens, and those that inherited it. A lock in PostgreSQL would bind
several machines together, and be lost with a connection while the picture is still decoded.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from files.storage import TURNS, no_room
from web.errors import DomainError

A_MOMENT: Final = 0.25  # seconds that a second request of one person waits for the first: others need the process
PAUSE: Final = 0.05  # seconds between two tries


class Busy(DomainError):
    """Someone else's file is being read, for longer than this one can wait."""

    def __init__(self) -> None:
        super().__init__(_("The server is busy with other files. Wait a minute, then send the form again."))


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment at which waiting ends; `seconds` from now when it is made."""

    seconds: float
    begun: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Return the seconds that are left, 0 when none are."""
        return max(self.begun + self.seconds - time.monotonic(), 0.0)


@contextmanager
def turn(name: str, *, deadline: Deadline) -> Iterator[int]:
    """Hold the turn of this name for the block; yield the descriptor that holds it, for a child to inherit.

    Raises Busy when others hold it until the deadline, NoRoom when the folder cannot be written.
    """
    handle = _opened(name)
    try:
        while not _locked(handle):
            if not deadline.left():
                raise Busy
            time.sleep(PAUSE)
        yield handle
    finally:
        os.close(handle)


def _opened(name: str) -> int:
    folder = Path(settings.FILES_DIR) / TURNS / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise no_room() from error


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

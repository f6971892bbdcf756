"""Locks that one process of a machine holds at a time, with a deadline for waiting.

A lock is an flock on a directory in FILES_DIR, which all processes of a machine share. The system
releases it once the process that holds it, and the children that inherited it, have ended. A lock in PostgreSQL would
make several machines wait for each other, and would be lost with a connection while a picture is still decoded.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from files.backends.folder import LOCKS, root
from files.flock import try_lock
from files.storage import no_room
from web.errors import DomainError

SAME_PERSON_WAIT: Final = 0.25  # seconds a request waits for another one of the same person: others need the process
RETRY_EVERY: Final = 0.05  # seconds between two tries


class ServerBusy(DomainError):
    """Another file is being read, for longer than this one can wait."""

    def __init__(self) -> None:
        """Set the message shown to the person: wait, then send the form again."""
        super().__init__(_("The server is busy with other files. Wait a minute, then send the form again."))


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment at which waiting ends: `seconds` after the object is created."""

    seconds: float
    begun: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Return the seconds left until the deadline; 0.0 once it has passed."""
        return max(self.begun + self.seconds - time.monotonic(), 0.0)


@contextmanager
def exclusive_lock(name: str, *, deadline: Deadline) -> Iterator[int]:
    """Hold the lock called `name` while the block runs; yield its file descriptor, for a child process to inherit.

    Only one process of the machine holds it. Raises ServerBusy when others hold it until the deadline, NoRoom when
    the folder of locks cannot be written.
    """
    handle = _open_lock(name)
    try:
        while not try_lock(handle):
            if not deadline.left():
                raise ServerBusy
            time.sleep(RETRY_EVERY)
        yield handle
    finally:
        os.close(handle)


def _open_lock(name: str) -> int:
    """Return a file descriptor of the directory of the lock `name`, which is created where needed.

    Raises NoRoom if that fails.
    """
    folder = root() / LOCKS / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise no_room() from error

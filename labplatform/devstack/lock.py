"""A lock that allows one demonstration per folder; its launcher and every process it started hold it."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labplatform.devstack.processes import STOP_SECONDS

MAX_WAIT_SECONDS = 2 * STOP_SECONDS  # processes of a killed launcher have ended by then


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock file at `path` inside the block, so that only one demonstration runs from its folder.

    Raises SystemExit when another one still holds it after a while. Child processes inherit the open file, so that the
    lock is free only when the last of them has ended.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(opened, True)
    try:
        _take(opened)
        yield
    finally:
        os.close(opened)


def _take(opened: int) -> None:
    """Lock the open file with this descriptor; raise SystemExit when another process still holds it after 16
    seconds.
    """
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while True:
        try:
            return fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise SystemExit("A demonstration runs from this folder already: stop that one first.") from error
        time.sleep(0.1)

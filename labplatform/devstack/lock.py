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
    """Hold the lock at `path` inside; raise SystemExit when another demonstration still holds it after a while.

    The open file is inherited by the child processes (see `processes.start`), so that the lock is free when the last
    has ended.
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
    """Lock the open file; raise SystemExit when it is still locked after MAX_WAIT_SECONDS."""
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while True:
        try:
            return fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise SystemExit("A demonstration runs from this folder already: stop that one first.") from error
        time.sleep(0.1)

"""One demonstration at a time per folder: a lock that its launcher and every process it started hold together."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labplatform.devstack.processes import STOP_SECONDS

PATIENCE = 2 * STOP_SECONDS  # what ends after a killed launcher has ended by then


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock, once whatever an earlier launcher left has ended. Raises SystemExit after PATIENCE seconds.

    The open file is handed on to the children (see `processes.start`), so that the lock is free when the last is gone.
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
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise SystemExit("A demonstration runs from this folder already: stop that one first.") from error
        time.sleep(0.1)

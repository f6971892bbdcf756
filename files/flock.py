"""Locks of the operating system (flock) on folders, which all processes of a machine share.

The system releases the lock of a process that dies. Other machines that mount the same disk do not see the lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def try_to_lock_folder(folder: Path) -> Iterator[bool]:
    """Hold the lock on a folder while the block runs, and yield True; yield False if another process or thread has it.

    Raises FileNotFoundError if the folder is gone.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield try_lock(handle)
    finally:
        os.close(handle)


def try_lock(handle: int) -> bool:
    """Try to take the lock on the open folder `handle` without waiting.

    Returns False while another process or thread holds it.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

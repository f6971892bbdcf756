"""End servers whose launcher has ended in any way: killed, timed out or crashed.

PostgreSQL runs as a daemon, so the end of its launcher does not stop it. A watcher process waits at a pipe that closes
with the launcher, then ends the servers. If the watcher is killed as well, the next temporary folder removes what was
left.
"""

import fcntl
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from labplatform.devstack import redis
from labplatform.devstack.folders import socket_folder
from labplatform.devstack.postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent.parent
PREFIX = "labplatform-"
UNMARKED_SECONDS = (
    3600  # a launcher marks its folder at once; an unmarked folder of this age belongs to a killed launcher
)
QUIET_SECONDS = 2  # time for servers that a killed launcher was still starting
WAIT_COMMAND = 'read -r _; exec "$@"'  # a shell waits for free; nothing is written to the pipe, it only closes


@contextmanager
def end_servers_with_process(folder: Path, *, remove: bool = False) -> Iterator[None]:
    """Have the servers that run from `folder` ended when this process ends inside the block, however it ends.

    With `remove`, the folder is deleted too. A watcher process does so; it has a session of its own, so neither Ctrl-C
    nor signals to our process group reach it. It inherits open files: the demonstration's lock stays taken until
    PostgreSQL has ended.
    """
    words = [sys.executable, "-m", "labplatform.devstack.leftovers", str(folder), *(["remove"] if remove else [])]
    with subprocess.Popen(
        ["sh", "-c", WAIT_COMMAND, "watcher", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        close_fds=False,
        start_new_session=True,
    ) as watcher:
        try:
            yield
        finally:
            watcher.terminate()


@contextmanager
def temporary() -> Iterator[Path]:
    """Yield a temporary folder for servers; it is deleted at the end, or by the watcher process if this one is killed.

    If both are killed, the next call deletes it.
    """
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = _mark(folder)
    try:
        with end_servers_with_process(folder, remove=True):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _mark(folder: Path) -> int:
    """Lock the temporary folder as long as this process lives; return the descriptor of its open lock file.

    The file gets its name once it is locked, so that no `sweep` finds it unlocked.
    """
    new = folder / "lock.new"
    lock = os.open(new, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    new.rename(folder / "lock")
    return lock


def sweep() -> None:
    """Delete this user's temporary folders whose process has ended, or that were never locked,
    and end their servers.
    """
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/lock"):
        with suppress(FileNotFoundError, PermissionError, BlockingIOError):
            if lock.lstat().st_uid == os.geteuid():
                _clear_unless_held(lock)
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, PermissionError):
            if _was_forgotten(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _was_forgotten(folder: Path) -> bool:
    """Return whether a temporary folder was never locked: for an hour it has been empty, or held an unfinished lock
    only.

    False for the short socket folders, which have one more dash in their names and never get a lock.
    """
    status = folder.lstat()
    is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and "-" not in folder.name[len(PREFIX) :]
    return is_ours and status.st_mtime < time.time() - UNMARKED_SECONDS and {*os.listdir(folder)} <= {"lock.new"}


def _clear_unless_held(lock: Path) -> None:
    """End the servers that run from the folder of this lock file and delete the folder.

    Raises BlockingIOError, before anything else, while the process that holds the lock lives.
    """
    opened = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        clear(lock.parent, remove=True)
    finally:
        os.close(opened)


def clear(folder: Path, *, remove: bool) -> None:
    """End the servers that run from `folder`, again and again for two seconds; with `remove`, delete it and its
    sockets.

    The repetition finds servers that a killed process was still starting.
    """
    deadline = time.monotonic() + QUIET_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        with suppress(FileNotFoundError):  # another process clears it too
            end_servers(folder)
        if remove:
            shutil.rmtree(socket_folder(folder), ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.1)


def end_servers(folder: Path) -> None:
    """End the PostgreSQL and Redis that answer on a socket of the folder; nothing happens without one.

    Process ids in files are not used: other processes may have them since.
    """
    cluster = Cluster(folder / "postgres", socket_folder(folder))
    if cluster.answers():
        cluster.stop()
    for socket in (socket_folder(folder) / "redis.sock", *folder.glob("*/redis.sock")):
        redis.shut_down(socket)


if __name__ == "__main__":
    clear(Path(sys.argv[1]), remove="remove" in sys.argv[2:])

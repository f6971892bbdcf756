"""Nothing outlives its launcher, however that ended: killed, out of time, or without a word.

PostgreSQL makes a daemon of itself, so nobody tells it. A watcher waits at a pipe whose other end closes with the
launcher, and ends the servers then. Should the watcher be killed as well, the next temporary folder clears what the
last one left.
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
UNMARKED_SECONDS = 3600  # a launcher marks its folder at once: one this old was killed before it could
QUIET_SECONDS = 2  # what a killed launcher had begun to start has come up by then
WAIT = 'read -r _; exec "$@"'  # a shell waits at no cost; nothing is ever written, the pipe only closes


@contextmanager
def watched(folder: Path, *, goes: bool = False) -> Iterator[None]:
    """Servers that run from `folder` end with this process; with `goes`, the folder is removed too.

    The watcher is of a session of its own: no Ctrl-C reaches it, nor what is sent to our group. It holds what was made
    inheritable: the demonstration's lock stays taken until PostgreSQL has ended.
    """
    words = [sys.executable, "-m", "labplatform.devstack.leftovers", str(folder), *(["goes"] if goes else [])]
    with subprocess.Popen(
        ["sh", "-c", WAIT, "watcher", *words],
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
    """A folder for a throw-away stack, gone afterwards: at the end, else by its watcher, else by the next one made."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    held = _mark(folder)
    try:
        with watched(folder, goes=True):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _mark(folder: Path) -> int:
    """A lock that lasts as long as this process; it gets its name once it is held, so that nobody sweeps meanwhile."""
    new = folder / "lock.new"
    held = os.open(new, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    new.rename(folder / "lock")
    return held


def sweep() -> None:
    """Clear the temporary folders of this account whose launcher is gone, or was before it marked its folder."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/lock"):
        with suppress(FileNotFoundError, PermissionError, BlockingIOError):
            if lock.lstat().st_uid == os.geteuid():
                _clear_unless_held(lock)
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, PermissionError):
            if _was_forgotten(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _was_forgotten(folder: Path) -> bool:
    """Whether nobody marked it for an hour, and nothing was begun in it.

    Short folders for sockets have one more dash in their names: they are never marked.
    """
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and "-" not in folder.name[len(PREFIX) :]
    return ours and found.st_mtime < time.time() - UNMARKED_SECONDS and {*os.listdir(folder)} <= {"lock.new"}


def _clear_unless_held(lock: Path) -> None:
    """Raises BlockingIOError where its launcher lives."""
    opened = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        clear(lock.parent, goes=True)
    finally:
        os.close(opened)


def clear(folder: Path, *, goes: bool) -> None:
    """End the servers of `folder` and look again for a moment; with `goes`, until it and its sockets are gone."""
    deadline = time.monotonic() + QUIET_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        with suppress(FileNotFoundError):  # somebody else clears it too
            end_servers(folder)
        if goes:
            shutil.rmtree(socket_folder(folder), ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.1)


def end_servers(folder: Path) -> None:
    """Only what answers on a socket of the folder is ended: the number in a file left there may be anyone's by now."""
    cluster = Cluster(folder / "postgres", socket_folder(folder))
    if cluster.answers():
        cluster.stop()
    for socket in (socket_folder(folder) / "redis.sock", *folder.glob("*/redis.sock")):
        redis.shut_down(socket)


if __name__ == "__main__":
    clear(Path(sys.argv[1]), goes="goes" in sys.argv[2:])

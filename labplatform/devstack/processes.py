"""Start and end child processes so that none outlives its launcher."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

NOBODY = 65534
PR_SET_PDEATHSIG = 1
STOP_SECONDS = 8


def end_with_parent() -> None:
    """Have Linux end this process with SIGTERM when its parent ends.

    Nothing happens on other systems; there the next start cleans up.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, log: Path | None = None, waiting: bool = False
) -> subprocess.Popen[bytes]:
    """Start a child process in a session of its own and return it.

    `env` adds to our environment. Output goes to the file `log`, or to our own output. A `waiting` child waits at a
    gate until `gate.open_gate`. Inheritable open files, such as the demonstration's lock, stay open in it.
    """
    with open(log or os.devnull, "ab") as out:
        return subprocess.Popen(
            command,
            env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE if waiting else subprocess.DEVNULL,
            stdout=out if log else None,
            stderr=subprocess.STDOUT if log else None,
            close_fds=False,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - no thread runs before the fork
        )


def stop(*children: subprocess.Popen[bytes]) -> None:
    """Ask all these processes to end at once, and kill those that still run after eight seconds each; wait for all."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdin:
            child.stdin.close()


@cache
def unprivileged() -> tuple[str, ...]:
    """Return the words to put before a command that refuses to run as root; () when we are not root.

    A user namespace maps root to another account, so that files keep their owner. Raises SystemExit where there are no
    user namespaces.
    """
    if os.geteuid() != 0:
        return ()
    mapped = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    if shutil.which("unshare") and subprocess.run([*mapped, "true"], check=False, capture_output=True).returncode == 0:
        return mapped
    raise SystemExit("PostgreSQL does not run as root here: start this as an ordinary user.")

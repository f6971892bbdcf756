"""A gate between processes: a child imports what it needs, then waits at it until its launcher opens it."""

import subprocess
import sys
from contextlib import suppress

OPEN_SIGNAL = b"."


def wait() -> None:
    """Wait, in a child process, until the process that started it opens the gate; SystemExit when that process has
    ended.
    """
    if sys.stdin.buffer.read(1) != OPEN_SIGNAL:
        raise SystemExit(1)


def open_gate(child: subprocess.Popen[bytes]) -> None:
    """Let a child process that was started as `waiting` go on; nothing happens when it has ended."""
    if child.stdin:
        with suppress(BrokenPipeError), child.stdin:
            child.stdin.write(OPEN_SIGNAL)

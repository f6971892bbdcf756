"""A gate between processes: a child imports what it needs, then waits at it until its launcher opens it."""

import subprocess
import sys
from contextlib import suppress

OPEN_SIGNAL = b"."


def wait() -> None:
    """Wait, in the child, until the launcher opens the gate; raise SystemExit when the launcher has ended."""
    if sys.stdin.buffer.read(1) != OPEN_SIGNAL:
        raise SystemExit(1)


def open_gate(child: subprocess.Popen[bytes]) -> None:
    """Let a child that was started as `waiting` go past its gate; nothing happens when the child has ended."""
    if child.stdin:
        with suppress(BrokenPipeError), child.stdin:
            child.stdin.write(OPEN_SIGNAL)

"""A child that takes long to import what it needs does so beside its launcher, then waits to be let through."""

import subprocess
import sys
from contextlib import suppress

GO = b"."


def wait() -> None:
    """Block until the launcher lets us through. Raises SystemExit when the launcher is gone before."""
    if sys.stdin.buffer.read(1) != GO:
        raise SystemExit(1)


def let_through(child: subprocess.Popen[bytes]) -> None:
    """Say so to a child started as `waiting`; one that ended already is left to whoever waits for it."""
    if child.stdin:
        with suppress(BrokenPipeError), child.stdin:
            child.stdin.write(GO)

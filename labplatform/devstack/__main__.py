"""`python -m labplatform.devstack demo` serves the demonstration, `serve` an installation without its data.

`run COMMAND…` gives a throw-away stack.
"""

import os
import subprocess
import sys
from pathlib import Path

from labplatform.devstack import demo, stack


def run(command: list[str]) -> int:
    """Run a command with a PostgreSQL and a Redis that exist only for it, in its environment; return its exit code."""
    with stack.temporary_servers() as addresses:
        return subprocess.run(command, env={**os.environ, **addresses}, check=False).returncode


def main(words: list[str]) -> int:
    """Run the words of the command line: “demo” serves the demonstration, “serve” an installation without its data,
    “run COMMAND…” runs a command; return the exit code.

    Anything else prints the usage and returns 2.
    """
    match words:
        case ["demo"]:
            demo.run(Path(os.environ.get("VAR_DIR", demo.ROOT / "var")))
            return 0
        case ["serve"]:
            demo.run(Path(os.environ.get("VAR_DIR", demo.ROOT / "lab-data")), is_demo=False)
            return 0
        case ["run", *command] if command:
            return run(command)
    print("usage: python -m labplatform.devstack demo | serve | run COMMAND…", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

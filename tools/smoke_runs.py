"""Runs tools that need a platform of their own, each at its smallest size, one after the other on one PostgreSQL.

`python -m tools.smoke_runs bench faults` prints their output, then a JSON line with the exit code of each.
"""

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from tools.faults.platform import platform_host

ARGUMENTS: Final = {
    "bench": ["--smallest"],
    "drill": ["--bare"],
    "faults": ["--smallest"],
    "rehearsal": ["--smallest"],
}


def main(names: Sequence[str]) -> int:
    with platform_host():
        codes = {name: import_module(f"tools.{name}.__main__").main(ARGUMENTS[name]) for name in names}
    sys.stdout.write(f"{json.dumps(codes)}\n")
    return int(any(codes.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

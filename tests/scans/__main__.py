"""`make scan`: each scanner finds what was planted for it and nothing of ours. ARGS="--only semgrep,wapiti" chooses.

Exits with 1 when one missed what was planted or found something; one that could not run is named and shows nothing.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Final

from tests.scans import deployed, interface, own_rules, packages, walker
from tests.scans.found import Found

SCANS: Final[dict[str, Callable[[], Found]]] = {
    "semgrep": own_rules.scan,
    "deploy": deployed.scan,
    "pip-audit": packages.scan,
    "schemathesis": interface.scan,
    "wapiti": walker.scan,
}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make scan", description=__doc__)
    parser.add_argument("--only", default="", help="scanners by name, separated by commas")
    chosen = [name for name in parser.parse_args(words).only.split(",") if name] or list(SCANS)
    red = 0
    for name in chosen:
        found = SCANS[name]()
        print(found.said, flush=True)
        for line in [*(f"MISSED {fault}" for fault in found.missed), *found.ours]:
            print(f"    {line}", flush=True)
        red += not (found.good or found.not_run)
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make scan`: each scanner finds what was planted for it and nothing of ours. ARGS="--only semgrep,wapiti" chooses.

Exits with 1 when one missed what was planted or found something, else with 3 when one could not run: that is named, and
shows nothing. `--without pip-audit` accepts that this one cannot run; where it can, what it finds counts all the same.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Final

from tools.scans import deployed, interface, own_rules, packages, walker
from tools.scans.found import NOT_RUN, RED, Found
from tools.scans.tools import Unavailable

SCANS: Final[dict[str, Callable[[], Found]]] = {
    "semgrep": own_rules.scan,
    "deploy": deployed.scan,
    "pip-audit": packages.scan,
    "schemathesis": interface.scan,
    "wapiti": walker.scan,
}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make scan", description=__doc__)
    parser.add_argument("--only", type=named, default=list(SCANS), help="scanners by name, separated by commas")
    parser.add_argument("--without", type=named, default=[], help="those that may be unable to run")
    told = parser.parse_args(words)
    found = {name: run(name) for name in told.only}
    ends = Counter(one.end for one in found.values())
    print("scanners:", ", ".join(f"{count} {end}" for end, count in ends.items()), flush=True)
    return code(found, told.without)


def code(found: dict[str, Found], accepted: Collection[str]) -> int:
    if any(one.end == RED for one in found.values()):
        return 1
    return 3 if any(one.end == NOT_RUN and name not in accepted for name, one in found.items()) else 0


def run(name: str) -> Found:
    """One of them, and what it said; one that cannot be had keeps the others from nothing."""
    try:
        found = SCANS[name]()
    except Unavailable as why:
        found = Found(name, not_run=str(why))
    print(found.said, flush=True)
    for line in [*(f"MISSED {fault}" for fault in found.missed), *found.ours]:
        print(f"    {line}", flush=True)
    return found


def named(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if unknown := [name for name in names if name not in SCANS]:
        raise argparse.ArgumentTypeError(f"no scanner is called {', '.join(unknown)}: there are {', '.join(SCANS)}")
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

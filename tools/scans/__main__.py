"""`make scan`: each scanner finds its planted faults and nothing of ours. ARGS="--only semgrep,wapiti" selects
scanners.

Exits with 1 when one missed a planted fault or found another, else with 3 when one could not run: it is named, and
proves nothing. `--without pip-audit` accepts that this one cannot run; if it runs, its findings count all the same.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Final

from tools.scans import deployed, interface, own_rules, packages, walker
from tools.scans.environments import Unavailable
from tools.scans.findings import NOT_RUN, RED, ScanResult

SCANS: Final[dict[str, Callable[[], ScanResult]]] = {
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
    options = parser.parse_args(words)
    results = {name: run(name) for name in options.only}
    ends = Counter(one.outcome for one in results.values())
    print("scanners:", ", ".join(f"{count} {end}" for end, count in ends.items()), flush=True)
    return code(results, options.without)


def code(results: dict[str, ScanResult], accepted: Collection[str]) -> int:
    if any(one.outcome == RED for one in results.values()):
        return 1
    return 3 if any(one.outcome == NOT_RUN and name not in accepted for name, one in results.items()) else 0


def run(name: str) -> ScanResult:
    """Run one scanner and print its result; one that is unavailable does not stop the others."""
    try:
        result = SCANS[name]()
    except Unavailable as why:
        result = ScanResult(name, not_run=str(why))
    print(result.summary, flush=True)
    for line in [*(f"MISSED {fault}" for fault in result.missed), *result.ours]:
        print(f"    {line}", flush=True)
    return result


def named(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if unknown := [name for name in names if name not in SCANS]:
        raise argparse.ArgumentTypeError(f"no scanner is called {', '.join(unknown)}: there are {', '.join(SCANS)}")
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

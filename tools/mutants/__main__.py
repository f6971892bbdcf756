"""`make mutants`: which tests reach which check, then each check removed in turn; killed / total.

Each check is run in rounds: against a dozen quick tests, then survivors against the role matrix, against the tests that
share a stage, and against more tests. ARGS="--only words" selects checks whose names contain one of the words,
separated by commas; `--again` uses the last recording; `--more "tests/…"` records these tests again, new ones for
instance, and keeps the rest; `--left` continues with the survivors. Red tests are left out. Exits with 1 when a check
can be removed without a test failing.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from tools.mutants import STAGED, WARMS, parts
from tools.mutants.equivalent import why_equivalent
from tools.mutants.switches import ROOT

FOLDER: Final = Path(os.environ.get("MUTANTS_FOLDER", ROOT / "var" / "mutants"))
KILLED: Final = FOLDER / "killed.json"
PARTS: Final = 2


class MutantRound(NamedTuple):
    """Which tests are run: a number of those that reach a check, the routes of its view, or all of a file."""

    max_tests: int = 0
    matrix: bool = False
    stage: str = ""

    def __str__(self) -> str:
        return self.stage or ("the role matrix" if self.matrix else f"{self.max_tests} tests each")


# The quickest first; what is left then is asked of more.
ROUNDS: Final = (
    MutantRound(12),
    MutantRound(matrix=True),
    *(MutantRound(stage=path) for path in STAGED[2:]),
    MutantRound(60),
)
CONTROLS: Final = tuple(f"control {part}: nothing is taken out" for part in range(PARTS))  # one for each process
AS_WRITTEN: Final = ["tests/test_permission_table.py::test_permission_tables_agree_with_the_domain"]
BASE: Final = (sys.executable, "-m", "pytest", "-q", "-p", "tools.mutants.plugin", "-m", "not browser and not redis")
IGNORED: Final = ("tests/test_tools.py", "tests/tools", "tests/labplatform/devstack")


def record(more: Sequence[str] = ()) -> None:
    """Run the suite once, or `more` of it, and record what each green test reaches."""
    for old in () if more else FOLDER.glob("reached-*"):
        old.unlink()
    ignored = [f"--ignore={path}" for path in IGNORED]
    environment = {**os.environ, "MUTANTS": "record", "MUTANTS_FOLDER": str(FOLDER)}
    words = [*BASE, *([] if more else ["-n", str(PARTS), "--dist", "worksteal"]), *ignored, *more]
    subprocess.run(words, env=environment, cwd=ROOT, check=False)


def recorded() -> list[dict[str, Any]]:
    """Return the last recorded line of each green test."""
    lines = [json.loads(line) for path in FOLDER.glob("reached-*.jsonl") for line in path.read_text().splitlines()]
    return list({line["test"]: line for line in lines}.values())


def tests_reaching() -> dict[str, list[str]]:
    """The tests that reach a check: those named after its module first, then those that reach little else, or quickly.

    Tests that need the stage of the role matrix come last: they make many requests. What every page calls
    is reached by thousands of tests: there the module name decides which tests are about it.
    """
    tests_by_name: dict[str, list[tuple[bool, bool, int, float, str]]] = defaultdict(list)
    for line in recorded():
        for name in line["reached"]:
            is_named_after = _words(name.partition(":")[0]) <= set(re.split(r"[/._]", line["test"].partition("::")[0]))
            staged = line["test"].startswith(STAGED)
            tests_by_name[name].append(
                (staged, not is_named_after, len(line["reached"]), line["seconds"], line["test"])
            )
    return {name: [test for *_, test in sorted(tests)] for name, tests in tests_by_name.items()}


def _words(module: str) -> set[str]:
    """Return the app and the last name of a module, as in the path of its test."""
    return {module.partition(".")[0], *module.rpartition(".")[2].split("_")}


def every_name() -> dict[str, list[str]]:
    """Return the checks, with the tests of the role matrix that reach each."""
    lines = subprocess.run(
        [sys.executable, "-m", "tools.mutants.names"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return {name: tests for name, *tests in (line.split("\t") for line in lines)}


def chosen_checks(only: str) -> dict[str, list[str]]:
    """Return the checks whose names contain one of these words, with the tests of the role matrix that reach each."""
    words = [word for word in only.split(",") if word]
    return {name: tests for name, tests in every_name().items() if not words or any(word in name for word in words)}


def tests_by_check(names: Mapping[str, list[str]], mutant_round: MutantRound) -> dict[str, list[str]]:
    """Return each check with the tests to run; rows of tables have the tests that reach any check of their app."""
    if mutant_round.stage:
        return {name: [mutant_round.stage] for name in (*CONTROLS, *names)}
    if mutant_round.matrix:
        checks = {name: tests for name, tests in names.items() if tests}
        return dict.fromkeys(CONTROLS, next(iter(checks.values()))) | checks if checks else {}
    found = tests_reaching()
    every = sorted(line["test"] for line in recorded())
    checks = {name: _tests_of(name, every, found, mutant_round.max_tests) for name in names}
    return dict.fromkeys(CONTROLS, _of_tables(found)[: mutant_round.max_tests]) | checks


def _tests_of(name: str, every: list[str], found: dict[str, list[str]], most: int) -> list[str]:
    if parts.is_part(name):
        return parts.noticing(name, every)
    tests = _of_tables(found, name.partition(".")[0]) if parts.is_row(name) else found.get(name, [])
    return tests[:most]


def _of_tables(found: dict[str, list[str]], app: str = "") -> list[str]:
    """Return tests of the permission table and of the app's permissions first, then others that check permissions."""
    tests = {test for name, reached in found.items() if " denied " in name or " enforced " in name for test in reached}
    return AS_WRITTEN + sorted(
        tests, key=lambda test: ("permission_table" not in test, f"/{app}/test_permissions" not in test, test)
    )


def run(checks: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Remove each check, in one process per part."""
    for old in FOLDER.glob("part-*"):
        old.unlink()
    names = list(checks)
    children = []
    for part in range(PARTS):
        mine = {name: checks[name] for name in names[part::PARTS]}
        mine[f"control {part} once more: nothing is taken out"] = checks[CONTROLS[part]]
        (FOLDER / f"part-{part}.json").write_text(json.dumps(mine))
        files = sorted({test.split("::")[0] for tests in mine.values() for test in tests})
        environment = {**os.environ, "MUTANTS": "run", "MUTANTS_FOLDER": str(FOLDER), "MUTANTS_PART": str(part)}
        words = [*BASE, "-p", "no:randomly", "-p", "no:xdist", *sorted({*WARMS, *files})]
        children.append(subprocess.Popen(words, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL))
    for child in children:
        child.wait()
    return results_so_far()


def results_so_far() -> list[dict[str, Any]]:
    lines = [line for path in FOLDER.glob("part-*.results") for line in path.read_text().splitlines()]
    return [json.loads(line) for line in lines]


def killed_of(results: Sequence[dict[str, Any]]) -> set[str]:
    """Return the killed checks, as long as the controls are green."""
    if reddened := [line for line in results if line["check"].startswith("control ") and line["killed"]]:
        raise SystemExit(f"Nothing was taken out and a test turned red all the same: {reddened}")
    return {line["check"] for line in results if line["killed"]}


def print_report(killed: set[str], names: Collection[str]) -> int:
    """Print the survivors and the totals for these names; return how many survivors are not equivalent."""
    left = sorted(set(names) - killed)
    for name in left:
        print(f"{'equivalent' if why_equivalent(name) else 'SURVIVED  '} {name}  {why_equivalent(name)}")
    missed = [name for name in left if not why_equivalent(name)]
    print(f"mutants: killed {len(names) - len(left)} / {len(names)}, equivalent {len(left) - len(missed)}")
    return len(missed)


def killed_before() -> set[str]:
    """Return the killed checks of earlier runs, including one that was interrupted."""
    before = set(json.loads(KILLED.read_text())) if KILLED.exists() else set()
    return before | killed_of(results_so_far())


def run_rounds(names: Mapping[str, list[str]], rounds: Sequence[MutantRound], killed: set[str]) -> set[str]:
    """Run round after round with the survivors; equivalent ones are removed in the first round only."""
    for number, mutant_round in enumerate(rounds):
        left = {
            name: tests for name, tests in names.items() if name not in killed and not (number and why_equivalent(name))
        }
        if checks := tests_by_check(left, mutant_round) if left else {}:
            killed |= killed_of(run(checks))
        KILLED.write_text(json.dumps(sorted(killed)))
        print(f"{mutant_round}: {len(killed & names.keys())} of {len(names)}", flush=True)
    return killed


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--only", default="", help="checks whose names hold one of these words, separated by commas")
    parser.add_argument("--again", action="store_true", help="use what was recorded the last time")
    parser.add_argument("--more", default="", help="tests to record again, separated by blanks")
    parser.add_argument("--left", action="store_true", help="only those that survived the last time, or were not taken")
    parser.add_argument("--max-tests", type=int, default=0, help="one round: of the tests that reach a check, so many")
    parser.add_argument(
        "--matrix", action="store_true", help="one round: the routes of the role matrix that lead there"
    )
    parser.add_argument("--stage", default="", choices=STAGED, help="one round: all tests of this file, on one stage")
    options = parser.parse_args(words)
    FOLDER.mkdir(parents=True, exist_ok=True)
    recordings = list(Path(FOLDER).glob("reached-*.jsonl"))
    if not (options.matrix or options.stage) and (options.more or not (options.again and recordings)):
        record(options.more.split())
    one = MutantRound(options.max_tests, matrix=options.matrix, stage=options.stage)
    names = chosen_checks(options.only)
    killed = run_rounds(names, ROUNDS if one == MutantRound() else [one], killed_before() if options.left else set())
    return 1 if print_report(killed, names) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make mutants`: which tests reach which check, then each check taken out in turn; killed / total.

In rounds: each is asked of a dozen quick tests, and what is left of the role matrix, of the tests that share a stage,
then of more. ARGS="--only words" takes those whose name holds one of the words, separated by commas; `--again` uses
what was recorded the last time; `--more "tests/…"` records these again, new ones for instance, and keeps the rest;
`--left` goes on with those that were not killed yet. Red tests are left out. Exits with 1 when a check can be taken
out and no test notices.
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


class Round(NamedTuple):
    """Which tests are asked: so many of those that reach a check, the routes of its view, or all of a file."""

    most: int = 0
    walls: bool = False
    stage: str = ""

    def __str__(self) -> str:
        return self.stage or ("the role matrix" if self.walls else f"{self.most} tests each")


# The quickest first; what is left then is asked of more.
ROUNDS: Final = (Round(12), Round(walls=True), *(Round(stage=path) for path in STAGED[2:]), Round(60))
CONTROLS: Final = tuple(f"control {part}: nothing is taken out" for part in range(PARTS))  # one for each process
AS_WRITTEN: Final = ["tests/test_who_may.py::test_the_code_says_what_the_domain_says"]
BASE: Final = (sys.executable, "-m", "pytest", "-q", "-p", "tools.mutants.plugin", "-m", "not browser and not redis")
KEPT: Final = tuple(f"tests/{name}" for name in ("bench", "faults", "localstack", "mutants", "oracles"))


def record(more: Sequence[str] = ()) -> None:
    """Run the suite once, or `more` of it, and note what each green test reaches: a red one says nothing here."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in () if more else FOLDER.glob("reached-*"):
        old.unlink()
    ignored = [f"--ignore={path}" for path in KEPT]
    environment = {**os.environ, "MUTANTS": "record", "MUTANTS_FOLDER": str(FOLDER)}
    words = [*BASE, *([] if more else ["-n", str(PARTS), "--dist", "worksteal"]), *ignored, *more]
    subprocess.run(words, env=environment, cwd=ROOT, check=False)


def recorded() -> list[dict[str, Any]]:
    """Of each green test the last line that was noted."""
    lines = [json.loads(line) for path in FOLDER.glob("reached-*.jsonl") for line in path.read_text().splitlines()]
    return list({line["test"]: line for line in lines}.values())


def reaching() -> dict[str, list[str]]:
    """The tests that reach a check: those named after its module first, then those that reach little else, or quickly.

    Those on the stage of the walls come last: each child would build it. What every page asks is reached by thousands:
    there the name says which tests are about it.
    """
    found: dict[str, list[tuple[bool, bool, int, float, str]]] = defaultdict(list)
    for line in recorded():
        for name in line["reached"]:
            about = _words(name.partition(":")[0]) <= set(re.split(r"[/._]", line["test"].partition("::")[0]))
            staged = line["test"].startswith(STAGED)
            found[name].append((staged, not about, len(line["reached"]), line["seconds"], line["test"]))
    return {name: [test for *_, test in sorted(tests)] for name, tests in found.items()}


def _words(module: str) -> set[str]:
    """The app and the last name of a module, such as a test of it has in its path."""
    return {module.partition(".")[0], *module.rpartition(".")[2].split("_")}


def every_name() -> dict[str, list[str]]:
    """The checks, with the tests of the role matrix that go through each."""
    lines = subprocess.run(
        [sys.executable, "-m", "tools.mutants.names"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return {name: tests for name, *tests in (line.split("\t") for line in lines)}


def chosen(only: str) -> dict[str, list[str]]:
    """The checks whose names hold one of these words, with the tests of the role matrix that go through each."""
    words = [word for word in only.split(",") if word]
    return {name: tests for name, tests in every_name().items() if not words or any(word in name for word in words)}


def wanted(names: Mapping[str, list[str]], how: Round) -> dict[str, list[str]]:
    """Each check with the tests that are asked; rows of tables ask those that reach any check of their app."""
    if how.stage:
        return {name: [how.stage] for name in (*CONTROLS, *names)}
    if how.walls:
        checks = {name: tests for name, tests in names.items() if tests}
        return dict.fromkeys(CONTROLS, next(iter(checks.values()))) | checks if checks else {}
    found = reaching()
    every = sorted(line["test"] for line in recorded())
    checks = {name: _asked(name, every, found, how.most) for name in names}
    return dict.fromkeys(CONTROLS, _of_tables(found)[: how.most]) | checks


def _asked(name: str, every: list[str], found: dict[str, list[str]], most: int) -> list[str]:
    if parts.is_part(name):
        return parts.noticing(name, every)
    tests = _of_tables(found, name.partition(".")[0]) if parts.is_row(name) else found.get(name, [])
    return tests[:most]


def _of_tables(found: dict[str, list[str]], app: str = "") -> list[str]:
    """Tests of the domain's table and of the app's permissions first, then what else asks who may do what."""
    tests = {test for name, reached in found.items() if " denied " in name or " enforced " in name for test in reached}
    return AS_WRITTEN + sorted(
        tests, key=lambda test: ("who_may" not in test, f"/{app}/test_permissions" not in test, test)
    )


def run(checks: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Take each out, in so many processes at once as there are parts."""
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
    """Those that were noticed, as long as the controls are green."""
    if reddened := [line for line in results if line["check"].startswith("control ") and line["killed"]]:
        raise SystemExit(f"Nothing was taken out and a test turned red all the same: {reddened}")
    return {line["check"] for line in results if line["killed"]}


def told(killed: set[str], names: Collection[str]) -> int:
    """Print what survived and the sum of these names; how many nothing excuses."""
    left = sorted(set(names) - killed)
    for name in left:
        print(f"{'equivalent' if why_equivalent(name) else 'SURVIVED  '} {name}  {why_equivalent(name)}")
    missed = [name for name in left if not why_equivalent(name)]
    print(f"mutants: killed {len(names) - len(left)} / {len(names)}, equivalent {len(left) - len(missed)}")
    return len(missed)


def killed_before() -> set[str]:
    """Also by a run that did not come to its end."""
    before = set(json.loads(KILLED.read_text())) if KILLED.exists() else set()
    return before | killed_of(results_so_far())


def play(names: Mapping[str, list[str]], rounds: Sequence[Round], killed: set[str]) -> set[str]:
    """Round after round of what is left; what is excused is taken out in the first one only."""
    for number, how in enumerate(rounds):
        left = {
            name: tests for name, tests in names.items() if name not in killed and not (number and why_equivalent(name))
        }
        if checks := wanted(left, how) if left else {}:
            killed |= killed_of(run(checks))
        KILLED.write_text(json.dumps(sorted(killed)))
        print(f"{how}: {len(killed & names.keys())} of {len(names)}", flush=True)
    return killed


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--only", default="", help="checks whose names hold one of these words, separated by commas")
    parser.add_argument("--again", action="store_true", help="use what was recorded the last time")
    parser.add_argument("--more", default="", help="tests to record again, separated by blanks")
    parser.add_argument("--left", action="store_true", help="only those that survived the last time, or were not taken")
    parser.add_argument("--most", type=int, default=0, help="one round: of the tests that reach a check, so many")
    parser.add_argument("--walls", action="store_true", help="one round: the routes of the role matrix that lead there")
    parser.add_argument("--stage", default="", choices=STAGED, help="one round: all tests of this file, on one stage")
    asked = parser.parse_args(words)
    noted = list(Path(FOLDER).glob("reached-*.jsonl"))
    if not (asked.walls or asked.stage) and (asked.more or not (asked.again and noted)):
        record(asked.more.split())
    one = Round(asked.most, walls=asked.walls, stage=asked.stage)
    names = chosen(asked.only)
    killed = play(names, ROUNDS if one == Round() else [one], killed_before() if asked.left else set())
    return 1 if told(killed, names) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

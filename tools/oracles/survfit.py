"""What R says of the sets: asked anew where R is installed, and as it was written down for everywhere else."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from tools.oracles.sets import lines

HERE: Final = Path(__file__).parent
SCRIPT, REFERENCE = HERE / "rates.R", HERE / "survfit.json"


class Step(NamedTuple):
    """One step of the curve in R: `survival::survfit` with log-log interval, then `cmprsk::cuminc`."""

    months: int
    implemented: float
    low: float | None
    high: float | None
    abandoned: float
    open: float
    at_risk: int
    cuminc_implemented: float
    cuminc_abandoned: float


class Answer(NamedTuple):
    """What was asked, and the steps of each set that has any."""

    of: str
    steps: dict[int, list[Step]]


def installed() -> str | None:
    """Where R's own runner is, None without it or without its packages."""
    runner = shutil.which("Rscript")
    wanted = "quit(status = !all(c('survival', 'cmprsk') %in% rownames(installed.packages())))"
    return runner if runner and subprocess.run([runner, "-e", wanted], check=False).returncode == 0 else None


def asked(runner: str) -> Answer:
    """R's figures now, for all sets in one run."""
    told = subprocess.run(
        [runner, "--vanilla", str(SCRIPT)], input="\n".join(lines()), capture_output=True, text=True, check=True
    ).stdout.splitlines()
    steps: dict[int, list[Step]] = {}
    for line in told[1:]:
        number, *figures = line.split()
        steps.setdefault(int(number), []).append(_step(figures))
    return Answer(told[0].removeprefix("# "), steps)


def _step(figures: list[str]) -> Step:
    months, *shares = (None if figure == "-" else float(figure) for figure in figures)
    implemented, low, high, abandoned, still_open, at_risk, won, lost = shares
    return Step(int(months or 0), implemented, low, high, abandoned, still_open, int(at_risk or 0), won, lost)


def kept() -> Answer:
    """As written down: the first, the middle and the last step of each set."""
    told = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return Answer(told["of"], {int(number): [Step(*row) for row in rows] for number, rows in told["steps"].items()})


def keep(answer: Answer) -> None:
    """Write it down, shares to twelve figures."""
    rows = {number: [_short(step) for step in _few(steps)] for number, steps in answer.steps.items()}
    written = ",\n".join(f"{json.dumps(str(number))}: {json.dumps(row)}" for number, row in rows.items())
    REFERENCE.write_text(
        f'{{"of": {json.dumps(answer.of)},\n"row": {json.dumps(Step._fields)},\n"steps": {{\n{written}\n}}}}\n',
        encoding="utf-8",
    )


def _few(steps: list[Step]) -> Iterable[Step]:
    return (steps[place] for place in sorted({0, len(steps) // 2, len(steps) - 1}))


def _short(step: Step) -> list[float | int | None]:
    return [float(f"{figure:.12g}") if isinstance(figure, float) else figure for figure in step]

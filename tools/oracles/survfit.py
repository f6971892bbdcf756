"""R's figures for the sets: computed where R is installed, and read from a recorded file elsewhere."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from tools.oracles.sets import set_lines

HERE: Final = Path(__file__).parent
SCRIPT, REFERENCE = HERE / "rates.R", HERE / "survfit.json"


class SurvfitStep(NamedTuple):
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


class SurvfitAnswer(NamedTuple):
    """The versions of R and its packages, and the steps of each set that has any."""

    of: str
    steps: dict[int, list[SurvfitStep]]


def find_rscript() -> str | None:
    """Return the path of Rscript; None without it or without its packages."""
    runner = shutil.which("Rscript")
    check_packages = "quit(status = !all(c('survival', 'cmprsk') %in% rownames(installed.packages())))"
    return runner if runner and subprocess.run([runner, "-e", check_packages], check=False).returncode == 0 else None


def run_survfit(runner: str) -> SurvfitAnswer:
    """Return R's figures, for all sets in one run."""
    lines = subprocess.run(
        [runner, "--vanilla", str(SCRIPT)], input="\n".join(set_lines()), capture_output=True, text=True, check=True
    ).stdout.splitlines()
    steps: dict[int, list[SurvfitStep]] = {}
    for line in lines[1:]:
        number, *figures = line.split()
        steps.setdefault(int(number), []).append(_step(figures))
    return SurvfitAnswer(lines[0].removeprefix("# "), steps)


def _step(figures: list[str]) -> SurvfitStep:
    months, *shares = (None if figure == "-" else float(figure) for figure in figures)
    implemented, low, high, abandoned, still_open, at_risk, won, lost = shares
    return SurvfitStep(int(months or 0), implemented, low, high, abandoned, still_open, int(at_risk or 0), won, lost)


def recorded_answer() -> SurvfitAnswer:
    """Return the recorded figures: the first, the middle and the last step of each set."""
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return SurvfitAnswer(
        reference["of"],
        {int(number): [SurvfitStep(*row) for row in rows] for number, rows in reference["steps"].items()},
    )


def record_answer(answer: SurvfitAnswer) -> None:
    """Record the figures, with shares to twelve digits."""
    rows = {number: [_rounded(step) for step in _three_steps(steps)] for number, steps in answer.steps.items()}
    written = ",\n".join(f"{json.dumps(str(number))}: {json.dumps(row)}" for number, row in rows.items())
    REFERENCE.write_text(
        f'{{"of": {json.dumps(answer.of)},\n"row": {json.dumps(SurvfitStep._fields)},\n"steps": {{\n{written}\n}}}}\n',
        encoding="utf-8",
    )


def _three_steps(steps: list[SurvfitStep]) -> Iterable[SurvfitStep]:
    return (steps[place] for place in sorted({0, len(steps) // 2, len(steps) - 1}))


def _rounded(step: SurvfitStep) -> list[float | int | None]:
    return [float(f"{figure:.12g}") if isinstance(figure, float) else figure for figure in step]

"""Create the canvases of the demonstration, with texts that cite the cohort's sessions and tests."""

import tomllib
from datetime import datetime
from functools import cache
from typing import Any

from canvases import actions
from canvases.models import Canvas, CanvasStep
from cohorts.models import Cohort
from labplatform.demo.people import CohortTeam
from labplatform.demo.stories import CONTENT, StoryData
from prototypes.models import Trial

STANCES = {"confirme": "supports", "contredit": "contradicts"}


@cache
def canvases_of(cohort: str) -> tuple[StoryData, ...]:
    """Return the canvases that `content/canvases.toml` gives a cohort, one dict each; `cohort` is its name there.

    Empty for a cohort without any.
    """
    rows = tomllib.loads((CONTENT / "canvases.toml").read_text(encoding="utf-8"))["canvases"]
    return tuple(row for row in rows if row["cohort"] == cohort)


def draw(*, name: str, cohort: Cohort, team: CohortTeam, at: datetime) -> None:
    """Create every canvas of a cohort, text by text, as the ambassador who made it in the demonstration's story.

    `name` is the cohort's name in `content/`; `team` are its people; `at` is when everything is written. Shared ones
    are shared by the pilot.
    """
    for canvas_data in canvases_of(name):
        by = team.ambassadors[canvas_data["maker"]]
        canvas = actions.add_canvas(
            cohort=cohort,
            kind=canvas_data["kind"],
            title=canvas_data["title"],
            challenge=cohort.challenges.filter(title=canvas_data.get("challenge")).first(),
            idea=cohort.ideas.filter(title=canvas_data.get("idea")).first(),
            by=by,
        )
        for lane, cell in canvas_data.get("sections", {}).items():
            actions.write_cell(canvas=canvas, lane=lane, by=by, at=at, **_cell_arguments(cohort, cell))
        for row in canvas_data.get("steps", []):
            step = actions.add_step(canvas=canvas, name=row["name"], by=by)
            _write_step(canvas, step, row, by=by, at=at)
        if canvas_data.get("shared"):
            actions.share_canvas(canvas=canvas, shared=True, by=team.pilot)


def _write_step(canvas: Canvas, step: CanvasStep, row: StoryData, **options: Any) -> None:
    """Write the texts of one step of a canvas, as the demonstration's story gives them.

    `row` has the text of each lane, and the step's `name`; `options` are who writes (`by`) and when (`at`).
    """
    for lane, text in row.items():
        if lane != "name":
            content = _cell_arguments(canvas.cohort, text)
            actions.write_cell(canvas=canvas, step=step, lane=lane, **content, **options)


def _cell_arguments(cohort: Cohort, cell: list[Any]) -> dict[str, Any]:
    """Return the arguments with which the action `write_cell` writes a text of the demonstration's story on a canvas.

    `cell` is a list of the text, its basis (an assumption, or a session or test of the cohort) and, if it has one, its
    level.
    """
    text, basis, *level = cell
    kind, _space, rest = basis.partition(" ")
    plain = {"text": text, "level": level[0] if level else None}
    if kind == "hypothèse":
        return plain | {"assumption": True}
    if kind == "session":
        return plain | {"session": cohort.sessions.get(title=rest)}
    number, _space, idea = rest.partition(" ")
    trials = Trial.objects.filter(prototype__idea__cohort=cohort, prototype__idea__title=idea).order_by("pk")
    cited_trial = trials[int(number) - 1]
    return plain | ({"assumption": True} if kind == "attend" else {"stance": STANCES[kind]}) | {"trial": cited_trial}

"""Draws the canvases of the demonstration, each text resting on what the cohort has seen and tested by then."""

import tomllib
from datetime import datetime
from functools import cache
from typing import Any

from canvases import actions
from canvases.models import Canvas, CanvasStep
from cohorts.models import Cohort
from labplatform.demo.people import Team
from labplatform.demo.stories import CONTENT, Told
from prototypes.models import Trial

STANCES = {"confirme": "supports", "contredit": "contradicts"}


@cache
def canvases(cohort: str) -> tuple[Told, ...]:
    """Those of one cohort, as written in `content/canvases.toml`."""
    told = tomllib.loads((CONTENT / "canvases.toml").read_text(encoding="utf-8"))["canvases"]
    return tuple(row for row in told if row["cohort"] == cohort)


def draw(*, name: str, cohort: Cohort, team: Team, at: datetime) -> None:
    """Every canvas of the cohort, text by text, by the ambassador who made it."""
    for told in canvases(name):
        by = team.ambassadors[told["maker"]]
        canvas = actions.add_canvas(
            cohort=cohort,
            kind=told["kind"],
            title=told["title"],
            challenge=cohort.challenges.filter(title=told.get("challenge")).first(),
            idea=cohort.ideas.filter(title=told.get("idea")).first(),
            by=by,
        )
        for lane, said in told.get("sections", {}).items():
            actions.write_cell(canvas=canvas, lane=lane, by=by, at=at, **_content(cohort, said))
        for row in told.get("steps", []):
            step = actions.add_step(canvas=canvas, name=row["name"], by=by)
            _write(canvas, step, row, by=by, at=at)
        if told.get("shared"):
            actions.share_canvas(canvas=canvas, shared=True, by=team.pilot)


def _write(canvas: Canvas, step: CanvasStep, row: Told, **said: Any) -> None:
    for lane, text in row.items():
        if lane != "name":
            content = _content(canvas.cohort, text)
            actions.write_cell(canvas=canvas, step=step, lane=lane, **content, **said)


def _content(cohort: Cohort, said: list[Any]) -> dict[str, Any]:
    """A text as it is written: itself, what it rests on, and its level where it has one."""
    text, basis, *level = said
    kind, _space, rest = basis.partition(" ")
    plain = {"text": text, "level": level[0] if level else None}
    if kind == "hypothèse":
        return plain | {"assumption": True}
    if kind == "session":
        return plain | {"session": cohort.sessions.get(title=rest)}
    number, _space, idea = rest.partition(" ")
    trial = Trial.objects.filter(prototype__idea__cohort=cohort, prototype__idea__title=idea).order_by("pk")
    found = trial[int(number) - 1]
    return plain | ({"assumption": True} if kind == "attend" else {"stance": STANCES[kind]}) | {"trial": found}

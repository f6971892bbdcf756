"""The canvases of the demonstration: complete, and citing only what happened in the stories."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from canvases.canvas_schema import PATTERNS
from labplatform.demo.canvases import canvases_of
from labplatform.demo.stories import CONTENT, read

[PERSONA, JOURNEY, BLUEPRINT, SERVICE] = ALL = canvases_of("dunkerque")
TITLES = [canvas["title"] for canvas in ALL]
CITING = [*ALL, *canvases_of("lycee")]


def texts(canvas: dict[str, Any]) -> Iterator[list[Any]]:
    yield from canvas.get("sections", {}).values()
    for step in canvas.get("steps", []):
        yield from (cell for lane, cell in step.items() if lane != "name")


def test_every_kind_has_one_canvas():
    assert [canvas["kind"] for canvas in ALL] == list(PATTERNS)


@pytest.mark.parametrize("canvas", ALL, ids=TITLES)
def test_every_cell_is_filled(canvas: dict[str, Any]):
    pattern = PATTERNS[canvas["kind"]]
    assert sorted(canvas.get("sections", {})) == sorted(lane.slug for lane in pattern.sections)
    for step in canvas.get("steps", []):
        assert sorted(step) == sorted(["name", *(lane.slug for lane in pattern.lanes)])


def test_canvases_are_complete():
    assert [len(canvas.get("steps", [])) for canvas in ALL] == [4, 6, 6, 0]


@pytest.mark.parametrize("canvas", ALL, ids=TITLES)
def test_canvas_shows_several_kinds_of_evidence(canvas: dict[str, Any]):
    assert {cell[1].split()[0] for cell in texts(canvas)} >= {"hypothèse", "session", "confirme"}


@pytest.mark.parametrize("canvas", CITING, ids=[canvas["title"] for canvas in CITING])
def test_cited_sessions_and_tests_exist_in_the_stories(canvas: dict[str, Any]):
    run = read(canvas["cohort"])
    sessions = {row["title"] for row in (*run.sessions, *run.meetings)}
    tests = {story.title: len(story.data.get("trials", [])) for story in run.ideas}
    for _text, basis, *_level in texts(canvas):
        kind, _space, rest = basis.partition(" ")
        if kind == "session":
            assert rest in sessions
        elif kind != "hypothèse":
            number, _space, idea = rest.partition(" ")
            assert (kind in {"confirme", "contredit", "attend"}, 0 < int(number) <= tests[idea]) == (True, True)


def test_every_canvas_belongs_to_a_cohort():
    canvas = tomllib.loads((CONTENT / "canvases.toml").read_text(encoding="utf-8"))["canvases"]
    assert {row["cohort"] for row in canvas} == {"dunkerque", "lycee"}

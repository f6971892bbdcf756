"""The stories of the demonstration as they are written in `content/`: who, what, and on which day of the cohort."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

CONTENT = Path(__file__).parent / "content"
Told: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, `day` days after the cohort's first day."""

    act: str
    day: int


def step(text: str) -> Step:
    """Read "handed over 84". Raises ValueError for a text that does not end with a day."""
    act, _, day = text.rpartition(" ")
    return Step(act, int(day))


@dataclass(frozen=True, slots=True)
class Story:
    """A challenge, an idea or a team: what is told of it (`told`), and its steps in order of time."""

    told: Told
    steps: tuple[Step, ...]

    @property
    def title(self) -> str:
        return str(self.told["title"])

    def why(self, act: str) -> str:
        """The reason that is told of a step; empty for none."""
        return str(self.told.get("why", {}).get(act, ""))


def _stories(rows: list[Told]) -> tuple[Story, ...]:
    return tuple(Story(told, tuple(step(text) for text in told["story"])) for told in rows)


@dataclass(frozen=True, slots=True)
class Run:
    """One cohort of the demonstration. `told` holds its own lines: name, code, authority, people, place."""

    told: Told
    challenges: tuple[Story, ...]
    ideas: tuple[Story, ...]
    sessions: tuple[Told, ...]
    meetings: tuple[Told, ...]
    stakeholders: tuple[Told, ...]
    team: Story | None


@cache
def read(name: str) -> Run:
    """The cohort written in `content/<name>.toml`."""
    told = tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))
    parts = {part: told.pop(part, []) for part in ("challenges", "ideas", "sessions", "meetings", "stakeholders")}
    team = told.pop("team", None)
    return Run(
        told,
        challenges=_stories(parts["challenges"]),
        ideas=_stories(parts["ideas"]),
        sessions=tuple(parts["sessions"]),
        meetings=tuple(parts["meetings"]),
        stakeholders=tuple(parts["stakeholders"]),
        team=_stories([team])[0] if team else None,
    )

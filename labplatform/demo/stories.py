"""The stories of the demonstration in `content/`: who does what, on which day of their cohort."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

CONTENT = Path(__file__).parent / "content"
StoryData: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoryStep:
    """An action in a story, and the day on which it happens, counted from the cohort's first day."""

    action: str
    day: int


def parse_step(text: str) -> StoryStep:
    """Return the step of a story that a text such as "handed over 84" describes: the action, then the day.

    Days count from the cohort's first day. Raises ValueError without a day at its end.
    """
    action, _, day = text.rpartition(" ")
    return StoryStep(action, int(day))


@dataclass(frozen=True, slots=True)
class Story:
    """The story of a challenge, an idea or an innovation team: its data, and its steps in order of time."""

    data: StoryData
    steps: tuple[StoryStep, ...]

    @property
    def title(self) -> str:
        """The title of the challenge or idea that the story is about."""
        return str(self.data["title"])

    def reason_for(self, action: str) -> str:
        """Return the reason that the story gives for an action such as “parked”; "" when it gives none."""
        return str(self.data.get("why", {}).get(action, ""))


def _stories(rows: list[StoryData]) -> tuple[Story, ...]:
    """Return the stories in rows of a file, one per row, with their steps parsed."""
    return tuple(Story(data, tuple(parse_step(text) for text in data["story"])) for data in rows)


@dataclass(frozen=True, slots=True)
class CohortStories:
    """All stories of one cohort; `data` holds the cohort's name, code, authority, people and venue."""

    data: StoryData
    challenges: tuple[Story, ...]
    ideas: tuple[Story, ...]
    sessions: tuple[StoryData, ...]
    meetings: tuple[StoryData, ...]
    stakeholders: tuple[StoryData, ...]
    rounds: tuple[StoryData, ...]
    team: Story | None


@cache
def read(name: str) -> CohortStories:
    """Return the stories of the cohort called `name`, from `content/<name>.toml`; read once."""
    content = tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))
    names = ("challenges", "ideas", "sessions", "meetings", "stakeholders", "rounds")
    parts = {part: content.pop(part, []) for part in names}
    team = content.pop("team", None)
    return CohortStories(
        content,
        challenges=_stories(parts["challenges"]),
        ideas=_stories(parts["ideas"]),
        sessions=tuple(parts["sessions"]),
        meetings=tuple(parts["meetings"]),
        stakeholders=tuple(parts["stakeholders"]),
        rounds=tuple(parts["rounds"]),
        team=_stories([team])[0] if team else None,
    )

"""Steps in time as pages show them: the rungs of a ladder of letters, the events of a story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LadderState = Literal["went", "next", "later", "skipped", "failed"]
StoryKind = Literal["plain", "go", "stop", "made", "next"]


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One rung: what goes to whom and when, and perhaps one link."""

    day: date | None
    label: StrOrPromise
    state: LadderState = "later"
    detail: StrOrPromise = ""
    href: str = ""
    action: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One event of a story. `when` is written already, as precisely as it is known.

    `kind`: go (green), stop (triangle), made (yellow square), next (dashed), plain.
    `template` draws what hangs below the event and finds it as `event`, its own values in `event.below`.
    """

    when: StrOrPromise
    title: StrOrPromise
    text: StrOrPromise = ""
    detail: StrOrPromise = ""
    kind: StoryKind = "plain"
    template: str = ""
    below: Any = None

"""Steps in time that pages show: the steps of a reminder schedule, and the events of an idea's timeline."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django_stubs_ext import StrOrPromise

StepState = Literal["went", "next", "later", "skipped", "failed"]
IdeaTimelineKind = Literal["plain", "go", "stop", "made", "next"]


@dataclass(frozen=True, slots=True)
class PageStep:
    """One step of a schedule on a page: its date, what happens, its state, and at most one link (`href`, `action`).

    Steps that are `folded` come first on the page, behind one line that says how many they are.
    """

    day: date | None
    label: StrOrPromise
    state: StepState = "later"
    detail: StrOrPromise = ""
    href: str = ""
    action: StrOrPromise = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class IdeaTimelineEvent:
    """One event in the timeline of an idea; `when` is its date as text.

    `kind`: go (green), stop (triangle), made (yellow square), next (dashed), plain. `template` renders details below
    the event; it gets the event as `event` and its own values as `event.below`.
    """

    when: StrOrPromise
    title: StrOrPromise
    text: StrOrPromise = ""
    detail: StrOrPromise = ""
    kind: IdeaTimelineKind = "plain"
    template: str = ""
    below: Any = None

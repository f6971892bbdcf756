"""Lines of an idea's timeline for corrected figures of its tests: from what, to what, by whom and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from prototypes import versions
from prototypes.views.story_lines import Line, when
from web.names import shown_name
from web.precision import Precision
from web.steps import StoryEvent

COLUMNS = ("trial_id", "before", "after", "reason", "recorded_at")


@dataclass(frozen=True, slots=True)
class CorrectionDetails:
    """What hangs below the line: the address of the test, the figures that changed, and the reason."""

    href: str
    lines: Sequence[versions.Line]
    reason: str


def correction_lines(idea: Any, today: date) -> list[Line]:
    """Return one line for each correction read with the idea (`reach.with_story`)."""
    return [_line(row, today) for row in idea.correction_rows]


def _line(row: Mapping[str, Any], today: date) -> Line:
    day = localtime(datetime.fromisoformat(row["recorded_at"])).date()
    below = CorrectionDetails(
        reverse("prototypes:trial", args=[row["trial_id"]]),
        versions.changed_lines(row["before"], row["after"]),
        row["reason"],
    )
    return day, StoryEvent(
        when=when(day, Precision.DAY, today),
        title=_("Figures of a test corrected"),
        text=row["prototype"],
        detail=_("by %(who)s") % {"who": shown_name(row["who"])},
        template="prototypes/includes/below_correction.html",
        below=below,
    )

"""Timeline entries for corrected figures of an idea's tests: old and new values, author and reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.clock import local_day
from cohorts.models import Cohort
from prototypes.ideas.views.story_lines import Line, when
from prototypes.notes import versions
from web.dates.precision import Precision
from web.pages.steps import StoryEvent
from web.text.names import shown_name

COLUMNS = ("trial_id", "before", "after", "reason", "recorded_at")


@dataclass(frozen=True, slots=True)
class CorrectionDetails:
    """Details below the timeline entry: the URL of the test, the changed figures, and the reason."""

    href: str
    lines: Sequence[versions.Line]
    reason: str


def correction_lines(idea: Any, today: date) -> list[Line]:
    """Return an entry for each correction of an idea that was read by `reach.with_story`."""
    return [_line(row, idea.cohort, today) for row in idea.correction_rows]


def _line(row: Mapping[str, Any], cohort: Cohort, today: date) -> Line:
    day = local_day(cohort, datetime.fromisoformat(row["recorded_at"]))
    below = CorrectionDetails(
        reverse("prototypes:trial", args=[row["trial_id"]]),
        versions.changed_lines(row["before"], row["after"], row["unit"]),
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

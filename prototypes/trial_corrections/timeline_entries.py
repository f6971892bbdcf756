"""Timeline entries for corrected figures of an idea's tests: old and new values, author and reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.clock import local_day
from cohorts.models import Cohort
from prototypes.ideas.views.timeline_entries import DatedEvent, day_text
from prototypes.notes import comparison
from web.pages.steps import IdeaTimelineEvent
from web.text.names import display_name

COLUMNS = ("trial_id", "before", "after", "reason", "recorded_at")


@dataclass(frozen=True, slots=True)
class CorrectionDetails:
    """Details below the timeline entry: the URL of the test, the changed figures, and the reason."""

    href: str
    lines: Sequence[comparison.AnswerComparison]
    reason: str


def correction_events(idea: Any) -> list[DatedEvent]:
    """Return the timeline's entry of each correction of a test of the idea, with its day, in the order of recording.

    The idea was read with `lookups.with_timeline`.
    """
    return [_line(row, idea.cohort) for row in idea.correction_rows]


def _line(row: Mapping[str, Any], cohort: Cohort) -> DatedEvent:
    """Return the local day of one correction of a test, and the timeline's entry.

    `row` is a dictionary of the correction: its columns, the author's name, title of the prototype and unit of the
    test.
    """
    day = local_day(cohort, datetime.fromisoformat(row["recorded_at"]))
    below = CorrectionDetails(
        reverse("prototypes:trial", args=[row["trial_id"]]),
        comparison.changed_lines(row["before"], row["after"], row["unit"]),
        row["reason"],
    )
    return day, IdeaTimelineEvent(
        when=day_text(day),
        title=_("Figures of a test corrected"),
        text=row["prototype"],
        detail=_("by %(who)s") % {"who": display_name(row["who"])},
        template="prototypes/trial_corrections/correction_details.html",
        below=below,
    )

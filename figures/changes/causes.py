"""Why an idea moved a figure: its outcome before and after, in words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Counts(NamedTuple):
    """Numbers of ideas accepted, implemented and abandoned, or what a change adds to them."""

    accepted: int = 0
    implemented: int = 0
    abandoned: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Return the sum of both, number by number."""
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))

    def minus(self, other: "Counts") -> "Counts":
        """Return the difference of both, number by number."""
        return Counts(*(one - two for one, two in zip(self, other, strict=True)))


class Cause(TextChoices):
    """What happened to an idea between two moments, from its outcome before and after."""

    ACCEPTED = "accepted", pgettext_lazy("change", "Accepted")
    ACCEPTED_IMPLEMENTED = "accepted_implemented", _("Accepted and implemented")
    ACCEPTED_ABANDONED = "accepted_abandoned", _("Accepted and abandoned")
    IMPLEMENTED = "implemented", pgettext_lazy("change", "Implemented")
    ABANDONED = "abandoned", pgettext_lazy("change", "Abandoned")
    REOPENED = "reopened", pgettext_lazy("change", "Reopened after it was abandoned")
    REOPENED_IMPLEMENTED = "reopened_implemented", _("Reopened after it was abandoned, and implemented")
    MERGED = "merged", pgettext_lazy("change", "Merged into another idea")
    ABANDONED_MERGED = "abandoned_merged", _("Abandoned, then reopened and merged into another idea")
    MERGE_WITHDRAWN = "merge_withdrawn", _("Merge withdrawn")
    IMPLEMENTATION_WITHDRAWN = "implementation_withdrawn", _("Implementation withdrawn")
    NOW_COUNTED = "now_counted", _("Now counted here")
    NOT_COUNTED = "not_counted", _("No longer counted here")
    DATES = "dates", _("Dates corrected: counted as before, after another number of months")


NOTHING, OPEN, IMPLEMENTED, ABANDONED, MERGED = "", "open", "implemented", "abandoned", "merged"
# By outcome before and after; “” is not counted.
CAUSES: Final[dict[tuple[str, str], Cause]] = {
    (NOTHING, OPEN): Cause.ACCEPTED,
    (NOTHING, IMPLEMENTED): Cause.ACCEPTED_IMPLEMENTED,
    (NOTHING, ABANDONED): Cause.ACCEPTED_ABANDONED,
    (OPEN, NOTHING): Cause.NOT_COUNTED,
    (OPEN, IMPLEMENTED): Cause.IMPLEMENTED,
    (OPEN, ABANDONED): Cause.ABANDONED,
    (OPEN, MERGED): Cause.MERGED,
    (ABANDONED, NOTHING): Cause.NOT_COUNTED,
    (ABANDONED, OPEN): Cause.REOPENED,
    (ABANDONED, IMPLEMENTED): Cause.REOPENED_IMPLEMENTED,
    (ABANDONED, MERGED): Cause.ABANDONED_MERGED,
    (IMPLEMENTED, NOTHING): Cause.NOT_COUNTED,
    (IMPLEMENTED, OPEN): Cause.IMPLEMENTATION_WITHDRAWN,
    (IMPLEMENTED, ABANDONED): Cause.IMPLEMENTATION_WITHDRAWN,
    (IMPLEMENTED, MERGED): Cause.IMPLEMENTATION_WITHDRAWN,
    (MERGED, OPEN): Cause.MERGE_WITHDRAWN,
    (MERGED, IMPLEMENTED): Cause.MERGE_WITHDRAWN,
    (MERGED, ABANDONED): Cause.MERGE_WITHDRAWN,
}
# States that move a figure; a correction of another one does not.
COUNTED_STATES: Final = frozenset({"accepted", "implemented", "abandoned", "merged", "split"})


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """Something recorded about an idea: an event, or an implementation that was withdrawn or has no event.

    `root` is the id of the idea whose line it explains, `idea` that of the idea it is about: the same, or a part of a
    split idea. `corrected_state` is the state of the event that it corrects, "" for none. `by` is the name of the
    person who recorded it, "" where it is not known. `is_new` is True for a record of the period, `counts` for one that
    nothing has corrected since.
    """

    root: int
    idea: int
    kind: str
    state: str
    corrected_state: str
    effective_on: date | None
    precision: str
    recorded_at: datetime
    reason: str
    by: str
    merged_into: str | None
    is_new: bool
    counts: bool

    @property
    def is_correction(self) -> bool:
        """Whether it withdraws or corrects something that figures count."""
        if self.kind == "implementation":
            return True
        return bool(self.corrected_state) and bool({self.state, self.corrected_state} & COUNTED_STATES)


def cause_of(was: str, is_now: str, records: Iterable[ChangeRecord]) -> Cause:
    """Return why an idea moved, from its outcome before and after (“” for not counted) and all its records.

    For an idea that is merged now and had been abandoned at any time, the cause is the abandonment. An idea that is
    counted now without having been accepted since came in by a filter, such as another kind of its challenge.
    """
    if was == is_now:
        return Cause.DATES
    records = list(records)
    if was == NOTHING and not any(record.state == "accepted" and record.is_new for record in records):
        return Cause.NOW_COUNTED
    cause = CAUSES[was, is_now]
    was_abandoned = any(
        record.state == ABANDONED and record.counts and record.root == record.idea for record in records
    )
    return Cause.ABANDONED_MERGED if cause == Cause.MERGED and was_abandoned else cause

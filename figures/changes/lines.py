"""The rows of what changed, in words, for the page and for the files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from figures.changes.causes import Cause, ChangeRecord, Counts, cause_of
from figures.changes.queries import (
    ChangeRecords,
    Changes,
    Comparison,
    IdeaChange,
    ideas_by_id,
    read_changes,
    read_records,
)
from figures.scope.visibility import VisibleCohorts
from prototypes.enums import IdeaState, ImplementationState
from prototypes.ideas.recorded_reasons import reason_text
from prototypes.models import Idea

NET_CHANGE: Final = gettext_lazy("Net change of its ideas")
BEGAN: Final = gettext_lazy("Began to share its figures: all its ideas are counted from then on")
STOPPED: Final = gettext_lazy("Stopped sharing its figures")
NO_LONGER_SHARED: Final = gettext_lazy(
    "Counted in neither figure, because they no longer share their figures: %(authorities)s. Until then, the totals"
    " held their ideas."
)


class RecordText(NamedTuple):
    """One record behind a change, in words; `by` and `reason` are empty where the reader may not open the idea.

    `reference` is that of the part of a split idea, "" for the idea itself.
    """

    record: ChangeRecord
    reference: str
    label: StrOrPromise
    by: str
    reason: str


class ChangedIdea(NamedTuple):
    """An idea that moved a figure: why, by how much, and what was recorded about it."""

    idea: Idea
    cause: Cause
    is_correction: bool
    effect: Counts
    parts: list[str]
    records: list[RecordText]


class ChangedCohort(NamedTuple):
    """A cohort of another authority that moved a figure: why, and by how much."""

    name: str
    authority: str
    cause: StrOrPromise
    effect: Counts


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """Everything that the page shows: the two figures, what moved them, and who is counted in neither."""

    changes: Changes
    cohorts: list[ChangedCohort]
    ideas: list[ChangedIdea]
    no_longer_shared: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing moved, so that there is no row."""
        return not (self.cohorts or self.changes.idea_count)


def change_log(
    visible: VisibleCohorts, comparison: Comparison, user: User, *, at: datetime, skip: int = 0, limit: int
) -> ChangeLog:
    """Return what changed between two figures, with `limit` of the ideas after the first `skip`, in three statements.

    `at` is the present moment, until which the records are read where the later figures know no earlier one.
    """
    changes = read_changes(comparison, skip=skip, limit=limit)
    since, until = comparison.earlier.known_at or at, comparison.later.known_at or at
    ideas = list(_changed_ideas(changes.ideas, user, since, until)) if changes.ideas else []
    names = [cohort.authority.name for cohort in visible.withheld if cohort.pk in comparison.no_longer_shared]
    unshared = NO_LONGER_SHARED % {"authorities": ", ".join(sorted(set(names), key=str.casefold))} if names else ""
    return ChangeLog(changes, list(_changed_cohorts(visible.cohorts, changes, comparison)), ideas, str(unshared))


def _changed_cohorts(cohorts: Sequence[Cohort], changes: Changes, comparison: Comparison) -> Iterator[ChangedCohort]:
    """Yield the cohorts of others that moved a figure, by the name of their authority."""
    by_id = {cohort.pk: cohort for cohort in cohorts}
    rows = [(by_id[change.cohort], change) for change in changes.cohorts]
    for cohort, change in sorted(rows, key=lambda row: (row[0].authority.name.casefold(), row[0].pk)):
        began, stopped = change.cohort in comparison.began, change.cohort in comparison.stopped
        cause = BEGAN if began else STOPPED if stopped else NET_CHANGE
        yield ChangedCohort(cohort.name, cohort.authority.name, cause, change.effect)


def _changed_ideas(
    changes: Sequence[IdeaChange], user: User, since: datetime, until: datetime
) -> Iterator[ChangedIdea]:
    """Yield the changed ideas with their records, in the order of `changes`, in two statements."""
    found = read_records([change.idea for change in changes], since=since, until=until)
    ideas = ideas_by_id({*found.ideas, *(change.idea for change in changes)}, user)
    for change in changes:
        records = found.records.get(change.idea, [])
        new = [record for record in records if record.is_new or record.kind == "implementation"]
        yield ChangedIdea(
            ideas[change.idea],
            cause_of(change.was, change.is_now, records),
            any(record.is_correction for record in new),
            change.effect,
            _references(found, change.idea, ideas),
            [_record_text(record, ideas) for record in new],
        )


def _references(found: ChangeRecords, idea: int, ideas: dict[int, Idea]) -> list[str]:
    """Return the references of the parts of a split idea, sorted; empty for an idea that is not split."""
    return sorted(ideas[part].reference for part in found.parts.get(idea, []))


def _record_text(record: ChangeRecord, ideas: dict[int, Idea]) -> RecordText:
    """Return a record in words; who recorded it and why only where the reader may open the page of its idea."""
    idea = ideas[record.idea]
    can_read = bool(vars(idea)["readable"])
    return RecordText(
        record,
        "" if record.root == record.idea else idea.reference,
        _record_label(record),
        record.by if can_read else "",
        str(reason_text(record.reason)) if can_read else "",
    )


def _record_label(record: ChangeRecord) -> str:
    """Return what was recorded: the state, “merged into PDL-004”, or “accepted, in place of implemented”."""
    if record.kind == "implementation":
        is_withdrawn = record.state == ImplementationState.WITHDRAWN
        return _("implementation withdrawn") if is_withdrawn else _("implementation recorded")
    label = str(IdeaState(record.state).label)
    if record.merged_into:
        label = _("merged into %(idea)s") % {"idea": record.merged_into}
    if not record.corrected_state:
        return label
    if record.corrected_state == record.state:
        return _("%(state)s, corrected") % {"state": label}
    words = {"state": label, "corrected": IdeaState(record.corrected_state).label}
    return _("%(state)s, in place of %(corrected)s") % words

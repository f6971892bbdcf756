"""The worker of imports: it reads, checks, imports and undoes those that wait, some rows in each transaction."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from tempfile import TemporaryFile
from time import sleep
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from imports.actions import add_tables, check_permission, imported_things
from imports.checking import check_batch, context_of, store_counts, store_plans
from imports.enums import BatchState, ImportRowState, RowOutcome, StopReason
from imports.kinds import ImportContext, ImportKind, RowPlan, Values, import_kinds
from imports.models import ImportBatch, ImportBatchQuerySet, ImportRow
from imports.reading.notes import NoteKind
from imports.reading.tables import open_file
from imports.rows import PlannedRow, apply_plan, plan_rows
from web.actions import action
from web.errors import DomainError, Refused

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
ROWS_PER_SLICE: Final = range(20, 500)  # rows imported in one transaction: a hundredth of all, within these limits
ROWS_PER_UPDATE: Final = 100
MAX_ATTEMPTS: Final = 3
MAX_CLAIMS: Final = 5
SECONDS_BETWEEN_CLAIMS: Final = 2  # of the command, while another worker has its import


class WorkStopped(Exception):
    """Another attempt works on the import."""


def run_due_imports(clock: Clock) -> int:
    """Work on all imports that wait, one after the other, and return how many ended.

    `clock` returns the present moment. Safe to repeat and to run concurrently: a worker claims each import, and
    one that stopped reporting loses it.
    """
    count = 0
    while batch := _claim(clock):
        count += _work_safely(batch, clock)
    return count


def run_import(batch: ImportBatch, clock: Clock) -> ImportBatch:
    """Work on one import until it ended, as the command does, and return it.

    Waits while another worker has it, or another import changes its cohort, edition or list. Raises DomainError with
    the reason when it stopped.
    """
    batch.refresh_from_db()
    while batch.is_queued:
        if claimed := _claim(clock, only=batch.pk):
            _work_safely(claimed, clock)
        else:
            sleep(SECONDS_BETWEEN_CLAIMS)
        batch.refresh_from_db()
    if batch.state == BatchState.FAILED:
        raise DomainError(batch.get_stop_reason_display())
    return batch


def _claim(clock: Clock, only: int | None = None) -> ImportBatch | None:
    """Take the next import; look again when another one began in the same target at the same moment.

    None when there is none, or others are quicker each time.
    """
    for _attempt in range(MAX_CLAIMS):
        with suppress(DomainError):
            return claim_import(by=None, at=clock(), only=only)
    return None


@action(gettext_lazy("Work on an import begun"))
def claim_import(*, by: None, at: datetime, only: int | None = None) -> ImportBatch | None:
    """Take the oldest import that waits and that no other worker takes, and return it; None when there is none.

    `only` limits it to one import. An import that was taken three times and never ended stops instead. `at` counts as
    the worker's first report.
    """
    rows = ImportBatch.objects.to_work_on(at).select_for_update(skip_locked=True, of=["self"]).with_people()
    row = (rows.filter(pk=only) if only else rows).first()
    if row is None:
        return None
    if row.attempt >= MAX_ATTEMPTS:
        logger.error("Import %d was begun %d times and never ended.", row.pk, row.attempt)
        _stop(row, _reason_of_error(row), at)
        return claim_import(by=by, at=at, only=only)
    row.state = BatchState.RUNNING if row.state == BatchState.WAITING else row.state
    row.attempt, row.heartbeat_at = row.attempt + 1, at
    row.save(update_fields=["state", "attempt", "heartbeat_at"])
    return row


def _work_safely(batch: ImportBatch, clock: Clock) -> bool:
    """Work on a claimed import in its language and return whether it ended; otherwise record on it why it stopped.

    No exception passes: a failure is logged, so that the next import is worked on.
    """
    work = WORK[batch.current_state]
    explanation = ""
    try:
        with translation.override(batch.language):
            work(batch, clock)
    except WorkStopped:
        return False
    except Refused as error:
        logger.warning("Import %d stopped: %s", batch.pk, type(error).__name__)  # its text can name people
        reason = StopReason.NOT_ALLOWED
    except DomainError as error:
        logger.warning("Import %d stopped: %s", batch.pk, type(error).__name__)  # its text can name people
        reason, explanation = _reason_of_refusal(batch), str(error)
    except Exception:
        logger.exception("Import %d broke", batch.pk)
        reason = _reason_of_error(batch)
    else:
        return True
    with transaction.atomic():
        if row := _current_attempt(batch).select_for_update().first():
            _stop(row, reason, clock(), explanation)
    return False


def _reason_of_refusal(batch: ImportBatch) -> StopReason:
    """Return the reason to stop work that is refused: a file that cannot be read, an undo that became impossible."""
    reasons = {BatchState.READING: StopReason.NOT_READ, BatchState.UNDOING: StopReason.CHANGED_SINCE}
    return reasons.get(batch.current_state, _reason_of_error(batch))


def _reason_of_error(batch: ImportBatch) -> StopReason:
    """Return the reason to stop work that the server could not do."""
    reasons = {
        BatchState.READING: StopReason.CHECK_BROKE,
        BatchState.CHECKING: StopReason.CHECK_BROKE,
        BatchState.UNDOING: StopReason.UNDO_BROKE,
    }
    return reasons.get(batch.current_state, StopReason.BROKE)


def _stop(row: ImportBatch, reason: StopReason, at: datetime, explanation: str = "") -> None:
    """Record why work on an import stopped: an undo leaves it as it was, anything else ends it.

    An import that had stopped before its undo stays stopped, for its first reason. A file that cannot be read is
    deleted; `explanation` says what to do instead.
    """
    if row.state == BatchState.READING:
        row.file_parts.all().delete()
        row.notes = [[NoteKind.REFUSED, explanation]] if reason == StopReason.NOT_READ else []
    is_undo_of_done = row.state == BatchState.UNDOING and not row.stop_reason
    row.state = BatchState.DONE if is_undo_of_done else BatchState.FAILED
    row.stop_reason, row.heartbeat_at = row.stop_reason or reason, None
    row.ended_at = row.ended_at or at
    store_counts(row)
    row.save()


def _read(batch: ImportBatch, clock: Clock) -> None:
    """Read the file of a claimed import, in one transaction."""
    read_import(batch=batch, by=None, at=clock())


@action(gettext_lazy("File of a table read"))
def read_import(*, batch: ImportBatch, by: None, at: datetime) -> ImportBatch:
    """Read the file of a claimed import, store the rows of its tables, delete the file, and return the import.

    Raises DomainError with the reason when it cannot be read, Refused when the person may no longer import here, and
    WorkStopped when another attempt works on it.
    """
    locked = _lock_attempt(batch)
    _context_if_allowed(locked, at)
    with TemporaryFile() as file:
        for part in locked.file_parts.values_list("pk", flat=True):  # one part in memory
            file.write(locked.file_parts.values_list("content", flat=True).get(pk=part))
        file.flush()
        with open_file(file, import_kinds[locked.kind].columns) as source:
            add_tables(locked, source, at)
    locked.file_parts.all().delete()
    return locked


def _context_if_allowed(batch: ImportBatch, at: datetime) -> ImportContext:
    """Return what the kind needs to work on a locked import; raise Refused when its person may no longer import here.

    Their rights are those of now: a long import outlasts those with which it began.
    """
    kind = import_kinds[batch.kind]
    context = context_of(batch, at)
    check_permission(kind, context.target, context.by, at)
    return context


def _check(batch: ImportBatch, clock: Clock) -> None:
    """Check the rows of a claimed import, in one transaction."""
    check_import(batch=batch, by=None, at=clock())


@action(gettext_lazy("Rows of a table checked"))
def check_import(*, batch: ImportBatch, by: None, at: datetime) -> ImportBatch:
    """Check all rows of a claimed import and return it.

    Raises Refused when the person may no longer import here, and WorkStopped when another attempt works on it.
    """
    locked = _lock_attempt(batch)
    _context_if_allowed(locked, at)
    return check_batch(locked, at)


def _import(batch: ImportBatch, clock: Clock) -> None:
    """Import the rows of a claimed import, a slice in each transaction, until none is left."""
    while not import_next_rows(batch=batch, by=batch.actor, at=clock()):
        continue


@action(gettext_lazy("Rows of a table imported"))
def import_next_rows(*, batch: ImportBatch, by: User | None, at: datetime) -> bool:
    """Import the next slice and record the progress in the same transaction; return whether the import is done.

    A row that would do something else now than when it was checked is refused. Raises WorkStopped when another attempt
    works on it, and Refused when the person may no longer import here.
    """
    locked = _lock_attempt(batch)
    kind, context = import_kinds[locked.kind], _context_if_allowed(locked, at)
    size = _slice_size(locked.rows_total)
    rows = list(locked.rows.to_import().order_by("line").select_for_update()[:size])
    _import_rows(locked, _plan_locked(locked, kind, rows, context), context)
    locked.rows_done, locked.heartbeat_at = locked.rows_done + len(rows), at
    is_done = len(rows) < size
    if is_done:
        locked.state, locked.ended_at, locked.heartbeat_at = BatchState.DONE, at, None
        store_counts(locked)
    locked.save()
    return is_done


def _plan_locked(
    batch: ImportBatch, kind: ImportKind, rows: Sequence[ImportRow], context: ImportContext
) -> list[PlannedRow]:
    """Return the rows with their plans; what they change is locked, and planned again as it is then."""
    planned_rows = plan_rows(batch, kind, rows, context, {})
    keys = [planned.plan.object_id for planned in planned_rows if planned.plan.outcome == RowOutcome.UPDATE]
    if not keys:
        return planned_rows
    kind.lock([key for key in keys if key])
    context.planned.clear()
    return plan_rows(batch, kind, rows, context, {})


def _slice_size(total: int) -> int:
    """Return how many rows of so many are imported in one transaction: what a kind reads is read a hundred times."""
    return max(ROWS_PER_SLICE.start, min(ROWS_PER_SLICE.stop, total // 100))


def _import_rows(batch: ImportBatch, planned_rows: Sequence[PlannedRow], context: ImportContext) -> None:
    """Import rows as planned, or note on those that are unchanged or refused that they are."""
    to_save, saved, not_saved = list[tuple[ImportRow, Values, RowPlan]](), list[ImportRow](), list[ImportRow]()
    for planned in planned_rows:
        if planned.values is not None and planned.matches_check:
            to_save.append((planned.row, planned.values, planned.plan))
        else:
            not_saved.append(apply_plan(planned.row, _replan(planned)))
    outcomes = import_kinds[batch.kind].save_rows([(values, plan) for _row, values, plan in to_save], context)
    for (row, values, _plan), outcome in zip(to_save, outcomes, strict=True):
        if isinstance(outcome, DomainError):
            column = outcome.field if outcome.field in values else ""
            not_saved.append(apply_plan(row, RowPlan.refuse(str(outcome), column=column or "")))
        else:
            row.object_id, row.previous, row.state = outcome.object_id, dict(outcome.previous), ImportRowState.IMPORTED
            saved.append(row)
    ImportRow.objects.bulk_update(saved, ["state", "object_id", "previous"], batch_size=ROWS_PER_UPDATE)
    store_plans(batch, not_saved)


def _replan(planned: PlannedRow) -> RowPlan:
    """Return the plan of a row that changed since it was checked: a refusal, unless nothing is left to do."""
    if planned.plan.outcome not in ("create", "update"):
        return planned.plan
    return RowPlan.refuse(_("Someone changed this since you checked the rows. Import the file again to see how."))


def _undo(batch: ImportBatch, clock: Clock) -> None:
    """Undo a claimed import as a whole."""
    undo_import(batch=batch, by=batch.actor, at=clock())


@action(gettext_lazy("Import undone"))
def undo_import(*, batch: ImportBatch, by: User | None, at: datetime) -> ImportBatch:
    """End or set back all that the rows of the import created or changed, in one transaction, and return it.

    The last row comes first; e-mails that correct those sent come last, if the person asked for them. Raises
    DomainError when an action refuses, Refused when the person may no longer import here: then nothing of it is undone.
    Raises WorkStopped when another attempt works on it.
    """
    locked = _lock_attempt(batch)
    kind, context = import_kinds[locked.kind], _context_if_allowed(locked, at)
    things = imported_things(locked)
    kind.lock([thing.object_id for thing in things])
    if reasons := kind.dependents(things, context):
        raise DomainError(" ".join(reasons))
    kind.undo_all(things, context)
    if locked.corrects_emails:
        kind.correct_emails(things, context)
    locked.rows.imported().update(state=ImportRowState.UNDONE)
    locked.state, locked.heartbeat_at, locked.stop_reason = BatchState.UNDONE, None, ""
    locked.save()
    return locked


WORK: Final[dict[BatchState, Callable[[ImportBatch, Clock], None]]] = {
    BatchState.READING: _read,
    BatchState.CHECKING: _check,
    BatchState.RUNNING: _import,
    BatchState.UNDOING: _undo,
}


def _current_attempt(batch: ImportBatch) -> ImportBatchQuerySet:
    """Return the import as a queryset of one row; empty once another attempt works on it."""
    return ImportBatch.objects.filter(pk=batch.pk, state=batch.state, attempt=batch.attempt)


def _lock_attempt(batch: ImportBatch) -> ImportBatch:
    """Return the import as the database has it, locked; raise WorkStopped when another attempt works on it."""
    row = _current_attempt(batch).select_for_update(of=["self"]).with_people().first()
    if row is None:
        raise WorkStopped
    return row

"""Actions on files to download: request one, and the steps of the worker that creates it.

With two workers, or a worker that resumes after its export was requeued, only the latest attempt can write, and no
attempt writes an export that was cancelled.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy

from accounts.models import User
from files import storage
from files.exports.enums import ExportState, FailureReason
from files.exports.models import ExportQuerySet
from files.models import Export
from web.actions import action
from web.database.after_commit import after_commit
from web.tasks import start_soon

WRITE_EXPORTS: Final = "labplatform.tasks.write_exports"
RETENTION: Final = timedelta(days=7)
STALE_AFTER: Final = timedelta(minutes=5)  # without a report of its worker, which comes every few seconds
MAX_ATTEMPTS: Final = 3


@action(gettext_lazy("File to download requested"), security_event=True)
def request_export(
    *, kind: str, file_format: str, language: str, query: str, name: str, rows: int, by: User, at: datetime
) -> Export:
    """Request a file with `rows` rows for the person `by`, and wake the worker that writes it; return the export.

    `kind` is a registered slug, `query` the query string that selects the rows, `name` the file's name. When the person
    has the same request waiting or running, that one is returned instead.
    """
    details = {"person": by, "kind": kind, "file_format": file_format, "language": language, "query": query}
    export = Export.objects.under_way().filter(**details).first()
    if export is None:
        export = Export.objects.create(**details, name=name, rows_total=rows, requested_at=at)
    start_soon(WRITE_EXPORTS)
    return export


@action(gettext_lazy("File to download begun"))
def start_export(*, by: None, at: datetime) -> Export | None:
    """Take the oldest waiting export that no other worker takes, mark it as running in a new attempt, and return it.

    None when there is none. `at` counts as the worker's first report.
    """
    row = Export.objects.waiting().select_for_update(skip_locked=True, of=["self"]).select_related("person").first()
    if row is None:
        return None
    row.state, row.attempt, row.heartbeat_at, row.rows_done = ExportState.RUNNING, row.attempt + 1, at, 0
    row.save(update_fields=["state", "attempt", "heartbeat_at", "rows_done"])
    return row


@action(gettext_lazy("Progress recorded"))
def record_progress(*, export: Export, rows: int, by: None, at: datetime) -> bool:
    """Record how many rows are written, as a report of the worker; return False when the worker has to stop.

    It has to when the export was cancelled, or another attempt writes it.
    """
    total = Greatest(F("rows_total"), rows)
    return bool(_current_attempt(export).update(rows_done=rows, rows_total=total, heartbeat_at=at))


@action(gettext_lazy("File to download created"))
def finish_export(*, export: Export, stored: str, size: int, rows: int, by: None, at: datetime) -> bool:
    """Record that the file `stored` (its random name) is complete on the disk; it is offered for seven days.

    Returns False, and records nothing, when the export was cancelled or another attempt writes it.
    """
    values = {"rows_done": rows, "rows_total": rows, "ended_at": at, "expires_at": at + RETENTION}
    return bool(_current_attempt(export).update(state=ExportState.DONE, stored=stored, size=size, **values))


@action(gettext_lazy("File to download failed"))
def fail_export(*, export: Export, failure_reason: FailureReason, by: None, at: datetime) -> bool:
    """Record why the file was not created, for its person to read.

    Returns False, and records nothing, when the export was cancelled or another attempt writes it.
    """
    return bool(_current_attempt(export).update(state=ExportState.FAILED, failure_reason=failure_reason, ended_at=at))


@action(gettext_lazy("File to download cancelled"))
def cancel_export(*, export: Export, by: User, at: datetime) -> bool:
    """Cancel an export that waits or runs; its worker stops at its next progress report.

    Returns False when the export had ended before.
    """
    rows = Export.objects.under_way().filter(pk=export.pk)
    return bool(rows.update(state=ExportState.CANCELLED, ended_at=at))


@action(gettext_lazy("Files to download put back in the queue"))
def requeue_exports(*, by: None, at: datetime) -> list[Export]:
    """Put running exports whose worker has not reported for five minutes back in the queue.

    Those that were begun three times fail instead, and are returned.
    """
    failed = []
    for row in Export.objects.stale_since(at - STALE_AFTER).select_for_update(skip_locked=True):
        if row.attempt < MAX_ATTEMPTS:
            Export.objects.filter(pk=row.pk).update(state=ExportState.WAITING)
        elif fail_export(export=row, failure_reason=FailureReason.BROKE, by=by, at=at):
            failed.append(row)
    return failed


@action(gettext_lazy("Files to download discarded"))
def discard_exports(*, exports: ExportQuerySet, by: User | None, at: datetime) -> None:
    """Cancel those of the exports that wait or run, and delete the files of those that are done: they hold what was
    erased.

    `at` is the moment recorded as the end of those that are cancelled.
    """
    exports.under_way().update(state=ExportState.CANCELLED, ended_at=at)
    _delete_files(exports.filter(state=ExportState.DONE).select_for_update())


@action(gettext_lazy("Old files to download removed"))
def delete_exports(*, by: None, at: datetime) -> int:
    """Delete the files past their retention period of seven days and return how many.

    Their rows stay, in the state expired.
    """
    return _delete_files(Export.objects.to_delete(at).select_for_update(skip_locked=True))


def _delete_files(exports: ExportQuerySet) -> int:
    """Delete the files of these exports, which are done, once this is committed; return how many."""
    rows = list(exports)
    for row in rows:
        Export.objects.filter(pk=row.pk).update(state=ExportState.EXPIRED, stored="")
        after_commit(storage.remove, row.stored)
    return len(rows)


def _current_attempt(export: Export) -> ExportQuerySet:
    """Return the export as a queryset of one row; empty once it is no longer running or another attempt writes it."""
    return Export.objects.filter(pk=export.pk, state=ExportState.RUNNING, attempt=export.attempt)

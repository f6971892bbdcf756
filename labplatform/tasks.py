"""Periodic tasks on files and retention; they are in this package because their own apps cannot record task runs."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from accounts.privacy import retention
from files.attachments.actions import sweep_drafts
from files.cleanup import sweep
from files.exports.actions import WRITE_EXPORTS
from files.exports.writing import write_due_exports
from lists.actions import RUN_BULK_ACTIONS
from lists.worker import process_due_runs
from notifications.task_runs.recording import record_run

PURGE: Final = "labplatform.tasks.purge"
SWEEP_FILES: Final = "labplatform.tasks.sweep_files"


@shared_task(name=SWEEP_FILES)
def sweep_files(*, by_beat: bool = False) -> int:
    """Delete drafts of files unused for a day, and stored files that no row names; return the number of stored files
    deleted.

    `by_beat` says that the scheduler started it; it is recorded with the run. Safe to run twice, and at once.
    """
    with record_run(SWEEP_FILES, timezone.now, by_beat=by_beat):
        sweep_drafts(by=None, at=timezone.now())
        return sweep().removed


@shared_task(name=WRITE_EXPORTS)
def write_exports(*, by_beat: bool = False) -> int:
    """Write the files that people requested for download and wait for; return their number.

    `by_beat` says that the scheduler started it; it is recorded with the run. Safe to run twice, and at once.
    """
    with record_run(WRITE_EXPORTS, timezone.now, by_beat=by_beat):
        return write_due_exports(timezone.now)


@shared_task(name=RUN_BULK_ACTIONS)
def run_bulk_actions(*, by_beat: bool = False) -> int:
    """Do, or undo, the rows of bulk actions that wait for it; return their number.

    `by_beat` says that the scheduler started it; it is recorded with the run. Safe to run twice, and at once.
    """
    with record_run(RUN_BULK_ACTIONS, timezone.now, by_beat=by_beat):
        return process_due_runs(timezone.now)


@shared_task(name=PURGE)
def purge(*, by_beat: bool = False) -> int:
    """Delete the data of all apps that is past its retention period; return the number of rows.

    `by_beat` says that the scheduler started it; it is recorded with the run. Safe to run twice, and at once.
    """
    at = timezone.now()
    with record_run(PURGE, timezone.now, by_beat=by_beat):
        return sum(row.rows for row in retention.purge(at=at))

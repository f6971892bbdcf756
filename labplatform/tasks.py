"""What beat asks for that belongs to no app above the ledger: files have none of their own to note a run in."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from accounts.privacy import retention
from files.attachments.actions import sweep_drafts
from files.cleanup import sweep
from files.exports.actions import WRITE_EXPORTS
from files.exports.writing import write_due
from notifications.task_runs.recording import recorded

PURGE: Final = "labplatform.tasks.purge"
SWEEP_FILES: Final = "labplatform.tasks.sweep_files"


@shared_task(name=SWEEP_FILES)
def sweep_files(*, by_beat: bool = False) -> int:
    """Remove drafts that nobody used for a day, and files that no row names; return how many files no row named.

    Safe to run twice, and at once.
    """
    with recorded(SWEEP_FILES, timezone.now, by_beat=by_beat):
        sweep_drafts(by=None, at=timezone.now())
        return sweep().removed


@shared_task(name=WRITE_EXPORTS)
def write_exports(*, by_beat: bool = False) -> int:
    """Write the tables people wait for; returns how many. Safe to run twice, and at once."""
    with recorded(WRITE_EXPORTS, timezone.now, by_beat=by_beat):
        return write_due(timezone.now)


@shared_task(name=PURGE)
def purge(*, by_beat: bool = False) -> int:
    """Purge what was kept long enough; returns how many rows. Safe to run twice, and at once."""
    at = timezone.now()
    with recorded(PURGE, timezone.now, by_beat=by_beat):
        return sum(row.rows for row in retention.purge(at=at))

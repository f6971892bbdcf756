"""What beat asks for that belongs to no app above the ledger: files have none of their own to note a run in."""

from typing import Final

from celery import shared_task
from django.utils import timezone

from files.export_actions import WRITE_EXPORTS
from files.exporting import write_due
from files.sweeping import sweep
from notifications.runs import recorded

SWEEP_FILES: Final = "labplatform.tasks.sweep_files"


@shared_task(name=SWEEP_FILES)
def sweep_files(*, by_beat: bool = False) -> int:
    """Remove files that no row names; returns how many. Safe to run twice, and at once."""
    with recorded(SWEEP_FILES, timezone.now, by_beat=by_beat):
        return sweep().removed


@shared_task(name=WRITE_EXPORTS)
def write_exports(*, by_beat: bool = False) -> int:
    """Write the tables people wait for; returns how many. Safe to run twice, and at once."""
    with recorded(WRITE_EXPORTS, timezone.now, by_beat=by_beat):
        return write_due(timezone.now)

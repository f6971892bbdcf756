"""The task that makes the releases of each quarter, and replaces those of which something was withdrawn."""

from datetime import datetime
from typing import Final

from celery import shared_task
from django.utils import timezone

from notifications.task_runs.recording import record_run
from opendata.actions import make_release, reissue_release
from opendata.content import public_datasets
from opendata.models import Release
from publications.figures import last_day_of_quarter_before
from web.dates.clock import platform_day

UPDATE_RELEASES: Final = "opendata.tasks.update_releases"


@shared_task(name=UPDATE_RELEASES)
def update_releases(*, by_beat: bool = False) -> int:
    """Replace releases of which something was withdrawn, and make those of the last quarter; return how many.

    `by_beat` tells that the periodic schedule started it. Safe to run twice.
    """
    with record_run(UPDATE_RELEASES, timezone.now, by_beat=by_beat):
        return reissue_releases(timezone.now()) + make_due_releases(timezone.now())


def reissue_releases(at: datetime) -> int:
    """Replace the releases of which something was withdrawn; return how many ended."""
    rows = list(Release.objects.current().with_withdrawn(platform_day(at)))
    for row in rows:
        reissue_release(release=row, by=None, at=at)
    return len(rows)


def make_due_releases(at: datetime) -> int:
    """Release each edition of which something is public, and all together, as of the end of the last quarter.

    Return how many were made: none where a release of that day counts already.
    """
    today = platform_day(at)
    as_of = last_day_of_quarter_before(today)
    made = set(Release.objects.current().filter(as_of=as_of).values_list("edition", flat=True))
    due = [edition for edition in public_datasets(today) if (edition and edition.pk) not in made]
    for edition in due:
        make_release(edition=edition, as_of=as_of, by=None, at=at)
    return len(due)

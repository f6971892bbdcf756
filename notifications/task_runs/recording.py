"""Records in the database when scheduled tasks ran: unlike Redis, it is never emptied."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from notifications.models import TaskRun

MAX_ERROR_LENGTH: Final = 500


@contextmanager
def record_run(task: str, clock: Callable[[], datetime], *, by_beat: bool) -> Iterator[None]:
    """Record in the row of the task when it starts, and when the block ends or fails; its exceptions pass through.

    `clock` returns the present moment; `by_beat` says that the scheduler asked for the run. Of two runs at once the
    later one is recorded.
    """
    started = clock()
    _save(task, started, started_at=started, **({"by_beat_at": started} if by_beat else {}))
    try:
        yield
    except Exception as error:
        message = f"{type(error).__name__}: {error}"[:MAX_ERROR_LENGTH]
        _save(task, started, failed_at=clock(), error=message.replace("\0", ""))
        raise
    _save(task, started, finished_at=clock())


def _save(task: str, started: datetime, **columns: datetime | str) -> None:
    """Set these columns in the row of the task called `task`, or create the row, in one query.

    `started` is when the run began: it fills the times of a new row.
    """
    row = TaskRun(**{"task": task, "first_at": started, "started_at": started, **columns})
    TaskRun.objects.bulk_create([row], update_conflicts=True, unique_fields=["task"], update_fields=[*columns])

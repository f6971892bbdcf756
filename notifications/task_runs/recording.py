"""Notes when the tasks of the schedule ran: in the database, which holds the truth and outlives Redis."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from notifications.models import Run

LONGEST_ERROR: Final = 500


@contextmanager
def recorded(task: str, clock: Callable[[], datetime], *, by_beat: bool) -> Iterator[None]:
    """Note that the task starts, and how it ends; what it raises goes on. Two at once do no harm: the later counts."""
    begun = clock()
    _note(task, begun, started_at=begun, **({"by_beat_at": begun} if by_beat else {}))
    try:
        yield
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
        _note(task, begun, failed_at=clock(), error=said.replace("\0", ""))
        raise
    _note(task, begun, finished_at=clock())


def _note(task: str, begun: datetime, **columns: datetime | str) -> None:
    """One statement: the task's row, with these columns changed."""
    row = Run(**{"task": task, "first_at": begun, "started_at": begun, **columns})
    Run.objects.bulk_create([row], update_conflicts=True, unique_fields=["task"], update_fields=[*columns])

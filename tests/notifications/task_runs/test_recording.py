"""When the tasks of the schedule ran, who asked, and how it ended."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery import current_app
from celery.beat import ScheduleEntry
from celery.schedules import schedule
from django.conf import settings
from django.db import transaction

from exchanges.tasks import plan_exchanges
from notifications.models import Run
from notifications.task_runs.recording import recorded
from notifications.tasks import send_letters
from tests.factories.notifications import NOW
from tests.sql import refused_by

pytestmark = pytest.mark.django_db


def clock(*minutes: int) -> Iterator:
    return iter([NOW + timedelta(minutes=minute) for minute in minutes])


def run(*minutes: int, by_beat: bool = True, error: Exception | None = None) -> None:
    times = clock(*minutes)
    with recorded("a", lambda: next(times), by_beat=by_beat):
        if error:
            raise error


def noted() -> dict[str, int | str | None]:
    """The row's times in minutes from NOW."""
    row = Run.objects.get(task="a")
    names = ("first_at", "by_beat_at", "started_at", "finished_at", "failed_at")
    times = {name: getattr(row, name) for name in names}
    return {name: at and round((at - NOW) / timedelta(minutes=1)) for name, at in times.items()} | {"error": row.error}


def test_a_run_leaves_when_it_began_when_it_ended_and_that_beat_asked():
    run(0, 1)
    assert noted() == {
        "first_at": 0,
        "by_beat_at": 0,
        "started_at": 0,
        "finished_at": 1,
        "failed_at": None,
        "error": "",
    }


def test_a_later_run_takes_its_place_and_a_nudge_is_not_beat():
    run(0, 1)
    run(5, 6, by_beat=False)
    assert noted() == {
        "first_at": 0,
        "by_beat_at": 0,
        "started_at": 5,
        "finished_at": 6,
        "failed_at": None,
        "error": "",
    }


def test_what_fails_is_noted_and_goes_on():
    run(0, 1)
    with pytest.raises(OSError, match="no route"):
        run(5, 6, error=OSError("no route\0" + "x" * 600))
    found = noted()
    assert (found["started_at"], found["finished_at"], found["failed_at"]) == (5, 1, 6)
    assert (str(found["error"])[:17], len(str(found["error"]))) == ("OSError: no route", 499)


def test_it_takes_two_statements(django_assert_num_queries):
    with django_assert_num_queries(2):
        run(0, 1)


def test_a_task_has_one_line():
    run(0, 1)
    with refused_by("run_once"), transaction.atomic():
        Run.objects.create(task="a", first_at=NOW, started_at=NOW)


@pytest.mark.parametrize("task", [send_letters, plan_exchanges])
@pytest.mark.parametrize("by_beat", [True, False])
def test_the_tasks_note_their_runs(task, by_beat):
    task(by_beat=by_beat)
    row = Run.objects.get(task=task.name)
    assert (row.finished_at is not None, row.by_beat_at is not None, row.error) == (True, by_beat, "")


def test_beat_asks_at_plain_intervals_for_tasks_that_take_what_it_sends():
    """Intervals know no clock change and no day; a crontab in a zone goes silent or repeats."""
    entries = settings.CELERY_BEAT_SCHEDULE
    current_app.loader.import_default_modules()  # as a worker does
    found = {}
    for name, given in entries.items():
        entry = ScheduleEntry(name=name, app=current_app, **{key: given[key] for key in ("task", "schedule", "kwargs")})
        found[name] = (type(entry.schedule), entry.schedule.run_every)
        task = current_app.tasks[entry.task]
        task(**entry.kwargs)
        assert Run.objects.get(task=entry.task).by_beat_at is not None
    assert found == {
        "send-letters": (schedule, timedelta(seconds=30)),
        "plan-exchanges": (schedule, timedelta(hours=1)),
        "keep-rates": (schedule, timedelta(minutes=5)),
        "ask-for-confirmations": (schedule, timedelta(hours=6)),
        "purge": (schedule, timedelta(days=1)),
        "send-invitation-lists": (schedule, timedelta(minutes=5)),
        "purge-needs": (schedule, timedelta(hours=6)),
        "sweep-files": (schedule, timedelta(hours=1)),
        "write-exports": (schedule, timedelta(minutes=5)),
    }

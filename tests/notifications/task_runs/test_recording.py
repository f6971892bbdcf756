"""When the scheduled tasks ran, whether beat asked, and how they ended."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery import current_app
from celery.beat import ScheduleEntry
from celery.schedules import schedule
from django.conf import settings
from django.db import transaction

from exchanges.tasks import plan_exchanges
from notifications.models import TaskRun
from notifications.task_runs.recording import record_run
from notifications.tasks import send_emails
from tests.factories.notifications import NOW
from tests.sql import refused_by

pytestmark = pytest.mark.django_db


def clock(*minutes: int) -> Iterator:
    return iter([NOW + timedelta(minutes=minute) for minute in minutes])


def run(*minutes: int, by_beat: bool = True, error: Exception | None = None) -> None:
    times = clock(*minutes)
    with record_run("a", lambda: next(times), by_beat=by_beat):
        if error:
            raise error


def run_values() -> dict[str, int | str | None]:
    """Return the times of the row in minutes from NOW."""
    row = TaskRun.objects.get(task="a")
    names = ("first_at", "by_beat_at", "started_at", "finished_at", "failed_at")
    times = {name: getattr(row, name) for name in names}
    return {name: at and round((at - NOW) / timedelta(minutes=1)) for name, at in times.items()} | {"error": row.error}


def test_a_run_records_start_end_and_beat():
    run(0, 1)
    assert run_values() == {
        "first_at": 0,
        "by_beat_at": 0,
        "started_at": 0,
        "finished_at": 1,
        "failed_at": None,
        "error": "",
    }


def test_a_later_run_replaces_the_record_and_a_wake_up_is_not_beat():
    run(0, 1)
    run(5, 6, by_beat=False)
    assert run_values() == {
        "first_at": 0,
        "by_beat_at": 0,
        "started_at": 5,
        "finished_at": 6,
        "failed_at": None,
        "error": "",
    }


def test_an_exception_is_recorded_and_reraised():
    run(0, 1)
    with pytest.raises(OSError, match="no route"):
        run(5, 6, error=OSError("no route\0" + "x" * 600))
    values = run_values()
    assert (values["started_at"], values["finished_at"], values["failed_at"]) == (5, 1, 6)
    assert (str(values["error"])[:17], len(str(values["error"]))) == ("OSError: no route", 499)


def test_recording_takes_two_statements(django_assert_num_queries):
    with django_assert_num_queries(2):
        run(0, 1)


def test_a_task_has_one_row():
    run(0, 1)
    with refused_by("task_run_once"), transaction.atomic():
        TaskRun.objects.create(task="a", first_at=NOW, started_at=NOW)


@pytest.mark.parametrize("task", [send_emails, plan_exchanges])
@pytest.mark.parametrize("by_beat", [True, False])
def test_the_tasks_record_their_runs(task, by_beat):
    task(by_beat=by_beat)
    row = TaskRun.objects.get(task=task.name)
    assert (row.finished_at is not None, row.by_beat_at is not None, row.error) == (True, by_beat, "")


def test_beat_asks_at_plain_intervals_for_tasks_that_take_what_it_sends():
    """Intervals know no clock change and no day; a crontab in a zone goes silent or repeats."""
    entries = settings.CELERY_BEAT_SCHEDULE
    current_app.loader.import_default_modules()  # as a worker does
    values = {}
    for name, given in entries.items():
        entry = ScheduleEntry(name=name, app=current_app, **{key: given[key] for key in ("task", "schedule", "kwargs")})
        values[name] = (type(entry.schedule), entry.schedule.run_every)
        task = current_app.tasks[entry.task]
        task(**entry.kwargs)
        assert TaskRun.objects.get(task=entry.task).by_beat_at is not None
    assert values == {
        "send-emails": (schedule, timedelta(seconds=30)),
        "plan-exchanges": (schedule, timedelta(hours=1)),
        "ask-for-confirmations": (schedule, timedelta(hours=6)),
        "purge": (schedule, timedelta(days=1)),
        "run-imports": (schedule, timedelta(minutes=5)),
        "purge-needs": (schedule, timedelta(hours=6)),
        "sweep-files": (schedule, timedelta(hours=1)),
        "write-exports": (schedule, timedelta(minutes=5)),
        "calculate-plans": (schedule, timedelta(minutes=1)),
        "run-bulk-actions": (schedule, timedelta(minutes=1)),
        "send-webhooks": (schedule, timedelta(minutes=1)),
        "withdraw-where-consent-ended": (schedule, timedelta(minutes=1)),
        "update-releases": (schedule, timedelta(minutes=1)),
    }

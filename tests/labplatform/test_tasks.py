"""Scheduled tasks on files: the hourly sweep and the tables people wait for; both record their run."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from files import storage
from files.backends.folder import path_of
from labplatform.celery import app
from labplatform.tasks import RUN_BULK_ACTIONS, SWEEP_FILES, WRITE_EXPORTS, run_bulk_actions, sweep_files, write_exports
from notifications.models import TaskRun
from tests.factories.files import AttachmentFactory, ExportFactory, sizes_on_disk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("entry", "task", "name", "seconds"),
    [
        ("sweep-files", sweep_files, SWEEP_FILES, 3600.0),
        ("write-exports", write_exports, WRITE_EXPORTS, 300.0),
        ("run-bulk-actions", run_bulk_actions, RUN_BULK_ACTIONS, 60.0),
    ],
)
def test_schedule_uses_the_registered_task_names(entry: str, task: Any, name: str, seconds: float):
    schedule_entry = configured.CELERY_BEAT_SCHEDULE[entry]
    assert (schedule_entry["task"], schedule_entry["schedule"], task.name) == (name, seconds, name)
    app.autodiscover_tasks(force=True)
    assert app.tasks[name].name == name


def test_sweep_deletes_old_drafts_and_unused_files_and_records_its_run(settings: Any, tmp_path: Path):
    settings.FILES_DIR = tmp_path
    attachment, unused = AttachmentFactory(), storage.store({"full": b"a"})
    assert sweep_files() == 0
    for name in (attachment.stored, unused):
        os.utime(path_of(name, "full").parent, (1, 1))
    assert (sweep_files(by_beat=True), sweep_files()) == (1, 0)
    assert (sizes_on_disk(attachment), list(storage.stored_names())) == (
        ["full", "large", "small"],
        [attachment.stored],
    )
    run = TaskRun.objects.get(task=SWEEP_FILES)
    assert (run.by_beat_at is None, run.finished_at is None, run.error) == (False, False, "")


def test_export_task_writes_due_tables_and_records_its_run(settings: Any, tmp_path: Path):
    settings.FILES_DIR = tmp_path
    row = ExportFactory()
    assert (write_exports(), write_exports(by_beat=True)) == (1, 0)
    row.refresh_from_db()
    run = TaskRun.objects.get(task=WRITE_EXPORTS)
    assert (row.state, run.by_beat_at is None, run.error) == ("done", False, "")

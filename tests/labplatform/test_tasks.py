"""What beat asks for of files: an hourly sweep, and the tables people wait for; both note their run."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from files import storage
from labplatform.celery import app
from labplatform.tasks import SWEEP_FILES, WRITE_EXPORTS, sweep_files, write_exports
from notifications.models import Run
from tests.factories.files import AttachmentFactory, ExportFactory, on_disk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("entry", "task", "name", "seconds"),
    [
        ("sweep-files", sweep_files, SWEEP_FILES, 3600.0),
        ("write-exports", write_exports, WRITE_EXPORTS, 300.0),
    ],
)
def test_beat_calls_it_by_the_name_under_which_the_worker_finds_it(entry: str, task: Any, name: str, seconds: float):
    asked = configured.CELERY_BEAT_SCHEDULE[entry]
    assert (asked["task"], asked["schedule"], task.name) == (name, seconds, name)
    app.autodiscover_tasks(force=True)
    assert app.tasks[name].name == name


def test_it_removes_what_is_old_and_nothing_names_and_notes_its_run(settings: Any, tmp_path: Path):
    settings.FILES_DIR = tmp_path
    kept, left = AttachmentFactory(), storage.place({"full": b"a"})
    assert sweep_files() == 0
    for name in (kept.stored, left):
        os.utime(storage.path_of(name, "full").parent, (1, 1))
    assert (sweep_files(by_beat=True), sweep_files()) == (1, 0)
    assert (on_disk(kept), list(storage.names_kept())) == (["full", "large", "small"], [kept.stored])
    run = Run.objects.get(task=SWEEP_FILES)
    assert (run.by_beat_at is None, run.finished_at is None, run.error) == (False, False, "")


def test_it_writes_what_people_wait_for_and_notes_its_run(settings: Any, tmp_path: Path):
    settings.FILES_DIR = tmp_path
    row = ExportFactory()
    assert (write_exports(), write_exports(by_beat=True)) == (1, 0)
    row.refresh_from_db()
    run = Run.objects.get(task=WRITE_EXPORTS)
    assert (row.state, run.by_beat_at is None, run.error) == ("done", False, "")

"""What beat asks for of files: an hourly sweep that notes its run."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from files import storage
from labplatform.celery import app
from labplatform.tasks import SWEEP_FILES, sweep_files
from notifications.models import Run
from tests.factories.files import AttachmentFactory, on_disk

pytestmark = pytest.mark.django_db


def test_beat_calls_it_every_hour():
    entry = configured.CELERY_BEAT_SCHEDULE["sweep-files"]
    assert (entry["task"], entry["schedule"]) == (sweep_files.name, 3600.0)


def test_the_worker_finds_it_by_that_name():
    app.autodiscover_tasks(force=True)
    assert app.tasks[sweep_files.name].name == SWEEP_FILES


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

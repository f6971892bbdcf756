"""Files in an object storage: the promises of the folder, against a real server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from errno import EIO
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import time_machine
from django.core.checks import run_checks
from django.core.files.storage import storages
from django.test import override_settings

pytest.importorskip("storages", reason="django-storages is not installed: make install-dev")

from botocore.awsrequest import AWSResponse

from files import storage
from files.attachments.views.serving import stored_file_response
from files.backends import bucket
from files.checks import log_storage_fault
from files.cleanup import ForeignFilesError, SweepResult, sweep
from files.storage import NoRoom
from labplatform import gunicorn_conf
from labplatform.monitoring.fingerprint import _files_hash
from tests.factories.files import AttachmentFactory
from tools import object_storage

CONTENTS = {"full": b"a" * 3000, "small": b"b"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object_storage.ObjectStorage]:
    if not object_storage.program():
        pytest.skip("SeaweedFS is not installed: make install-dev")
    server = object_storage.ObjectStorage(tmp_path_factory.mktemp("storage") / "seaweedfs")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def objects(server: object_storage.ObjectStorage, settings: Any) -> Any:
    """The objects of the bucket: at first only one that is none of ours."""
    settings.FILES_BACKEND = "files.backends.bucket.Bucket"
    settings.STORAGES = settings.STORAGES | server.storages
    found = storages["files"].bucket.objects
    found.all().delete()
    storages["files"].bucket.put_object(Key="lost+found/aa/x", Body=b"")
    return found


def names_in(objects: Any) -> list[str]:
    return [entry.key for entry in objects.all() if not entry.key.startswith("lost")]


def test_files_have_the_names_and_the_contents_that_they_have_in_the_folder(objects: Any, folder: Path):
    name, other = sorted(storage.store(CONTENTS) for _ in range(2))
    assert names_in(objects) == sorted(f"{each[:2]}/{each}/{size}" for each in (name, other) for size in CONTENTS)
    assert list((folder / "incoming").iterdir()) == []
    assert sorted(storage.stored_names()) == [name, other]
    with storage.open_stored(name, "full") as file:
        assert file.read() == CONTENTS["full"]
    found = [storage.is_stored(name, size) for size in ("small", "large")]
    ages = [storage.is_older(each, than=limit) for each, limit in ((name, -1), (name, 60), ("f" * 32, 0))]
    assert (storage.stored_sizes(name), found, ages) == (["full", "small"], [True, False], [True, False, False])
    hash_of_bucket = _files_hash()
    for entry in objects.all():
        path = folder / entry.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.get()["Body"].read())
    with override_settings(FILES_BACKEND="files.backends.folder.Folder"):
        assert _files_hash() == hash_of_bucket
    storage.remove(name)
    storage.remove(name)
    assert list(storage.stored_names()) == [other]
    for ask in (storage.stored_sizes, lambda gone: storage.open_stored(gone, "full")):
        with pytest.raises(FileNotFoundError):
            ask(name)
    with pytest.raises(ValueError, match="no name of a stored file"):
        storage.remove("../../etc")


def test_only_a_signed_address_opens_a_file_and_only_for_seconds(
    objects: Any, server: object_storage.ObjectStorage, settings: Any
):
    name = storage.store(CONTENTS)
    settings.FILES_ACCEL = "/protected/"
    answer = stored_file_response(name, "full", name="wall.png", content_type="image/png", saved=False)
    place, _, query = answer.headers["X-Accel-Redirect"].partition("?")
    assert (place, answer.getvalue()) == (f"/protected/bucket/{name[:2]}/{name}/full", b"")
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=bucket.SECONDS_SIGNED + 5)):
        old_query = storage.proxy_address(name, "full", "image/png").partition("?")[2]
    address = f"{server.endpoint}/{object_storage.BUCKET}/{name[:2]}/{name}/full"
    found = [
        requests.get(f"{address}?{each}", timeout=9) for each in (query, old_query, query.replace("png", "xml"), "")
    ]
    assert [each.status_code for each in found] == [200, 403, 403, 403]
    assert (found[0].headers["Content-Type"], found[0].content) == ("image/png", CONTENTS["full"])
    settings.FILES_ACCEL = ""
    sent: Any = stored_file_response(name, "full", name="notes.txt", content_type="text/plain")
    with sent.file_to_stream:
        assert (sent.getvalue(), sent.headers["Content-Length"]) == (CONTENTS["full"], "3000")


@pytest.mark.django_db
def test_what_an_object_storage_that_is_away_leaves_has_no_row_and_is_swept(
    objects: Any, server: object_storage.ObjectStorage, folder: Path, settings: Any
):
    row, away = AttachmentFactory(), server.storages
    away["files"]["OPTIONS"]["endpoint_url"] = "http://127.0.0.1:9"
    with override_settings(STORAGES=settings.STORAGES | away):
        with pytest.raises(NoRoom, match="Nothing was saved"):
            storage.store(CONTENTS)
        storage.remove(row.stored)
        with pytest.raises(OSError, match="did not answer"):
            storage.open_stored(row.stored, "full")
    assert list((folder / "incoming").iterdir()) == []
    storages["files"].bucket.put_object(Key=f"ff/{'f' * 32}/small", Body=b"one size of a picture")
    assert (sweep(older_than=60), sweep(older_than=-1)) == (SweepResult(0, 0), SweepResult(1, 0))
    assert list(storage.stored_names()) == [row.stored]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, None),
        ({"access_key": "unknown"}, "The object storage does not know FILES_ACCESS_KEY."),
        ({"secret_key": "wrong"}, "FILES_SECRET_KEY does not belong to FILES_ACCESS_KEY."),
        (object_storage.READER, "The key in FILES_ACCESS_KEY may not write objects of the bucket."),
        ({"endpoint_url": "http://127.0.0.1:9"}, "The object storage does not answer at FILES_ENDPOINT."),
        ({"endpoint_url": "s3 of ours"}, "FILES_ENDPOINT is not an address."),
        ({"bucket_name": "files of ours"}, "FILES_BUCKET is not a valid name of a bucket."),
    ],
)
def test_a_wrong_key_is_named_by_the_check_and_at_the_start(
    *,
    objects: Any,
    server: object_storage.ObjectStorage,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    options: dict[str, str],
    sentence: str | None,
):
    storages_with_key = server.storages
    storages_with_key["files"]["OPTIONS"] |= options
    with override_settings(STORAGES=settings.STORAGES | storages_with_key):
        found = run_checks(include_deployment_checks=True)
        assert [each.msg for each in found if each.id == "files.E001"] == ([sentence] if sentence else [])
        log_storage_fault()
    assert [sentence in message for message in caplog.messages] == ([True] if sentence else [])
    assert names_in(objects) == []


def test_the_check_leaves_no_connection_to_forked_processes_and_may_run_on_two_servers_at_once(objects: Any):
    client = storages["files"].connection.meta.client

    def finish_other_check(**_options: Any) -> None:
        client.delete_object(Bucket=object_storage.BUCKET, Key=bucket.CHECK_OBJECT)

    client.meta.events.register("before-call.s3.GetObject", finish_other_check)
    assert storage.find_fault() is None
    assert not client._endpoint.http_session._manager.pools


def test_a_new_web_process_sweeps_the_disk_beside_its_requests_and_an_error_ends_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    left, is_released = folder / "incoming" / "left", Event()
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    sweep_incoming = storage.sweep_incoming

    def hang(**options: Any) -> int:
        assert is_released.wait(60)
        return sweep_incoming(**options)

    def fail(_folder: Path) -> None:
        raise OSError(EIO, "Input/output error")

    class RecordedThread(Thread):
        def start(self) -> None:
            threads.append(self)
            super().start()

    def start_sweep() -> Thread:
        gunicorn_conf.post_worker_init(None)
        return threads.pop()

    threads: list[Thread] = []
    monkeypatch.setattr(gunicorn_conf, "Thread", RecordedThread)
    monkeypatch.setattr(storage, "sweep_incoming", hang)
    thread = start_sweep()
    assert (left.exists(), thread.daemon) == (True, True)
    is_released.set()
    thread.join(60)
    assert not left.exists()
    monkeypatch.setattr(Path, "iterdir", fail)
    start_sweep().join(60)
    assert caplog.messages == ["What killed uploads left on this disk could not be removed."]


@contextmanager
def refused_deletions() -> Iterator[None]:
    """Let the object storage refuse each deletion as it does without the right to: 200, with the refusals inside."""
    body = b"<DeleteResult><Error><Key>k</Key><Code>AccessDenied</Code></Error></DeleteResult>"
    refusal = AWSResponse("http://storage", 200, {}, SimpleNamespace(stream=lambda: iter([body])))
    arguments = ("before-send.s3.DeleteObjects", lambda **_request: refusal)
    events = storages["files"].bucket.meta.client.meta.events
    events.register(*arguments)
    try:
        yield
    finally:
        events.unregister(*arguments)


@pytest.mark.django_db
def test_files_that_may_not_be_deleted_or_are_of_another_installation_stay_and_are_not_counted(
    objects: Any, caplog: pytest.LogCaptureFixture
):
    name = storage.store(CONTENTS)
    with refused_deletions():
        assert (storage.remove(name), sweep(older_than=-1)) == (False, SweepResult(0, 0))
    message = f"The stored file {name} could not be removed: the sweep will try again."
    assert (caplog.messages, "refused to delete: AccessDenied" in caplog.text) == ([message] * 2, True)
    own = storages["files"].bucket.Object("installation").get()["Body"].read()
    storages["files"].bucket.put_object(Key="installation", Body=own + b"_copy")
    with pytest.raises(ForeignFilesError):
        sweep(older_than=-1)
    assert list(storage.stored_names()) == [name]
    storages["files"].delete("installation")
    assert (sweep(older_than=-1), list(storage.stored_names())) == (SweepResult(1, 0), [])

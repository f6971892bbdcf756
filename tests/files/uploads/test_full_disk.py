"""A disk that is really full, and a form sent several times at once: nothing is half stored."""

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpResponse

from cohorts.models import Session
from files.models import Attachment, FileDraft
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.files import PDF, picture
from tests.files.test_storage import files_below
from tests.pages import elements, texts
from tests.prototypes.pages import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
CLONE_NEWNS, MS_PRIVATE_AND_BELOW = 0x20000, 0x44000


@pytest.fixture
def session(cast: Cast) -> Session:
    return SessionFactory(cohort=cast.cohort)


@contextmanager
def tiny_disk(at: Path, size: str) -> Iterator[None]:
    """Mount a disk of this size at the folder, for the calling thread only; skip the test where that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_PRIVATE_AND_BELOW, None):
        pytest.skip(f"A small disk needs root: {os.strerror(ctypes.get_errno())}")
    if libc.mount(b"tmpfs", bytes(at), b"tmpfs", 0, f"size={size}".encode()):
        pytest.skip(f"A small disk cannot be had: {os.strerror(ctypes.get_errno())}")
    try:
        yield
    finally:
        libc.umount2(bytes(at), 2)


def in_own_thread(act: Callable[[], None]) -> None:
    """Run a function in a thread of its own, and raise here what it raises there."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:  # a skip is none of Exception's
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    for error in raised:
        raise error


def send(cast: Cast, session: Session, *files: tuple[str, bytes], idempotency_key: str) -> HttpResponse:
    chosen = {f"file_{n}": SimpleUploadedFile(*file) for n, file in enumerate(files, 1)}
    words = {"consent": "nobody", "alt_text_1": "Un mur", "idempotency_key": idempotency_key}
    return signed_in(cast["M"]).post(f"/files/session/{session.pk}/add/", {**words, **chosen})


def test_full_disk_is_reported_and_leaves_neither_row_nor_file(cast: Cast, session: Session, folder: Path):
    small, large = ("mur.jpg", picture()), ("plan.pdf", PDF.replace(b"\n", b"\n%" + b"x" * 400_000 + b"\n", 1))
    folder.mkdir()

    def act() -> None:
        with tiny_disk(folder, "200k"):
            assert send(cast, session, small, idempotency_key=str(uuid4())).status_code == 302
            assert len(files_below(folder)) == 3
            answer = send(cast, session, small, large, idempotency_key=str(uuid4()))
            assert answer.status_code == 200
            [summary] = elements(answer, "div", "error-summary")
            assert "The server cannot store files at the moment. Nothing was saved." in summary["text"]
            assert "Un mur" in texts(answer, "textarea")
            assert Attachment.objects.count() == 1
            assert [row.name for row in FileDraft.objects.all()] == ["mur.jpg"], "what fits stays for the next sending"
            assert len(files_below(folder)) == 6
            assert send(cast, session, small, idempotency_key=str(uuid4())).status_code == 302, (
                "there is room again for others"
            )

    in_own_thread(act)


def test_ten_concurrent_sendings_make_one_row_and_one_file(cast: Cast, session: Session, folder: Path):
    idempotency_key, gate, codes = str(uuid4()), threading.Barrier(10), []

    def run() -> None:
        gate.wait(60)
        try:
            codes.append(send(cast, session, ("mur.jpg", picture()), idempotency_key=idempotency_key).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(codes), set(codes) <= {200, 302}, 302 in codes) == (10, True, True)
    assert (Attachment.objects.count(), len(files_below(folder))) == (1, 3)


def test_form_with_an_invalid_key_keeps_its_file_as_a_draft(cast: Cast, session: Session):
    answer = send(cast, session, ("mur.jpg", picture()), idempotency_key="not a key")
    drafts = [row.name for row in FileDraft.objects.all()]
    assert (answer.status_code, Attachment.objects.count(), drafts) == (200, 0, ["mur.jpg"])

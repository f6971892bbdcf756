"""Uploads: on the disk without a name, up to the limit, and typed text stays."""

import gc
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory

from files.uploads.handler import BoundedUploadHandler, Upload
from tests.files.test_storage import files_no_larger_than


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.FILES_MAX_BYTES, settings.FILES_MAX_FORM_BYTES = {"image": 1000, "document": 2000}, 3000


@pytest.fixture
def posted() -> Iterator[Callable[..., HttpRequest]]:
    """Return a function that makes a request with files; the requests are closed at the end, as the server does."""
    with ExitStack() as requests:

        def post(**files: bytes) -> HttpRequest:
            data = {name: SimpleUploadedFile(f"{name}.txt", content) for name, content in files.items()}
            request = RequestFactory().post("/", {"words": "typed", **data})
            requests.callback(request.close)
            return request

        yield post


def received(request: HttpRequest) -> dict[str, tuple[int, int, bool]]:
    found: dict[str, Any] = dict(request.FILES.items())
    return {name: (one.size, len(one.read()), one.too_large) for name, one in found.items()}


def test_handler_is_the_only_one():
    [handler] = configured.FILE_UPLOAD_HANDLERS
    assert handler == f"{BoundedUploadHandler.__module__}.{BoundedUploadHandler.__name__}"


def test_file_is_on_the_disk_without_a_name(folder: Path, posted: Any):
    request = posted(a=b"x" * 2000)
    upload = request.FILES["a"]
    assert isinstance(upload, Upload)
    assert os.fstat(upload.file.fileno()).st_size == 2000
    assert (os.fstat(upload.file.fileno()).st_nlink, list((folder / "incoming").iterdir())) == (0, [])
    assert received(request) == {"a": (2000, 2000, False)}


def test_full_disk_is_recorded_and_the_text_stays(folder: Path, posted: Any):
    with files_no_larger_than(1000):
        request = posted(a=b"x" * 2000, b=b"x" * 900)
        found = {name: one.no_room for name, one in request.FILES.items()}
    assert (found, request.POST["words"]) == ({"a": True, "b": False}, "typed")


def test_unwritable_folder_is_recorded(folder: Path, posted: Any):
    folder.write_text("a file in the way")
    request = posted(a=b"x")
    assert (request.FILES["a"].no_room, request.POST["words"]) == (True, "typed")


def test_too_large_file_has_only_its_size_and_the_text_stays(posted: Any):
    request = posted(a=b"x" * 2001)
    assert (received(request), request.POST["words"]) == ({"a": (2001, 0, True)}, "typed")


def test_total_size_is_limited(posted: Any):
    assert received(posted(a=b"x" * 2000, b=b"x" * 1000, c=b"x")) == {
        "a": (2000, 2000, False),
        "b": (1000, 1000, False),
        "c": (1, 0, True),
    }


BROKEN = (
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.txt"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"eHh4eA==eHh4\r\n--x--\r\n"
)


def test_file_of_an_unreadable_form_is_closed():
    """A file left open warns when it is collected, which would fail another test."""
    gc.collect()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        request = RequestFactory().post("/", BROKEN.replace(b"==", b"=\xff"), "multipart/form-data; boundary=x")
        with pytest.raises(MultiPartParserError):
            request.FILES  # noqa: B018
        request.close()
        del request
        gc.collect()
    assert [str(one.message) for one in warned] == []


def test_handler_does_not_keep_the_request_alive():
    assert BoundedUploadHandler(RequestFactory().get("/")).request is None

"""Uploaded files are accepted and made harmless, or refused with advice."""

from hashlib import sha256
from typing import Any

import pytest

from files import storage
from files.backends.folder import path_of
from files.rejection import FileRejected
from files.uploads.intake import AcceptedFile
from tests.factories.files import DOCUMENTS, PDF, TEXT, accept_content, picture


def refused(name: str, data: bytes) -> str:
    with pytest.raises(FileRejected) as caught:
        accept_content(name, data)
    return str(caught.value)


def contents(accepted_file: AcceptedFile) -> dict[str, bytes]:
    return {
        size: path_of(accepted_file.stored, size).read_bytes() for size in storage.stored_sizes(accepted_file.stored)
    }


def test_picture_is_stored_reencoded():
    accepted_file = accept_content("Atelier.JPG", picture("JPEG", (60, 40)) + b"tail")
    assert (
        accepted_file.kind,
        accepted_file.name,
        accepted_file.content_type,
        accepted_file.width,
        accepted_file.height,
    ) == (
        "image",
        "Atelier.jpg",
        "image/jpeg",
        60,
        40,
    )
    assert sorted(contents(accepted_file)) == ["full", "large", "small"]
    full = contents(accepted_file)["full"]
    assert (accepted_file.size, accepted_file.sha256) == (len(full), sha256(full).hexdigest())


@pytest.mark.parametrize("ending", DOCUMENTS)
def test_document_is_stored_unchanged(ending: str):
    accepted_file = accept_content(f"notes.{ending}", DOCUMENTS[ending])
    assert (
        accepted_file.kind,
        accepted_file.name,
        contents(accepted_file),
        accepted_file.width,
        accepted_file.height,
    ) == (
        "document",
        f"notes.{ending}",
        {"full": DOCUMENTS[ending]},
        None,
        None,
    )


@pytest.mark.parametrize(
    ("kind", "name", "stored_name"),
    [
        ("PNG", "capture.jpg", "capture.png"),
        ("JPEG", "IMG_0001.jpeg", "IMG_0001.jpeg"),
        ("JPEG", "image", "image.jpg"),
        ("WEBP", "photo.png", "photo.webp"),
    ],
)
def test_picture_takes_the_ending_of_its_content(kind: str, name: str, stored_name: str):
    assert accept_content(name, picture(kind)).name == stored_name


def test_empty_file_is_refused():
    assert refused("vide.pdf", b"") == "This file is empty. Choose another file."


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


@pytest.mark.parametrize(("name", "data"), [("IMG_1.HEIC", HEIC), ("IMG_1.jpg", HEIC), ("IMG_1.heif", b"anything")])
def test_phone_formats_are_refused_with_advice(name: str, data: bytes):
    assert refused(name, data) == (
        "Pictures in HEIC or AVIF are not accepted: save the picture as JPEG, PNG or WebP. On an iPhone,"
        " choose Settings › Camera › Formats › Most Compatible before taking pictures, or share this one"
        " as JPEG."
    )


@pytest.mark.parametrize("name", ["dessin.svg", "dessin.SVGZ"])
def test_svg_drawings_are_refused_with_advice(name: str):
    assert refused(name, b"<svg onload='alert(1)'/>").startswith(
        "SVG drawings can contain programs and are not accepted:"
    )


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", b"GIF89a" + b"\0" * 30, PDF, TEXT])
def test_other_content_is_refused_under_a_picture_s_name(data: bytes):
    assert refused("photo.jpg", data) == "This file is not a picture, despite its name. Choose a picture."


@pytest.mark.parametrize("ending", ["pdf", "txt", "docx"])
def test_a_picture_is_refused_under_a_document_s_name(ending: str):
    assert refused(f"x.{ending}", picture()) == (
        f"This is a picture, but its name ends in .{ending}: rename it, then try again."
    )


def test_document_without_an_ending_is_refused_with_the_accepted_kinds():
    assert refused("notes", TEXT).startswith("Files of this kind are not accepted: send JPEG, PNG, WebP, PDF")


def test_too_large_picture_is_refused_before_it_is_opened(settings: Any):
    settings.FILES_MAX_BYTES = {"image": 100, "document": 1000}
    assert refused("x.jpg", picture()) == "This picture is larger than 100\xa0bytes: make it smaller first."


def test_picture_with_too_many_pixels_is_refused(settings: Any):
    settings.FILES_MAX_PIXELS = {**settings.FILES_MAX_PIXELS, "JPEG": 2399}
    assert "million pixels" in refused("x.jpg", picture(size=(60, 40)))

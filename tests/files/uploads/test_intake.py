"""What becomes of a chosen file: taken and made harmless, or refused with what to do."""

from hashlib import sha256
from typing import Any

import pytest

from files import storage
from files.rejection import Unfit
from files.uploads.intake import Taken
from tests.factories.files import DOCUMENTS, PDF, TEXT, accepted, picture


def refused(name: str, data: bytes) -> str:
    with pytest.raises(Unfit) as caught:
        accepted(name, data)
    return str(caught.value)


def contents(taken: Taken) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in storage.sizes_kept(taken.stored)}


def test_a_picture_is_kept_as_it_is_made_anew():
    taken = accepted("Atelier.JPG", picture("JPEG", (60, 40)) + b"tail")
    assert (taken.kind, taken.name, taken.content_type, taken.width, taken.height) == (
        "image",
        "Atelier.jpg",
        "image/jpeg",
        60,
        40,
    )
    assert sorted(contents(taken)) == ["full", "large", "small"]
    full = contents(taken)["full"]
    assert (taken.size, taken.sha256) == (len(full), sha256(full).hexdigest())


@pytest.mark.parametrize("ending", DOCUMENTS)
def test_a_document_is_kept_byte_for_byte(ending: str):
    taken = accepted(f"notes.{ending}", DOCUMENTS[ending])
    assert (taken.kind, taken.name, contents(taken), taken.width, taken.height) == (
        "document",
        f"notes.{ending}",
        {"full": DOCUMENTS[ending]},
        None,
        None,
    )


@pytest.mark.parametrize(
    ("kind", "name", "kept"),
    [
        ("PNG", "capture.jpg", "capture.png"),
        ("JPEG", "IMG_0001.jpeg", "IMG_0001.jpeg"),
        ("JPEG", "image", "image.jpg"),
        ("WEBP", "photo.png", "photo.webp"),
    ],
)
def test_a_picture_takes_the_ending_it_deserves(kind: str, name: str, kept: str):
    assert accepted(name, picture(kind)).name == kept


def test_nothing_is_nothing():
    assert refused("vide.pdf", b"") == "This file is empty. Choose another file."


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


@pytest.mark.parametrize(("name", "data"), [("IMG_1.HEIC", HEIC), ("IMG_1.jpg", HEIC), ("IMG_1.heif", b"anything")])
def test_pictures_of_iphones_are_told_what_to_do(name: str, data: bytes):
    assert refused(name, data) == (
        "Pictures in HEIC or AVIF are not accepted: save the picture as JPEG, PNG or WebP. On an iPhone,"
        " choose Settings › Camera › Formats › Most Compatible before taking pictures, or share this one"
        " as JPEG."
    )


@pytest.mark.parametrize("name", ["dessin.svg", "dessin.SVGZ"])
def test_drawings_that_can_hold_programs_are_told_what_to_do(name: str):
    assert refused(name, b"<svg onload='alert(1)'/>").startswith(
        "SVG drawings can contain programs and are not accepted:"
    )


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", b"GIF89a" + b"\0" * 30, PDF, TEXT])
def test_what_is_no_picture_is_refused_under_a_picture_s_name(data: bytes):
    assert refused("photo.jpg", data) == "This file is not a picture, despite its name. Choose a picture."


@pytest.mark.parametrize("ending", ["pdf", "txt", "docx"])
def test_a_picture_is_refused_under_a_document_s_name(ending: str):
    assert refused(f"x.{ending}", picture()) == (
        f"This is a picture, but its name ends in .{ending}: rename it, then try again."
    )


def test_without_an_ending_a_document_is_told_what_is_taken():
    assert refused("notes", TEXT).startswith("Files of this kind are not accepted: send JPEG, PNG, WebP, PDF")


def test_a_picture_over_the_limit_is_refused_before_it_is_opened(settings: Any):
    settings.FILES_MOST_BYTES = {"image": 100, "document": 1000}
    assert refused("x.jpg", picture()) == "This picture is larger than 100\xa0bytes: make it smaller first."


def test_a_picture_of_too_many_pixels_is_refused(settings: Any):
    settings.FILES_MOST_PIXELS = {**settings.FILES_MOST_PIXELS, "JPEG": 2399}
    assert "million pixels" in refused("x.jpg", picture(size=(60, 40)))

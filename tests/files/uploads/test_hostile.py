"""Hostile uploads: no page breaks, nothing harmful is stored, and the reasons are clear."""

import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from cohorts.models import Session
from files.models import Attachment
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.files import PDF, TEXT, picture
from tests.factories.packages import crowded, office, related
from tests.files.pictures.test_reencoding import png_claiming
from tests.files.test_storage import files_below
from tests.pages import elements

pytestmark = pytest.mark.django_db
SCRIPT = b"<script>alert(document.domain)</script>"
ZIP = office()
TEMPLATE = related("docx", ("attachedTemplate", "https://elsewhere.example/t.dotm", "External"))
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
JPEG = picture("JPEG")

NO_PICTURE = "This file is not a picture, despite its name. Choose a picture."
DAMAGED = "This picture is damaged or incomplete: open it on your"
OTHER_KIND = "Files of this kind are not accepted: send JPEG, PNG"
NOT_ITS_NAME = "The content does not match the ending of the file name ("
EMPTY = "This file is empty. Choose another file."
SVG = "SVG drawings can contain programs and are not accepted:"
PIXELS = "million pixels; at most 10.0 million are accepted in this format. Make it smaller"

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "a page named as a picture": ("photo.jpg", b"<!DOCTYPE html>" + SCRIPT, NO_PICTURE),
    "a page named as a picture twice": ("photo.html.jpg", b"<html>" + SCRIPT, NO_PICTURE),
    "a page": ("page.html", b"<!DOCTYPE html>" + SCRIPT, OTHER_KIND),
    "a page named as a text": ("page.txt", b"\xef\xbb\xbf <!DOCTYPE html>" + SCRIPT, NOT_ITS_NAME),
    "a page in another coding": ("page.txt", "<script>alert(1)</script>".encode("utf-16"), NOT_ITS_NAME),
    "a page named as a table": ("table.csv", SCRIPT, NOT_ITS_NAME),
    "a page behind the marks of a PDF's end": ("x.pdf", SCRIPT + PDF, NOT_ITS_NAME),
    "a drawing": ("dessin.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", SVG),
    "a drawing named as a picture": ("dessin.png", b"<svg onload='alert(1)'/>", NO_PICTURE),
    "a packed drawing": ("dessin.svgz", b"\x1f\x8b\x08\0\0\0\0\0", SVG),
    "a program": ("tool.exe", b"MZ\x90\0", OTHER_KIND),
    "a program named as a picture": ("tool.jpg", b"MZ\x90\0", NO_PICTURE),
    "a program whose name reads as a picture": ("photo\u202egpj.exe", b"MZ\x90\0", OTHER_KIND),
    "a shell script": ("run.txt", b"#!/bin/sh\nrm -rf ~", NOT_ITS_NAME),
    "a bomb of pixels": ("bombe.png", png_claiming(60_000, 60_000), PIXELS),
    "a bomb in one line": ("bombe.png", png_claiming(2_000_000_000, 1), PIXELS),
    "a bomb of words": ("bombe.png", b"", DAMAGED),  # made below
    "a picture cut off": ("photo.jpg", picture("JPEG", (400, 400))[:900], DAMAGED),
    "the first bytes of a picture, then a page": ("photo.jpg", b"\xff\xd8\xff" + SCRIPT, DAMAGED),
    "a moving picture of the old kind": ("chat.gif", picture("GIF"), OTHER_KIND),
    "one named as another": ("chat.jpg", picture("GIF"), NO_PICTURE),
    "a picture of an iPhone": ("IMG_1.HEIC", HEIC, "Pictures in HEIC or AVIF are not accepted: save the picture"),
    "one named as a JPEG": ("IMG_1.jpg", HEIC, "Pictures in HEIC or AVIF are not accepted: save the picture"),
    "a picture named as a document": ("plan.pdf", JPEG, "This is a picture, but its name ends in .pdf"),
    "macros": (
        "budget.xlsx",
        related("xlsx", ("vbaProject", "any.bin")),
        "This document contains macros: save it without them, or as",
    ),
    "a document of endless parts": ("notes.docx", crowded(5000), "too many parts"),
    "a template from elsewhere": ("notes.docx", TEMPLATE, "from another place"),
    "a document named as another": ("notes.odt", ZIP, NOT_ITS_NAME),
    "an archive": ("tout.zip", ZIP, OTHER_KIND),
    "an archive cut off": ("notes.docx", ZIP[:-30], NOT_ITS_NAME),
    "bytes without sense": ("notes.txt", bytes(range(256)) * 4, NOT_ITS_NAME),
    "nothing": ("vide.pdf", b"", EMPTY),
    "nothing named as a picture": ("vide.jpg", b"", EMPTY),
    "no ending": ("README", TEXT, OTHER_KIND),
}


def text_bomb() -> bytes:
    content = b"Comment\0\0" + zlib.compress(b"a" * 100_000_000, 9)
    crc = struct.pack(">I", zlib.crc32(b"zTXt" + content))
    png = picture("PNG")
    return png[:33] + struct.pack(">I", len(content)) + b"zTXt" + content + crc + png[33:]


@pytest.fixture
def session(cast: Cast) -> Session:
    return SessionFactory(cohort=cast.cohort)


def send(cast: Cast, session: Session, name: str, data: bytes) -> HttpResponse:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["M"])
    words = {"consent": "nobody", "alt_text_1": "Ce qu’on y voit"}
    chosen = SimpleUploadedFile("x", data)
    chosen._name = name  # past Django's own cleaning: as the browser sends it
    return client.post(f"/files/session/{session.pk}/add/", words | {"file_1": chosen})


def errors_of(answer: HttpResponse, field: str) -> str:
    return " ".join(answer.context["form"].errors.get(field, []))


@pytest.mark.parametrize("what", REFUSED)
def test_hostile_file_is_refused_next_to_its_field_and_not_stored(what: str, cast: Cast, session: Session, folder: Any):
    name, data, reason = REFUSED[what]
    answer = send(cast, session, name, text_bomb() if what == "a bomb of words" else data)
    assert answer.status_code == 200
    assert reason in errors_of(answer, "file_1")
    assert (Attachment.objects.count(), files_below(folder)) == (0, [])
    assert b"alert(" not in answer.content
    assert "Ce qu’on y voit" in answer.content.decode()


def polyglot(kind: str, tail: bytes) -> bytes:
    return picture(kind) + tail


ACCEPTED: dict[str, tuple[str, bytes, str]] = {
    "a picture that is a page as well": ("photo.jpg", polyglot("JPEG", SCRIPT), "photo.jpg"),
    "a picture that is an archive as well": ("photo.png", polyglot("PNG", ZIP), "photo.png"),
    "a picture with a page in its comment": ("photo.jpg", picture("JPEG", comment=SCRIPT), "photo.jpg"),
    "a picture with a page in its description": ("photo.webp", picture("WEBP", xmp=SCRIPT), "photo.webp"),
    "a path": ("../../../../etc/cron.d/photo.jpg", JPEG, "photo.jpg"),
    "a path of Windows": ("C:\\Windows\\photo.jpg", JPEG, "photo.jpg"),
    "a script in the name": ('"><img src=x onerror=alert(1)>.jpg', JPEG, "img src=x onerror=alert(1).jpg"),
    "marks that turn the name": ("gnp.\u202etxt.jpg", JPEG, "gnp.txt.jpg"),
    "a name of three hundred letters": ("é" * 300 + ".jpg", JPEG, "é" * 89 + ".jpg"),
    "a line break in the name": ("a\r\nSet-Cookie: x=1.jpg", JPEG, "a.jpg"),
    "a device's name": ("CON.jpg", JPEG, "_CON.jpg"),
    "a PNG named as a JPEG": ("capture.jpg", picture("PNG"), "capture.png"),
    "a PDF with a program": ("plan.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "plan.pdf"),
    "a table of formulas": ("a.csv", b"=cmd|' /C calc'!A0,1\n", "a.csv"),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_harmful_parts_are_removed_from_accepted_files(what: str, cast: Cast, session: Session):
    name, data, stored_name = ACCEPTED[what]
    answer = send(cast, session, name, data)
    assert answer.status_code == 302, answer.context["form"].errors
    row = Attachment.objects.get()
    assert row.name == stored_name
    client = Client()
    client.force_login(cast["S"])
    served = client.get(row.get_absolute_url())
    content = served.getvalue()
    style = "; style-src-attr 'unsafe-inline'" * row.is_image
    assert served.headers["Content-Security-Policy"] == f"sandbox; default-src 'none'{style}"
    if row.is_image:
        assert (SCRIPT in content, ZIP in content) == (False, False)
        assert served.headers["Content-Type"] in {"image/jpeg", "image/png", "image/webp"}
    else:
        assert (content, served.headers["Content-Disposition"].split(";")[0]) == (data, "attachment")
    page = client.get(session.get_absolute_url())
    assert [image["attrs"].get("onerror") for image in elements(page, "img")] == [None] * row.is_image


def test_too_large_file_is_refused_with_the_limit(cast: Cast, session: Session, settings: Any):
    settings.FILES_MAX_BYTES = {"image": 1000, "document": 2000}
    for name, reason in (("x.pdf", "This file is larger than"), ("x.jpg", "This picture is larger than")):
        assert reason in errors_of(send(cast, session, name, b"x" * 2001), "file_1")


def test_extra_files_are_ignored(cast: Cast, session: Session):
    client = Client()
    client.force_login(cast["M"])
    chosen = {f"file_{n}": SimpleUploadedFile("a.txt", TEXT) for n in range(1, 60)}
    client.post(f"/files/session/{session.pk}/add/", {"consent": "nobody", **chosen})
    assert Attachment.objects.count() == 12


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="file_1"; filename="a\r\n\r\n']
)
def test_truncated_form_gives_no_server_error(body: bytes, cast: Cast, session: Session):
    client = Client(raise_request_exception=False)
    client.force_login(cast["M"])
    answer = client.generic(
        "POST", f"/files/session/{session.pk}/add/", body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code in {200, 400}


def test_hostile_files_are_complete():
    assert (len(REFUSED), len(ACCEPTED)) == (34, 14)


@pytest.mark.parametrize("named", ["9" * 5000, "9" * 30, "²", "٣", "-1", "0", "1\0", "x"])
def test_invalid_draft_key_has_to_be_chosen_again(named: str, cast: Cast, session: Session):
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    client.force_login(cast["M"])
    answer = client.post(f"/files/session/{session.pk}/add/", {"consent": "nobody", "draft_1": named})
    assert answer.status_code == 200
    assert "This file is no longer available: choose it again." in errors_of(answer, "file_1")

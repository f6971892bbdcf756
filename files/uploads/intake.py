"""Check an uploaded file: clean its name, identify its content, write pictures again, or refuse it.

An accepted file is on the disk; it is swept unless a row refers to it (`files.cleanup`).
"""

from dataclasses import dataclass, fields
from hashlib import file_digest
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Final, Self

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from files import storage
from files.documents.identification import FORMATS, content_type_of, kinds_in_words
from files.enums import Kind, Size
from files.locks import Deadline
from files.models import Attachment, FileDraft
from files.pictures.reencoding import is_phone_format, looks_like_image, write_picture
from files.rejection import Unfit
from files.uploads.file_names import clean_name, split_name, with_ending

IMAGE_ENDINGS: Final = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "")
SVG: Final = ("svg", "svgz")
PHONE_ENDINGS: Final = ("heic", "heif", "avif")
MAX_WAIT: Final = 40.0  # seconds for all files of a request: below the 60 after which the web server ends a process


@dataclass(frozen=True, slots=True)
class Taken:
    """An accepted file, on the disk under the name `stored`; width and height are those of the full size."""

    kind: Kind
    name: str
    content_type: str
    size: int
    sha256: str
    stored: str
    width: int | None = None
    height: int | None = None

    @classmethod
    def of(cls, row: FileDraft | Attachment) -> Self:
        """Return what was accepted when the row was made."""
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})


def take(name: str, file: IO[bytes], *, deadline: Deadline | None = None) -> Taken:
    """Check an open file that has a file descriptor, and write what is kept of it to the disk.

    Its content decides what it is; a picture with a document's name, and the reverse, is refused. Raises Unfit with
    the reason, `storage.NoRoom`, or `locks.ServerBusy` when the deadline passes first.
    """
    called = clean_name(name, otherwise=_("file"))
    head, ending = _head(file), split_name(called)[1]
    _refuse_by_kind(head, ending)
    if looks_like_image(head):
        return _picture(called, ending, file, deadline or Deadline(MAX_WAIT))
    if ending in IMAGE_ENDINGS:
        raise Unfit(
            _("This file is not a picture, despite its name. Choose a picture.")
            if ending
            else _("Files of this kind are not accepted: send %(kinds)s.") % {"kinds": kinds_in_words()}
        )
    return _document(called, content_type_of(file, ending), file)


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(16)


def _refuse_by_kind(head: bytes, ending: str) -> None:
    """Refuse empty files, and pictures of formats that not every browser shows, or that can contain programs."""
    if not head:
        raise Unfit(_("This file is empty. Choose another file."))
    if is_phone_format(head) or ending in PHONE_ENDINGS:
        raise Unfit(
            _(
                "Pictures in HEIC or AVIF are not accepted: save the picture as JPEG, PNG or WebP. On an"
                " iPhone, choose Settings › Camera › Formats › Most Compatible before taking pictures, or"
                " share this one as JPEG."
            )
        )
    if ending in SVG:
        raise Unfit(_("SVG drawings can contain programs and are not accepted: save the drawing as PNG or PDF."))


def _picture(called: str, ending: str, file: IO[bytes], deadline: Deadline) -> Taken:
    if ending in FORMATS:
        raise Unfit(
            _("This is a picture, but its name ends in .%(ending)s: rename it, then try again.") % {"ending": ending}
        )
    if file.seek(0, 2) > settings.FILES_MOST_BYTES["image"]:
        raise Unfit(too_large("image"))
    with storage.receiving() as (stored, folder):
        written = write_picture(file, folder, deadline=deadline)
        size, sha256 = _size_and_hash(folder / Size.FULL)
    called = called if ending in ("jpg", "jpeg") and written.ending == "jpg" else with_ending(called, written.ending)
    return Taken(Kind.IMAGE, called, written.content_type, size, sha256, stored, written.width, written.height)


def _document(called: str, content_type: str, file: IO[bytes]) -> Taken:
    file.seek(0)
    with storage.receiving() as (stored, folder):
        with (folder / Size.FULL).open("xb") as kept:
            copyfileobj(file, kept)
        size, sha256 = _size_and_hash(folder / Size.FULL)
    return Taken(Kind.DOCUMENT, called, content_type, size, sha256, stored)


def _size_and_hash(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, file_digest(file, "sha256").hexdigest()


def too_large(kind: str) -> str:
    """Return why a file of a kind is refused for its size."""
    most = filesizeformat(settings.FILES_MOST_BYTES[kind])
    if kind == "image":
        return _("This picture is larger than %(most)s: make it smaller first.") % {"most": most}
    return _("This file is larger than %(most)s. Choose a smaller file.") % {"most": most}

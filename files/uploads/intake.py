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
from files.enums import FileKind, StoredSize
from files.locks import Deadline
from files.models import Attachment, FileDraft
from files.pictures.reencoding import is_phone_format, looks_like_image, write_picture
from files.recordings import RECORDING_ENDINGS, looks_like_recording, write_recording
from files.rejection import FileRejected
from files.uploads.file_names import clean_name, split_name, with_ending

IMAGE_ENDINGS: Final = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "")
SVG: Final = ("svg", "svgz")
PHONE_ENDINGS: Final = ("heic", "heif", "avif")
MAX_WAIT: Final = 40.0  # seconds for all files of a request: below the 60 after which the web server ends a process


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """An accepted file, on the disk under the name `stored`; width and height are those of the full size."""

    kind: FileKind
    name: str
    content_type: str
    size: int
    sha256: str
    stored: str
    width: int | None = None
    height: int | None = None

    @classmethod
    def of(cls, row: FileDraft | Attachment) -> Self:
        """Return the accepted file that a draft or an attachment was made from, from the columns of the row."""
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})


def accept_file(
    name: str, file: IO[bytes], *, deadline: Deadline | None = None, recordings: bool = False
) -> AcceptedFile:
    """Check an open uploaded file, which needs a file descriptor, and store it; return what was accepted.

    `name` is what the browser sent. Its content decides what it is; a picture with a document's name, and the reverse,
    is refused. A recording is accepted only where the form is one for `recordings`. Raises FileRejected with the
    reason, NoRoom when the disk is full, ServerBusy when the deadline (40 seconds by default) passes first.
    """
    file_name = clean_name(name, default=_("file"))
    head, ending = _head(file), split_name(file_name)[1]
    _refuse_by_kind(head, ending)
    if looks_like_image(head):
        return _picture(file_name, ending, file, deadline or Deadline(MAX_WAIT))
    if recordings and (looks_like_recording(head) or ending in RECORDING_ENDINGS):
        return _recording(file)
    if ending in IMAGE_ENDINGS:
        raise FileRejected(
            _("This file is not a picture, despite its name. Choose a picture.")
            if ending
            else _("Files of this kind are not accepted: send %(kinds)s.") % {"kinds": kinds_in_words()}
        )
    return _document(file_name, content_type_of(file, ending), file)


def _head(file: IO[bytes]) -> bytes:
    """Return the first 16 bytes of a file, which tell its kind."""
    file.seek(0)
    return file.read(16)


def _refuse_by_kind(head: bytes, ending: str) -> None:
    """Raise FileRejected for an empty file, a picture in HEIC or AVIF, or an SVG drawing.

    `head` is the first 16 bytes of the file, `ending` that of its name, in lower case.
    """
    if not head:
        raise FileRejected(_("This file is empty. Choose another file."))
    if is_phone_format(head) or ending in PHONE_ENDINGS:
        raise FileRejected(
            _(
                "Pictures in HEIC or AVIF are not accepted: save the picture as JPEG, PNG or WebP. On an"
                " iPhone, choose Settings › Camera › Formats › Most Compatible before taking pictures, or"
                " share this one as JPEG."
            )
        )
    if ending in SVG:
        raise FileRejected(_("SVG drawings can contain programs and are not accepted: save the drawing as PNG or PDF."))


def _picture(file_name: str, ending: str, file: IO[bytes], deadline: Deadline) -> AcceptedFile:
    """Write a picture again in three sizes, store it and return it as accepted, its name with the ending of its format.

    `ending` is that of its name. Raises FileRejected where it is too large, damaged, or has the name of a document,
    NoRoom and ServerBusy.
    """
    if ending in FORMATS:
        raise FileRejected(
            _("This is a picture, but its name ends in .%(ending)s: rename it, then try again.") % {"ending": ending}
        )
    if file.seek(0, 2) > settings.FILES_MAX_BYTES["image"]:
        raise FileRejected(too_large("image"))
    with storage.new_stored_folder() as (stored, folder):
        picture = write_picture(file, folder, deadline=deadline)
        size, sha256 = _size_and_hash(folder / StoredSize.FULL)
    file_name = (
        file_name if ending in ("jpg", "jpeg") and picture.ending == "jpg" else with_ending(file_name, picture.ending)
    )
    return AcceptedFile(
        FileKind.IMAGE, file_name, picture.content_type, size, sha256, stored, picture.width, picture.height
    )


def _recording(file: IO[bytes]) -> AcceptedFile:
    """Write a recording again, store it and return it as accepted; its name is not kept, because it may name someone.

    Raises FileRejected where it is no WAV file of at most three minutes, and NoRoom.
    """
    with storage.new_stored_folder() as (stored, folder):
        write_recording(file, folder / StoredSize.FULL)
        size, sha256 = _size_and_hash(folder / StoredSize.FULL)
    return AcceptedFile(FileKind.AUDIO, _("recording.wav"), "audio/wav", size, sha256, stored)


def _document(file_name: str, content_type: str, file: IO[bytes]) -> AcceptedFile:
    """Store a document with its content unchanged and return it as accepted; raises NoRoom when the disk is full."""
    file.seek(0)
    with storage.new_stored_folder() as (stored, folder):
        with (folder / StoredSize.FULL).open("xb") as target:
            copyfileobj(file, target)
        size, sha256 = _size_and_hash(folder / StoredSize.FULL)
    return AcceptedFile(FileKind.DOCUMENT, file_name, content_type, size, sha256, stored)


def _size_and_hash(path: Path) -> tuple[int, str]:
    """Return the size in bytes and the SHA-256, in hexadecimal digits, of the file `path`."""
    with path.open("rb") as file:
        return path.stat().st_size, file_digest(file, "sha256").hexdigest()


def too_large(kind: str) -> str:
    """Return the message that a file is larger than the setting allows; `kind` is “image” or “document”."""
    max_size = filesizeformat(settings.FILES_MAX_BYTES[kind])
    if kind == "image":
        return _("This picture is larger than %(max_size)s: make it smaller first.") % {"max_size": max_size}
    return _("This file is larger than %(max_size)s. Choose a smaller file.") % {"max_size": max_size}

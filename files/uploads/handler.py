"""Upload handler that writes files to the disk, up to the accepted size.

A file that is being sent has no name on the disk, so that a process that dies leaves nothing behind; memory does not
grow with its size. Bytes over the limit are counted and not written. A file that is too large and a full disk are
recorded on the upload, so that the form can report them next to the field and nothing that was typed is lost.

A request closes its complete files. A file that is not complete when reading the form fails is closed with its handler.
"""

from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from weakref import finalize

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from files.storage import upload_folder, write_all

if TYPE_CHECKING:
    Uploaded = UploadedFile[bytes]
else:
    Uploaded = UploadedFile


class Upload(Uploaded):
    """A file of a form. One that is `too_large`, or for which there was `no_room`, has its size but not its content."""

    too_large = False
    no_room = False

    def close(self) -> None:
        """Close the content of the upload; do nothing for one that has no content, because the disk was full."""
        if self.file is not None:
            super().close()


class BoundedUploadHandler(FileUploadHandler):
    """Writes each file up to the largest that is accepted, and together no more than a form's files may be."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Start with no bytes received; the request is not stored, or a reference cycle would delay the closing of
        files.
        """
        super().__init__()  # without the request: a reference cycle would delay the closing of files
        self.total_bytes = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open an unnamed file on the disk for the next file of the form.

        Where the disk is full, mark the upload `no_room`.
        """
        super().new_file(*args, **kwargs)
        self.too_large = self.no_room = False
        try:
            self.content: IO[bytes] | None = new_file()
        except OSError:
            self.content, self.no_room = None, True
        else:
            self.unfinished = finalize(self, self.content.close)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece of the file, which begins at the byte `start`.

        Bytes beyond a limit are counted and not written. The limits: the size of one file, and of all files of the
        form. A full disk marks the file `no_room`.
        """
        self.total_bytes += len(raw_data)
        if (
            start + len(raw_data) > settings.FILES_MAX_BYTES["document"]
            or self.total_bytes > settings.FILES_MAX_FORM_BYTES
        ):
            self.too_large = True
        if self.content is None or self.too_large or self.no_room:
            return
        try:
            write_all(self.content, raw_data)
        except OSError:
            self.no_room = True

    def file_complete(self, file_size: int) -> Upload:
        """Return the complete upload, with its size.

        One that is too large, or had no room, is emptied and marked so.
        """
        if self.content is not None:
            self.unfinished.detach()
            self.content.seek(0)
            if self.too_large or self.no_room:
                self.content.truncate(0)
        upload = Upload(
            self.content, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )
        upload.too_large, upload.no_room = self.too_large, self.no_room
        return upload

    def upload_interrupted(self) -> None:
        """Close the file that was being received when the request broke off; its content is gone."""
        if self.content is not None:
            self.unfinished()


def new_file() -> IO[bytes]:
    """Return an unnamed temporary file, open for writing, on the disk where files are stored.

    Raises OSError if it is full.
    """
    return TemporaryFile(dir=upload_folder(), buffering=0)

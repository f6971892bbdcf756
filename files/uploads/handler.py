"""Upload handler that writes files to the disk, up to the accepted size.

A file that is being sent has no name on the disk, so that a process that dies leaves nothing behind; memory does not
grow with its size. Bytes over the limit are counted and not written. A file that is too large and a full disk are
recorded on the upload, so that the form can report them beside the field and nothing that was typed is lost.

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
        """Close the content; a file for which there was no room has none."""
        if self.file is not None:
            super().close()


class BoundedUploadHandler(FileUploadHandler):
    """Writes each file up to the largest that is accepted, and together no more than a form's files may be."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__()  # without the request, which refers to its handlers: what is left open would wait for both
        self.together = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.too_large = self.no_room = False
        try:
            self.content: IO[bytes] | None = new_file()
        except OSError:
            self.content, self.no_room = None, True
        else:
            self.unfinished = finalize(self, self.content.close)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.together += len(raw_data)
        if start + len(raw_data) > settings.FILES_MOST_BYTES["document"] or self.together > settings.FILES_MOST_AT_ONCE:
            self.too_large = True
        if self.content is None or self.too_large or self.no_room:
            return
        try:
            write_all(self.content, raw_data)
        except OSError:
            self.no_room = True

    def file_complete(self, file_size: int) -> Upload:
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
        if self.content is not None:
            self.unfinished()


def new_file() -> IO[bytes]:
    """Return an unnamed temporary file on the disk where files are kept. Raises OSError when it is full."""
    return TemporaryFile(dir=upload_folder(), buffering=0)

"""How files come in: in memory, and no more of them than is taken.

Nothing is written while a form is read, so that a full disk cannot lose what was typed into it, and a process that
dies leaves nothing behind. What is over the limit is not kept, only counted, so that its field can say so.
"""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class Upload(InMemoryUploadedFile):
    """A file of a form; one that is `too_large` has its size but no content."""

    too_large = False


class BoundedUploadHandler(FileUploadHandler):
    """Keeps each file up to the largest that is taken, and together no more than a form's files may be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.together = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content, self.too_large = BytesIO(), False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.together += len(raw_data)
        if start + len(raw_data) > settings.FILES_MOST_BYTES["document"] or self.together > settings.FILES_MOST_AT_ONCE:
            self.content, self.too_large = BytesIO(), True
        elif not self.too_large:
            self.content.write(raw_data)

    def file_complete(self, file_size: int) -> Upload:
        self.content.seek(0)
        made = Upload(
            file=self.content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        made.too_large = self.too_large
        return made

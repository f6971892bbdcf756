"""The error for an uploaded file that is not accepted."""

from web.errors import DomainError


class FileRejected(DomainError):
    """The file is not accepted as it is; the message says what to do instead."""

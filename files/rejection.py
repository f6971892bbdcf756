"""The reason a file is not taken, in words for the person who chose it."""

from web.errors import DomainError


class Unfit(DomainError):
    """The file cannot be taken as it is; the message says what to do instead."""

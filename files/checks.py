"""The check, at each start and by `check --deploy`, that files can be stored with the key and bucket that are set."""

import logging
from typing import Any, Final

from django.core.checks import CheckMessage, Error

from files import storage
from files.cleanup import ONE_HOUR

logger = logging.getLogger(__name__)

HINT: Final = "See docs/operations/several-machines.md#object-storage."


def check_storage(**_options: Any) -> list[CheckMessage]:
    """Return an error for Django if files cannot be stored or deleted."""
    fault = storage.find_fault()
    return [Error(fault, hint=HINT, id="files.E001")] if fault else []


def log_storage_fault() -> None:
    """Log what keeps files from being stored. The web server starts all the same: everything else works."""
    if fault := storage.find_fault():
        logger.error("Files cannot be stored or deleted. %s %s", fault, HINT)


def sweep_disk() -> None:
    """Remove what killed uploads left on this disk over an hour ago; an error of the disk is logged, and ends no
    server.
    """
    try:
        storage.sweep_incoming(older_than=ONE_HOUR)
    except OSError:
        logger.exception("What killed uploads left on this disk could not be removed.")

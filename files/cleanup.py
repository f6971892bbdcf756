"""Clears up what a crash left: files that no row names."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from files import storage
from files.models import Attachment, Export, FileDraft

logger = logging.getLogger(__name__)

AN_HOUR: Final = 3600.0  # longer than any form takes from its first byte to the last commit
AT_ONCE: Final = 1000
NAMING: Final = (Attachment, FileDraft, Export)  # whose rows name files
DOUBTFUL: Final = 50  # more than crashes leave in an hour


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files were removed, and how many rows name a file that is not there (after a restore, say)."""

    removed: int
    missing: int


def _named(names: Collection[str]) -> set[str]:
    """Those of the names that some row holds."""
    found = (rows.objects.filter(stored__in=names).values_list("stored", flat=True) for rows in NAMING)
    return set(chain.from_iterable(found))


def sweep(*, older_than: float = AN_HOUR) -> Swept:
    """Remove files without a row once they are `older_than` so many seconds; safe to run twice, and at once.

    Many of them, and more than rows name, are no crash but an older database beside a newer folder: they stay.
    """
    removed = storage.sweep_incoming(older_than=older_than)
    there, left = 0, list[str]()
    names = storage.names_kept()
    while batch := list(islice(names, AT_ONCE)):
        known = _named(batch)
        left += [name for name in batch if name not in known and storage.is_older(name, than=older_than)]
        there += len(known)
    missing = max(sum(rows.objects.exclude(stored="").count() for rows in NAMING) - there, 0)
    if missing:
        logger.error("%d files are missing: restore the folder of files from its backup.", missing)
    if len(left) > max(DOUBTFUL, there):
        logger.error("%d files have no row and stay: was an older database restored beside them?", len(left))
        left = []
    for name in left:
        storage.remove(name)
    return Swept(removed + len(left), missing)

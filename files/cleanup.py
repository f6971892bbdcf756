"""Delete files that no row refers to, which a crash left."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final

from django.apps import apps
from django.db import connection
from pghistory.models import Event

from files import storage
from files.fields import StoredNameField

logger = logging.getLogger(__name__)

ONE_HOUR: Final = 3600.0  # longer than any form takes from its first byte to its commit
BATCH_SIZE: Final = 1000
MAX_ORPHANS: Final = 50  # more than crashes leave in an hour


class ForeignFilesError(Exception):
    """The stored files belong to another installation."""


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How many files were removed, and how many rows refer to a file that is missing (after a restore, for example)."""

    removed: int
    missing: int


def columns_with_files() -> list[tuple[Any, str]]:
    """Return the models of all apps whose rows refer to files, each with the name of the column; without history."""
    return [
        (model, field.name)
        for model in apps.get_models()
        if not issubclass(model, Event)
        for field in model._meta.local_fields
        if isinstance(field, StoredNameField)
    ]


def _names_in_rows(names: Collection[str]) -> set[str]:
    """Return those of the random names of stored files to which a row refers."""
    name_lists = (
        model.objects.filter(**{f"{column}__in": names}).values_list(column, flat=True)
        for model, column in columns_with_files()
    )
    return set(chain.from_iterable(name_lists))


def _installation() -> str:
    """Return what names this installation and no copy of it: the cluster of its database, which no dump contains."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier || '/' || current_database() FROM pg_control_system()")
        return str(cursor.fetchone()[0])


def sweep(*, older_than: float = ONE_HOUR) -> SweepResult:
    """Remove stored files to which no row refers and that are older than `older_than` seconds.

    Returns how many were removed and how many rows lack their file. If there are over fifty, and more than files with a
    row, an older database was probably restored: all of them stay. Safe to repeat and to run concurrently. Raises
    ForeignFilesError, and deletes no stored file, where the bucket names another installation.
    """
    removed = storage.sweep_incoming(older_than=older_than)
    if not storage.claim(_installation()):
        raise ForeignFilesError(
            "The bucket belongs to another installation. If it does not, delete its object “installation”."
        )
    in_rows, orphans = 0, list[str]()
    names = storage.stored_names()
    while batch := list(islice(names, BATCH_SIZE)):
        names_in_use = _names_in_rows(batch)
        orphans += [name for name in batch if name not in names_in_use and storage.is_older(name, than=older_than)]
        in_rows += len(names_in_use)
    named = sum(model.objects.exclude(**{column: ""}).count() for model, column in columns_with_files())
    missing = max(named - in_rows, 0)
    if missing:
        logger.error("%d files are missing: restore the folder of files from its backup.", missing)
    if len(orphans) > max(MAX_ORPHANS, in_rows):
        logger.error("%d files have no row and stay: was an older database restored beside them?", len(orphans))
        orphans = []
    return SweepResult(removed + sum(storage.remove(name) for name in orphans), missing)

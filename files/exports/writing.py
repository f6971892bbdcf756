"""Writes the tables people wait for, one after the other, and says how far it is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

from django.http import QueryDict
from django.utils import translation

from files import storage
from files.enums import Size
from files.exports import actions
from files.exports.enums import FailedFor
from files.models import Export
from files.registries import export_kinds
from web.errors import DomainError
from web.exports import tables, zip_files
from web.exports.zip_files import Bundle

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
T = TypeVar("T")
CONTENT_TYPES: Final = tables.CONTENT_TYPES | {"zip": zip_files.CONTENT_TYPE}
SLICE: Final = 1000  # rows between two signs
NO_LONGER: Final = "Export %d is not for its person any more: %s"


class Stopped(Exception):
    """Nobody waits for this file: it was cancelled, or somebody else writes it."""


def write_due(clock: Clock) -> int:
    """Take up what was left, delete what was kept long enough, write all that wait; returns how many were written.

    Safe to run twice, and at once.
    """
    for row in actions.take_up_exports(by=None, at=clock()):
        logger.error("Export %d was begun %d times and never ended: it failed.", row.pk, row.attempt)
    actions.delete_exports(by=None, at=clock())
    count = 0
    while export := actions.start_export(by=None, at=clock()):
        count += _written(export, clock)
    return count


def _written(export: Export, clock: Clock) -> bool:
    """Whether its file is there now; what stood in the way is on the row."""
    try:
        with translation.override(export.language):
            return _write(export, clock)
    except Stopped:
        return False
    except storage.NoRoom:
        logger.exception("No room for export %d", export.pk)
        failed_for = FailedFor.NO_ROOM
    except DomainError as error:
        logger.warning(NO_LONGER, export.pk, error)
        failed_for = FailedFor.NOT_YOURS
    except Exception:
        logger.exception("Export %d broke", export.pk)
        failed_for = FailedFor.BROKE
    actions.fail_export(export=export, failed_for=failed_for, by=None, at=clock())
    return False


def _write(export: Export, clock: Clock) -> bool:
    """The file is on the disk before its row says so; where the row has gone on, the file goes again."""
    made = prepared(export)
    written = [0]

    def sign(rows: int) -> None:
        written[0] = rows
        if not actions.note_progress(export=export, rows=rows, by=None, at=clock()):
            raise Stopped

    with storage.placing(Size.FULL) as (stored, file):
        if isinstance(made, Bundle):
            zip_files.write(_counted(made.parts, sign), file)
        else:
            tables.write(export.form, replace(made, rows=_counted(made.rows, sign)), file, language=export.language)
    size = storage.path_of(stored, Size.FULL).stat().st_size
    done = actions.finish_export(export=export, stored=stored, size=size, rows=written[0], by=None, at=clock())
    if not done:
        storage.remove(stored)
    return done


def prepared(export: Export) -> tables.Table | Bundle:
    """What is asked for, its rows still unread. Raises DomainError where the person may not read all of it any more."""
    if not export.person.is_active:
        raise DomainError("The account is closed.")
    return export_kinds[export.kind].prepare(export.person, QueryDict(export.asked))


def _counted(rows: Iterable[T], sign: Callable[[int], None]) -> Iterator[T]:
    """The rows, with a sign before the first, after every slice and at their end."""
    sign(0)
    count = 0
    for count, row in enumerate(rows, 1):
        yield row
        if count % SLICE == 0:
            sign(count)
    sign(count)

"""Create the exports that wait, one after the other, and record their progress."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from os import SEEK_END
from typing import Final, TypeVar

from django.http import QueryDict
from django.utils import translation

from files import storage
from files.enums import StoredSize
from files.exports import actions
from files.exports.enums import FailureReason
from files.models import Export
from files.registries import export_kinds
from web.errors import DomainError
from web.exports import documents, tables, zip_files
from web.exports.documents import WrittenDocument
from web.exports.zip_files import Bundle

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
T = TypeVar("T")
CONTENT_TYPES: Final = tables.CONTENT_TYPES | documents.CONTENT_TYPES | {"zip": zip_files.CONTENT_TYPE}
ROWS_PER_UPDATE: Final = 1000  # rows between two progress reports
NO_LONGER_READABLE: Final = "Export %d is not for its person any more: %s"


class ExportStopped(Exception):
    """The export was cancelled, or another attempt writes it."""


def write_due_exports(clock: Clock) -> int:
    """Requeue exports whose worker died, delete old files, then write all exports that wait.

    Returns how many were written. `clock` returns the present moment. Safe to repeat and to run concurrently.
    """
    for row in actions.requeue_exports(by=None, at=clock()):
        logger.error("Export %d was begun %d times and never ended: it failed.", row.pk, row.attempt)
    actions.delete_exports(by=None, at=clock())
    count = 0
    while export := actions.start_export(by=None, at=clock()):
        count += _write_safely(export, clock)
    return count


def _write_safely(export: Export, clock: Clock) -> bool:
    """Write an export in its language and return whether its file was created; otherwise record on its row why not.

    No exception passes: a failure is logged, so that the next export is written.
    """
    try:
        with translation.override(export.language):
            return _write(export, clock)
    except ExportStopped:
        return False
    except storage.NoRoom:
        logger.exception("No room for export %d", export.pk)
        failure_reason = FailureReason.NO_ROOM
    except DomainError as error:
        logger.warning(NO_LONGER_READABLE, export.pk, error)
        failure_reason = FailureReason.NOT_YOURS
    except Exception:
        logger.exception("Export %d broke", export.pk)
        failure_reason = FailureReason.BROKE
    actions.fail_export(export=export, failure_reason=failure_reason, by=None, at=clock())
    return False


def _write(export: Export, clock: Clock) -> bool:
    """Write the file of an export, then record it on the export; return whether it was recorded.

    False, and the file is removed, where the export was cancelled or taken over by another worker; raises ExportStopped
    where that is noticed while writing.
    """
    content = prepared_export(export)
    rows_written = [0]

    def report_progress(rows: int) -> None:
        """Record that `rows` rows are written; raises ExportStopped where the export was cancelled or taken over."""
        rows_written[0] = rows
        if not actions.record_progress(export=export, rows=rows, by=None, at=clock()):
            raise ExportStopped

    with storage.store_stream(StoredSize.FULL) as (stored, file):
        if isinstance(content, Bundle):
            zip_files.write(_counted(content.parts, report_progress), file)
        elif isinstance(content, WrittenDocument):
            content.write(file, report_progress)
        else:
            tables.write(
                export.file_format,
                replace(content, rows=_counted(content.rows, report_progress)),
                file,
                language=export.language,
            )
        size = file.seek(0, SEEK_END)
    done = actions.finish_export(export=export, stored=stored, size=size, rows=rows_written[0], by=None, at=clock())
    if not done:
        storage.remove(stored)
    return done


def prepared_export(export: Export) -> tables.Table | Bundle | WrittenDocument:
    """Return the table, the bundle of files or the document that an export consists of.

    Its rows are read only when they are written. Raises DomainError when the person may no longer read all of it, or
    their account is closed.
    """
    if not export.person.is_active:
        raise DomainError("The account is closed.")
    return export_kinds[export.kind].prepare(export.person, QueryDict(export.query))


def _counted(rows: Iterable[T], report_progress: Callable[[int], None]) -> Iterator[T]:
    """Yield the rows; call `report_progress` with the number of rows so far: first 0, then after every 1000, and at the
    end.
    """
    report_progress(0)
    count = 0
    for count, row in enumerate(rows, 1):
        yield row
        if count % ROWS_PER_UPDATE == 0:
            report_progress(count)
    report_progress(count)

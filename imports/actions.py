"""Actions of the person who imports: upload a table, choose columns, correct rows, confirm, discard, undo."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from imports.cells import normalised, seems_month_first
from imports.checking import check_batch, context_of, plan_changes, target_of
from imports.columns import guess_by_content, guess_columns
from imports.enums import BatchState, StopReason, TargetType
from imports.kinds import ImportedThing, ImportKind, ImportTarget, import_kinds
from imports.models import ColumnChoice, FilePart, ImportBatch, ImportRow
from imports.reading.notes import NoteKind
from imports.reading.tables import SourceFile, SourceTable, cleaned_cell
from imports.rows import cell_errors
from web.actions import action
from web.dates.clock import day_in
from web.decisions import ALLOW, deny, enforce
from web.errors import DomainError
from web.tasks import start_soon

RUN_IMPORTS: Final = "imports.tasks.run_imports"
ROWS_CHECKED_AT_ONCE: Final = 1_000  # while the person waits; more rows are checked by the worker
ROWS_PER_INSERT: Final = 1_000
BYTES_PER_PART: Final = 1_000_000  # of a file that waits to be read
MAX_REMEMBERED: Final = 300  # headings for one person and kind
MAX_NAME: Final = 120  # characters
MAX_NAMED_SHEETS: Final = 10


@action(gettext_lazy("Table uploaded"), security_event=True, forbidden_while_acting=True)
def add_import(
    *,
    kind: str,
    target: ImportTarget,
    source: SourceFile,
    file_name: str,
    language: str,
    by: User | None,
    at: datetime,
    idempotency_key: UUID | None = None,
) -> ImportBatch:
    """Store the rows of each table of a file that was read, guess its columns and check its rows.

    Nothing is imported. Each sheet is an import, between which the person chooses; return that of the best one, which
    names the sheets that are not read. A form sent twice (`idempotency_key`) returns the first import. More than a
    thousand rows are checked by the worker. Raises DomainError when the person may not import this kind into the
    target, and what reading the rows of the best table raises.
    """
    batch = _new_or_earlier(kind, target, by, at, idempotency_key)
    if batch.pk is None:
        batch.file_name, batch.language = file_name[-MAX_NAME:], language
        add_tables(batch, source, at)
    return batch


@action(gettext_lazy("Large table uploaded"), security_event=True, forbidden_while_acting=True)
def add_unread_file(
    *,
    kind: str,
    target: ImportTarget,
    file: IO[bytes],
    file_name: str,
    language: str,
    by: User,
    at: datetime,
    idempotency_key: UUID | None = None,
) -> ImportBatch:
    """Store a large file as it is, wake the worker, which reads it, and return the import.

    A form sent twice (`idempotency_key`) returns the first import. Raises DomainError when the person may not import
    this kind into the target, or another file of theirs is not read yet.
    """
    batch = _new_or_earlier(kind, target, by, at, idempotency_key)
    if batch.pk is None:
        batch.file_name, batch.language, batch.state = file_name[-MAX_NAME:], language, BatchState.READING
        batch.save()
        file.seek(0)
        for position, content in enumerate(iter(lambda: file.read(BYTES_PER_PART), b"")):
            FilePart.objects.create(batch=batch, position=position, content=content)
        start_soon(RUN_IMPORTS)
    return batch


def _new_or_earlier(kind: str, target: ImportTarget, by: User | None, at: datetime, key: UUID | None) -> ImportBatch:
    """Return a new import, which is not saved; of a form sent twice (`key`), the first one.

    Raises Refused when the person may not import this kind into the target.
    """
    importer = import_kinds[kind]
    check_permission(importer, target, by, at)
    key = key or uuid4()
    if earlier := ImportBatch.objects.filter(person=by, idempotency_key=key).first():
        return earlier
    batch = ImportBatch(
        person=by, kind=kind, target_key=target_key(importer, target), target_slug=target.slug, mapping=[]
    )
    batch.created_at, batch.queued_at, batch.idempotency_key = at, at, key
    return batch


def add_tables(best: ImportBatch, source: SourceFile, at: datetime) -> ImportBatch:
    """Store the tables of a file, and check them: the best one as the import `best`, further ones as imports like it.

    Return the import. Raises what reading the rows of the best table raises.
    """
    copied = ("person_id", "kind", "target_key", "target_slug", "file_name", "language", "created_at", "queued_at")
    given = {name: getattr(best, name) for name in copied}
    unread, room = list(source.unread), ROWS_CHECKED_AT_ONCE
    for table in source.tables:
        if table is source.best:
            room -= _add_table(best, table, at, room)
            continue
        try:
            with transaction.atomic():
                room -= _add_table(ImportBatch(**given), table, at, room)
        except DomainError:
            unread.append(table.sheet)
    if unread:
        best.notes = [[NoteKind.OTHER_SHEETS, ", ".join(unread[:MAX_NAMED_SHEETS])], *best.notes]
        best.save(update_fields=["notes"])
    return best


def _add_table(batch: ImportBatch, table: SourceTable, at: datetime, room: int) -> int:
    """Save the batch with the rows of a table, and check them unless they are more than `room`.

    Return how many were checked. Raises what reading the rows raises.
    """
    importer = import_kinds[batch.kind]
    rows = iter(table.rows)
    first = list(islice(rows, ROWS_PER_INSERT))
    batch.sheet, batch.header, batch.rows_total = table.sheet[:MAX_NAME], table.header, 0
    batch.mapping = _guess(table, importer, batch.kind, batch.person)
    batch.month_first = _guess_month_first(importer, batch.mapping, [cells for _line, cells in first])
    batch.defaults = {column.name: column.default for column in importer.columns if column.default}
    _store_rows(batch, first, rows, table)
    _check_or_queue(batch, at, room)
    return 0 if batch.is_queued else batch.rows_total


def _store_rows(
    batch: ImportBatch, first: list[tuple[int, list[str]]], rows: Iterator[tuple[int, list[str]]], table: SourceTable
) -> None:
    """Save the batch with its rows, a thousand at a time; `first` are those that were read already."""
    if not first:
        raise DomainError(_("This table has headings, but no rows below them."))
    batch.state = BatchState.CHECKING
    batch.save()
    total, chunk = 0, first
    while chunk:
        ImportRow.objects.bulk_create(ImportRow(batch=batch, line=line, cells=cells) for line, cells in chunk)
        total += len(chunk)
        chunk = list(islice(rows, ROWS_PER_INSERT))
    batch.rows_total, batch.notes = total, [[str(kind), value] for kind, value in table.notes]
    batch.save(update_fields=["rows_total", "notes"])


def _guess(table: SourceTable, importer: ImportKind, kind: str, by: User | None) -> list[str]:
    """Return the name of the column that each column of the table becomes, "" for those that are not recognised."""
    if not table.has_header:
        return guess_by_content(table.sample, importer.columns)
    choice = ColumnChoice.objects.filter(person=by, kind=kind).first() if by else None
    return guess_columns(table.header, importer.columns, choice.columns if choice else {})


def _guess_month_first(importer: ImportKind, mapping: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether dates in the table put the month first; without any that tells, they do not."""
    names = {column.name for column in importer.columns if column.reads_days}
    cells = [cell for row in rows for name, cell in zip(mapping, row, strict=True) if name in names]
    return seems_month_first(cells) is True


@action(gettext_lazy("Columns of a table chosen"), forbidden_while_acting=True)
def choose_columns(
    *,
    batch: ImportBatch,
    mapping: Sequence[str],
    month_first: bool,
    defaults: Mapping[str, str],
    by: User | None,
    at: datetime,
) -> ImportBatch:
    """Set which column each column of the table becomes, check the rows again and return the import.

    The choice is remembered for the next table of this person. Raises DomainError once the import is confirmed, when
    the person may no longer import here, or when two columns of the table become one.
    """
    locked = _lock_to_check(batch, by, at)
    used = [name for name in mapping if name]
    if len(set(used)) < len(used):
        raise DomainError(_("Another column is already imported as this. Choose a different one."))
    locked.mapping, locked.month_first, locked.defaults = list(mapping), month_first, dict(defaults)
    locked.save(update_fields=["mapping", "month_first", "defaults"])
    if by is not None:
        _remember(locked, by)
    return _check_or_queue(locked, at)


def _remember(batch: ImportBatch, by: User) -> None:
    """Store for the person which column each heading of the table became."""
    choice, _created = ColumnChoice.objects.select_for_update().get_or_create(person=by, kind=batch.kind)
    chosen = {normalised(heading): name for heading, name in zip(batch.header, batch.mapping, strict=True) if heading}
    merged = choice.columns | chosen
    choice.columns = dict(list(merged.items())[-MAX_REMEMBERED:])
    choice.save(update_fields=["columns"])


@action(gettext_lazy("Rows of a table corrected"), forbidden_while_acting=True)
def correct_rows(
    *, batch: ImportBatch, corrections: Mapping[int, Mapping[str, str]], by: User | None, at: datetime
) -> ImportBatch:
    """Store texts in place of wrong cells of refused rows, check the rows again and return the import.

    `corrections` gives the new text by name of the column, by key of the row; those for other cells are ignored. Raises
    DomainError once the import is confirmed, when the person may no longer import here, or for a text that is too long.
    """
    locked = _lock_to_check(batch, by, at)
    columns = import_kinds[locked.kind].columns
    for row in locked.rows.refused().filter(pk__in=corrections).select_for_update():
        wrong, _language = cell_errors(row, locked, columns)
        corrected = {name: cleaned_cell(text, row.line) for name, text in corrections[row.pk].items() if name in wrong}
        row.corrections |= corrected
        row.save(update_fields=["corrections"])
    return _check_or_queue(locked, at)


@action(gettext_lazy("Rows of a table checked again"), forbidden_while_acting=True)
def check_again(*, batch: ImportBatch, by: User | None, at: datetime) -> ImportBatch:
    """Check the rows of a small table once more, so that its plan is the one of now, and return the import.

    More than a thousand rows stay as they were checked: each is planned again just before it is imported.
    """
    locked = _lock(batch)
    if locked.state == BatchState.CHECKED and locked.rows_total <= ROWS_CHECKED_AT_ONCE:
        check_permission(import_kinds[locked.kind], target_of(locked, by), by, at)
        check_batch(locked, at)
    return locked


@action(gettext_lazy("Import confirmed"), security_event=True, forbidden_while_acting=True)
def confirm_import(*, batch: ImportBatch, by: User | None, at: datetime, plan_token: str | None = None) -> ImportBatch:
    """Queue the checked rows to be imported with the rights of `by`, and wake the worker; return the import.

    It waits while another one changes the same target. `plan_token` is that of the preview that was looked at; None
    confirms what is planned now. Raises DomainError when the plan has changed since (the message says what), when no
    row can be imported, or the person may no longer import here; one that is confirmed already does not change.
    """
    locked = _lock(batch)
    if locked.confirmed_at:
        return locked
    importer = import_kinds[locked.kind]
    check_permission(importer, target_of(locked, by), by, at)
    if locked.state != BatchState.CHECKED:
        raise DomainError(_("The rows are still being checked. Wait until that is done."))
    if plan_token is not None and plan_token != locked.plan_token:
        raise DomainError(plan_changes(locked, plan_token))
    if not locked.to_import:
        raise DomainError(_("No row can be imported: correct the refused rows, or choose other columns."))
    locked.state, locked.confirmed_at, locked.queued_at = BatchState.WAITING, at, at
    locked.heartbeat_at, locked.attempt, locked.rows_done = None, 0, locked.rows_total - locked.to_import
    locked.requested_by = by
    locked.save(
        update_fields=["state", "confirmed_at", "queued_at", "heartbeat_at", "attempt", "rows_done", "requested_by"]
    )
    start_soon(RUN_IMPORTS)
    return locked


@action(gettext_lazy("Import discarded"), forbidden_while_acting=True)
def discard_import(*, batch: ImportBatch, by: User | None) -> None:
    """Delete an import that is not confirmed, with its rows; raise DomainError for a confirmed one."""
    _lock_unconfirmed(batch).delete()


@action(gettext_lazy("Undo of an import requested"), security_event=True, forbidden_while_acting=True)
def request_import_undo(
    *, batch: ImportBatch, by: User | None, at: datetime, correct_emails: bool = False
) -> ImportBatch:
    """Queue the import to be undone as a whole, with the rights of `by`, and wake the worker; return it.

    With `correct_emails`, people who received an e-mail because of it get another: that it no longer counts. Raises
    DomainError when something depends on what it created (the message says what), when it is too old or another import
    changes the target.
    """
    locked = _lock(batch)
    if locked.state == BatchState.UNDOING:
        return locked
    if reasons := undo_refusals(locked, by, at):
        raise DomainError(" ".join(reasons))
    if locked.state == BatchState.DONE:
        locked.stop_reason = ""  # of an earlier undo; that of a stopped import stays, in case this undo is refused
    locked.state, locked.queued_at, locked.heartbeat_at, locked.attempt = BatchState.UNDOING, at, None, 0
    locked.corrects_emails, locked.requested_by = correct_emails, by
    locked.save(
        update_fields=[
            *("state", "queued_at", "heartbeat_at", "attempt", "stop_reason", "corrects_emails", "requested_by"),
        ]
    )
    start_soon(RUN_IMPORTS)
    return locked


def undo_refusals(batch: ImportBatch, by: User | None, at: datetime) -> list[str]:
    """Return why the import cannot be undone: it has not ended, it is too old, or things depend on what it created.

    [] when it can be undone. Raises Refused when the person may no longer import here, or no longer see the cohort or
    edition.
    """
    if batch.is_queued:
        return [_("This import has not ended. Wait until it has, then undo it.")]
    if not batch.can_still_undo(at):
        return [_("This import can no longer be undone.")]
    importer = import_kinds[batch.kind]
    check_permission(importer, target_of(batch, by), by, at)
    return importer.dependents(imported_things(batch), context_of(batch, at))


def imported_things(batch: ImportBatch) -> list[ImportedThing]:
    """Return what the rows of the import created or changed and is not undone, the last row first."""
    rows = batch.rows.imported().order_by("-line").values_list("object_id", "outcome", "previous")
    return [ImportedThing(pk or 0, outcome == "create", previous) for pk, outcome, previous in rows]


def target_key(importer: ImportKind, target: ImportTarget) -> str:
    """Return the key under which one import at a time changes a target, such as “cohort:dunkerque”."""
    return f"{importer.target_type}:{target.slug}" if importer.target_type != TargetType.PLATFORM else "platform"


def check_permission(importer: ImportKind, target: ImportTarget, by: User | None, at: datetime) -> None:
    """Raise Refused when the person may not import this kind into the target; the command (None) may everything.

    Nobody imports through a closed account.
    """
    if by is not None:
        enforce(ALLOW if by.is_active else deny(StopReason(StopReason.NOT_ALLOWED).label))
        enforce(importer.can_import(by, target, day_in(target.zone, at)))


def _lock(batch: ImportBatch) -> ImportBatch:
    """Return the import as the database has it, locked; raise DomainError when it was discarded."""
    locked = ImportBatch.objects.select_for_update().filter(pk=batch.pk).first()
    if locked is None:
        raise DomainError(_("This import was discarded. Import the file again."))
    return locked


def _lock_unconfirmed(batch: ImportBatch) -> ImportBatch:
    """Return the import as the database has it, locked; raise DomainError once it is confirmed or discarded.

    Raises it also while a worker reads or checks the rows, which can take a minute: nobody waits for that.
    """
    locked = ImportBatch.objects.select_for_update(skip_locked=True).filter(pk=batch.pk).first()
    if locked is None:
        raise DomainError(_("The server works on this table, or it was discarded. Reload the page."))
    if locked.confirmed_at:
        raise DomainError(_("This import is already confirmed. Import a new file to change more."))
    return locked


def _lock_to_check(batch: ImportBatch, by: User | None, at: datetime) -> ImportBatch:
    """Return the unconfirmed import, locked, to check its rows again; raise Refused when `by` may not import here."""
    locked = _lock_unconfirmed(batch)
    check_permission(import_kinds[locked.kind], target_of(locked, by), by, at)
    return locked


def _check_or_queue(batch: ImportBatch, at: datetime, checked_at_once: int = ROWS_CHECKED_AT_ONCE) -> ImportBatch:
    """Check the rows at once, or have the worker check them when they are more than that; return the import."""
    if batch.state == BatchState.CHECKED:
        batch.state = BatchState.CHECKING
    batch.queued_at, batch.heartbeat_at, batch.attempt, batch.rows_done = at, None, 0, 0
    batch.save(update_fields=["state", "queued_at", "heartbeat_at", "attempt", "rows_done"])
    if batch.rows_total <= checked_at_once:
        return check_batch(batch, at)
    start_soon(RUN_IMPORTS)
    return batch

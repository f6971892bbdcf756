"""Verbs on files to download: ask for one, and what a worker does with it. Two workers, or one that comes back from
the dead, do no harm: whoever began last writes it, and nobody writes what was cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from accounts.models import User
from files import storage
from files.exports.enums import ExportState, FailedFor
from files.exports.models import ExportQuerySet
from files.models import Export
from web.actions import action

WRITE_EXPORTS: Final = "labplatform.tasks.write_exports"
KEPT_FOR: Final = timedelta(days=7)
PATIENCE: Final = timedelta(minutes=5)  # without a sign of its worker, who gives one every few seconds
ATTEMPTS: Final = 3


@action(gettext_lazy("File to download requested"), security_event=True)
def ask_export(
    *, kind: str, form: str, language: str, asked: str, name: str, rows: int, by: User, at: datetime
) -> Export:
    """Have a table written; `rows` is how many there are now. Asked again while it is under way, it is the same one."""
    what = {"person": by, "kind": kind, "form": form, "language": language, "asked": asked}
    found = Export.objects.under_way().filter(**what).first()
    if found is None:
        found = Export.objects.create(**what, name=name, rows_total=rows, asked_at=at)
    transaction.on_commit(_nudge, robust=True)
    return found


def _nudge() -> None:
    """Beat asks every five minutes anyway: a broker that is away only means waiting that long."""
    try:
        current_app.send_task(WRITE_EXPORTS, expires=60, retry=False)
    except OperationalError:
        return


@action(gettext_lazy("File to download begun"))
def start_export(*, by: None, at: datetime) -> Export | None:
    """Take the next one that waits and nobody else takes; None when there is none."""
    row = Export.objects.waiting().select_for_update(skip_locked=True, of=["self"]).select_related("person").first()
    if row is None:
        return None
    row.state, row.attempt, row.seen_at, row.rows_done = ExportState.RUNNING, row.attempt + 1, at, 0
    row.save(update_fields=["state", "attempt", "seen_at", "rows_done"])
    return row


@action(gettext_lazy("Progress recorded"))
def note_progress(*, export: Export, rows: int, by: None, at: datetime) -> bool:
    """So many rows are written; False when whoever writes them has to stop."""
    total = Greatest(F("rows_total"), rows)
    return bool(_still(export).update(rows_done=rows, rows_total=total, seen_at=at))


@action(gettext_lazy("File to download created"))
def finish_export(*, export: Export, stored: str, size: int, rows: int, by: None, at: datetime) -> bool:
    """The file is on the disk, whole; False when nobody waits for it any more."""
    told = {"rows_done": rows, "rows_total": rows, "ended_at": at, "expires_at": at + KEPT_FOR}
    return bool(_still(export).update(state=ExportState.DONE, stored=stored, size=size, **told))


@action(gettext_lazy("File to download failed"))
def fail_export(*, export: Export, failed_for: FailedFor, by: None, at: datetime) -> bool:
    """It was not written, and whoever asked reads why."""
    return bool(_still(export).update(state=ExportState.FAILED, failed_for=failed_for, ended_at=at))


@action(gettext_lazy("File to download cancelled"))
def cancel_export(*, export: Export, by: User, at: datetime) -> bool:
    """Whoever writes it stops at its next sign. False when it had ended by itself."""
    rows = Export.objects.under_way().filter(pk=export.pk)
    return bool(rows.update(state=ExportState.CANCELLED, ended_at=at))


@action(gettext_lazy("Files to download put back in the queue"))
def take_up_exports(*, by: None, at: datetime) -> list[Export]:
    """Give back what a worker left, dead or hanging; what was begun too often fails. Returns those that failed."""
    failed = []
    for row in Export.objects.left_since(at - PATIENCE).select_for_update(skip_locked=True):
        if row.attempt < ATTEMPTS:
            Export.objects.filter(pk=row.pk).update(state=ExportState.WAITING)
        elif fail_export(export=row, failed_for=FailedFor.BROKE, by=by, at=at):
            failed.append(row)
    return failed


@action(gettext_lazy("Old files to download removed"))
def delete_exports(*, by: None, at: datetime) -> int:
    """Delete the files that were kept long enough; the rows say that they were there."""
    rows = list(Export.objects.to_delete(at).select_for_update(skip_locked=True))
    for row in rows:
        Export.objects.filter(pk=row.pk).update(state=ExportState.EXPIRED, stored="")
        transaction.on_commit(partial(storage.remove, row.stored), robust=True)
    return len(rows)


def _still(export: Export) -> ExportQuerySet:
    """The row, as long as this attempt is the one that writes it."""
    return Export.objects.filter(pk=export.pk, state=ExportState.RUNNING, attempt=export.attempt)

"""Actions on saved views, and on the record of bulk actions: request one, request its undo, work on its rows.

The actions on the rows are those of the apps above: the history stores them, each row by row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from accounts.models import User
from lists.enums import UNDER_WAY, BulkRowState
from lists.models import UNDO_PERIOD, BulkRow, BulkRun, SavedView
from web.actions import action
from web.errors import DomainError

logger = logging.getLogger(__name__)

RUN_BULK_ACTIONS: Final = "labplatform.tasks.run_bulk_actions"
MAX_VIEWS: Final = 20  # of one person for one list
MAX_DIRECT: Final = 50  # rows that are worked on at once; more are left to the worker
ROWS_PER_CHUNK: Final = 50  # rows read at once

BROKEN: Final = gettext_lazy("The server could not do this. Try it on the page of this row.")

# Given the keys of a chunk, return the function that works on one row.
Work = Callable[[Sequence[int]], Callable[[BulkRow], Mapping[str, Any]]]


@action(gettext_lazy("View saved"))
def save_view(
    *,
    list_slug: str,
    subject_key: str,
    query: str,
    name: str,
    shared_with: str,
    by: User,
    view: SavedView | None = None,
) -> SavedView:
    """Save the parameters of an address under a name, and return the view; with `view`, change that view of the
    person's.

    `shared_with` is the slug of a group, "" for nobody. Raises DomainError for the twenty-first view of a person of one
    list, and for a name they have used there already.
    """
    if view is None:
        own = SavedView.objects.filter(person=by, list_slug=list_slug, subject_key=subject_key)
        if own.count() >= MAX_VIEWS:
            raise DomainError(_("You have %(n)s views of this list. Delete one first.") % {"n": MAX_VIEWS})
        view = SavedView(person=by, list_slug=list_slug, subject_key=subject_key)
    view.name, view.query, view.shared_with = name, query, shared_with
    view.save()
    return view


@action(gettext_lazy("View deleted"))
def delete_view(*, view: SavedView, by: User) -> None:
    """Delete a saved view; the rows it showed stay as they are."""
    view.delete()


@action(gettext_lazy("Bulk action requested"))
def request_run(*, keys: Iterable[int], idempotency_key: UUID, by: User, at: datetime, **facts: str) -> BulkRun:
    """Record a bulk action on the rows with these keys and return it; sent twice, the first one is returned.

    `facts` are the columns of the record: list_slug, subject_key, query, action_slug, values and language. Nothing is
    done to the rows yet.
    """
    if existing := BulkRun.objects.visible_to(by).filter(idempotency_key=idempotency_key).first():
        return existing
    run = BulkRun.objects.create(person=by, requested_at=at, idempotency_key=idempotency_key, **facts)
    BulkRow.objects.bulk_create(BulkRow(run=run, key=key) for key in keys)
    transaction.on_commit(wake_worker, robust=True)
    return run


@action(gettext_lazy("Undo of a bulk action requested"))
def request_run_undo(*, run: BulkRun, by: User, at: datetime) -> BulkRun:
    """Record that the person undoes their bulk action, and return it; only rows that were done are undone.

    Raises DomainError when it was undone before, is still under way, or is older than a day.
    """
    bulk_run = BulkRun.objects.select_for_update().get(pk=run.pk)
    if bulk_run.undo_requested_at:
        raise DomainError(_("This bulk action has already been undone."))
    if at > bulk_run.requested_at + UNDO_PERIOD:
        raise DomainError(_("This can be undone for one day only. Change the rows one by one."))
    if bulk_run.rows.filter(state__in=UNDER_WAY).exists():
        raise DomainError(_("This bulk action is still running. Wait until it ends, then undo it."))
    BulkRun.objects.filter(pk=bulk_run.pk).update(undo_requested_at=at)
    bulk_run.rows.filter(state=BulkRowState.DONE).update(state=BulkRowState.UNDOING)
    transaction.on_commit(wake_worker, robust=True)
    return bulk_run


def wake_worker() -> None:
    """Send the task that works on bulk actions; without a message broker the periodic task starts it within a
    minute.
    """
    try:
        current_app.send_task(RUN_BULK_ACTIONS, expires=60, retry=False)
    except OperationalError:
        return


def work_on(run: BulkRun, state: BulkRowState, work: Work) -> int:
    """Do or undo the action on all rows of a run in the state `state` (“waiting” or “undoing”); return how many.

    Each row is one transaction with its record, so that a row is done once, whoever works on the run, and however often
    a worker dies. A row that refuses keeps the reason. What was done last is undone first.
    """
    count, order = 0, "pk" if state == BulkRowState.WAITING else "-pk"
    while keys := list(run.rows.filter(state=state).order_by(order).values_list("key", flat=True)[:ROWS_PER_CHUNK]):
        work_on_row = _prepare(run, keys, work)
        count += sum(_work_on_row(run, key, state, work_on_row) for key in keys)
    return count


def _prepare(run: BulkRun, keys: Sequence[int], work: Work) -> Callable[[BulkRow], Mapping[str, Any]]:
    """Return the function that works on one of the rows with these keys; if that breaks, a function that refuses each
    of them, so that other bulk actions do not wait for ever.
    """
    try:
        return work(keys)
    except Exception:
        logger.exception("Bulk action %d broke before its rows", run.pk)
        return _refuse


def _refuse(_row: BulkRow) -> Mapping[str, Any]:
    """Raise DomainError: the server could not work on the row."""
    raise DomainError(BROKEN)


def _work_on_row(
    run: BulkRun, key: int, state: BulkRowState, work_on_row: Callable[[BulkRow], Mapping[str, Any]]
) -> bool:
    """Do or undo the action on the row with this key, and record what became of it; False if someone else did."""
    with transaction.atomic():
        row = run.rows.select_for_update().filter(key=key, state=state).first()
        if row is None:
            return False
        done, refused = (
            (BulkRowState.DONE, BulkRowState.REFUSED)
            if state == BulkRowState.WAITING
            else (BulkRowState.UNDONE, BulkRowState.UNCHANGED)
        )
        try:
            with transaction.atomic():
                values: dict[str, Any] = {"state": done, "details": dict(work_on_row(row)) or F("details")}
        except DomainError as error:
            values = {"state": refused, "reason": str(error)[:400]}
        except Exception:  # one broken row must not keep the others waiting for ever
            logger.exception("Bulk action %d broke at row %d", run.pk, key)
            values = {"state": refused, "reason": str(BROKEN)}
        BulkRow.objects.filter(pk=row.pk).update(**values)
    return True


def delete_runs(*, before: datetime, dry_run: bool = False) -> int:
    """Delete the records of bulk actions requested before the moment `before` and return how many.

    With `dry_run`, only count them.
    """
    rows = BulkRun.objects.filter(requested_at__lt=before)
    if dry_run:
        return rows.count()
    count = rows.count()
    rows.delete()
    return count

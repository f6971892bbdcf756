"""Actions on saved views, and on the record of bulk actions: request one, request its undo.

The actions on the rows are those of the apps above: the history stores them, each row by row.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from lists.enums import UNDER_WAY, BulkRowState
from lists.models import UNDO_PERIOD, BulkRow, BulkRun, SavedView
from web.actions import action
from web.errors import DomainError
from web.tasks import start_soon

RUN_BULK_ACTIONS: Final = "labplatform.tasks.run_bulk_actions"
MAX_VIEWS: Final = 20  # of one person for one list
MAX_DIRECT: Final = 50  # rows that are worked on at once; more are left to the worker


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
def request_run(
    *,
    list_slug: str,
    action_slug: str,
    keys: Iterable[int],
    seen: Mapping[int, Sequence[str]] = MappingProxyType({}),
    idempotency_key: UUID,
    by: User,
    at: datetime,
    subject_key: str = "",
    query: str = "",
    values: str = "",
    language: str = "",
) -> BulkRun:
    """Record a bulk action on the rows of a list with these keys and return it; sent twice, the first one is returned.

    `query` are the parameters of the address of the list, `values` those of the form. Refusals are written in the
    `language`. `seen` are the values of the compared fields in the preview, by key: a row that has others when its turn
    comes is refused. Nothing is done to the rows yet.
    """
    if existing := BulkRun.objects.visible_to(by).filter(idempotency_key=idempotency_key).first():
        return existing
    run = BulkRun.objects.create(
        person=by,
        requested_at=at,
        idempotency_key=idempotency_key,
        list_slug=list_slug,
        subject_key=subject_key,
        query=query,
        action_slug=action_slug,
        values=values,
        language=language,
    )
    BulkRow.objects.bulk_create(
        BulkRow(run=run, key=key, details={"seen": seen[key]} if key in seen else {}) for key in keys
    )
    start_soon(RUN_BULK_ACTIONS)
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
    start_soon(RUN_BULK_ACTIONS)
    return bulk_run


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

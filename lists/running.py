"""Work on the rows of a bulk action: with the rights of the person who took it, at the moment of each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from lists.actions import work_on
from lists.enums import BulkRowState
from lists.models import BulkRow, BulkRun
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, deny, enforce
from web.errors import DomainError
from web.lists.bound import BoundList
from web.lists.bulk_actions import BulkAction
from web.lists.columns import Reader
from web.lists.declarations import List, lists

Clock = Callable[[], datetime]


def open_list(
    user: User, of_list: List, query: QueryDict, subject_key: str = "", *, subject: Any = None, csrf_token: Any = ""
) -> BoundList:
    """Return a list as a person opens it today at an address; `subject_key` is that of the object it belongs to.

    Without `subject` that object is read. Raises Http404 or Refused if they may not see that list.
    """
    enforce(of_list.permission(user))
    subject = of_list.subject(user, subject_key) if subject is None else subject
    return BoundList(of_list, Reader(user, today_everywhere(), subject_key, subject, csrf_token), query)


def run_due(clock: Clock) -> int:
    """Work on all bulk actions that are under way and return the number of rows; `clock` returns the present moment.

    Safe to run twice, also at the same time.
    """
    runs = BulkRun.objects.under_way().select_related("person")
    return sum(work_on_run(run, clock) for run in runs)


def work_on_run(run: BulkRun, clock: Clock) -> int:
    """Do or undo all rows of a bulk action that wait for it and return their number; refusals are in the language of
    the person.
    """
    with translation.override(run.language):
        done = work_on(run, BulkRowState.WAITING, lambda keys: _doing(run, keys, clock))
        return done + work_on(run, BulkRowState.UNDOING, lambda keys: _undoing(run, keys, clock))


def _doing(run: BulkRun, keys: Sequence[int], clock: Clock) -> Callable[[BulkRow], Mapping[str, Any]]:
    """Return the function that runs the action on one of the rows with these keys, and returns what its undo needs.

    It raises DomainError for a row that the person may not see or change any more.
    """
    action, reader, rows = _rows(run, keys)
    form = action.form(QueryDict(run.values), reader=reader, rows=list(rows.values()))
    values = form.cleaned_data if form.is_valid() else None
    decide = action.decider(reader, list(rows.values()))

    def work_on_row(row: BulkRow) -> Mapping[str, Any]:
        """Run the action on the row."""
        target = _get(rows, row.key)
        if values is None:
            raise DomainError(_("Your choices are no longer valid. Select the rows again."))
        enforce(decide(target))
        return action.run(target, values, run.person, clock())

    return work_on_row


def _undoing(run: BulkRun, keys: Sequence[int], clock: Clock) -> Callable[[BulkRow], Mapping[str, Any]]:
    """Return the function that undoes the action on one of the rows with these keys.

    It raises DomainError for a row that the person may not see or change any more, and for one that has changed since.
    """
    action, reader, rows = _rows(run, keys)
    permission = action.permission(reader, list(rows.values()))

    def work_on_row(row: BulkRow) -> Mapping[str, Any]:
        """Undo the action on the row."""
        target = _get(rows, row.key)
        enforce(permission(target))
        if action.undo is None:
            raise DomainError(_("This cannot be undone."))
        action.undo(target, row.details, run.person, clock())
        return {}

    return work_on_row


def _rows(run: BulkRun, keys: Sequence[int]) -> tuple[BulkAction, Reader, dict[int, Any]]:
    """Return the action of a run, its person as the reader of the list, and those of the rows with these keys that they
    may see, by key: none when their account is closed.
    """
    of_list = lists[run.list_slug]
    action = of_list.bulk_actions[run.action_slug]
    user = User.objects.get(pk=run.person_id)  # a long run outlasts the rights with which it began
    try:
        enforce(ALLOW if user.is_active else deny(_("You can no longer see this row.")))
        bound_list = open_list(user, of_list, QueryDict(run.query), run.subject_key)
    except (Http404, DomainError):
        return action, Reader(user, today_everywhere()), {}
    rows = bound_list.selected(keys).select_related(*action.related)
    return action, bound_list.reader, {row.pk: row for row in rows}


def _get(rows: Mapping[int, Any], key: int) -> Any:
    """Return the row with this key; raise DomainError if the person cannot see it any more."""
    if key not in rows:
        raise DomainError(_("You can no longer see this row."))
    return rows[key]

"""The worker of bulk actions: with the rights of the person who took one, at the moment of each row."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import OperationalError, transaction
from django.http import Http404, QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from lists.access import open_list
from lists.enums import OUTCOMES, BulkRowState
from lists.models import BulkRow, BulkRun
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, deny, enforce
from web.errors import DomainError
from web.lists.bulk_actions import BulkAction
from web.lists.columns import Reader
from web.lists.declarations import lists

logger = logging.getLogger(__name__)

ROWS_PER_CHUNK: Final = 50  # rows of one transaction
BROKEN: Final = gettext_lazy("The server could not do this. Try it on the page of this row.")

Clock = Callable[[], datetime]
# Does or undoes the action on one row, and returns what its undo needs.
RowProcessor = Callable[[BulkRow], Mapping[str, Any]]


def process_due_runs(clock: Clock) -> int:
    """Work on all bulk actions that are under way and return the number of rows; `clock` returns the present moment.

    Safe to run twice, also at the same time.
    """
    runs = BulkRun.objects.under_way().select_related("person")
    return sum(process_run(run, clock) for run in runs)


def process_run(run: BulkRun, clock: Clock) -> int:
    """Do or undo all rows of a bulk action that wait for it and return their number; refusals are in the language of
    the person.
    """
    with translation.override(run.language):
        done = _process_rows(run, BulkRowState.WAITING, lambda keys: _row_runner(run, keys, clock))
        return done + _process_rows(run, BulkRowState.UNDOING, lambda keys: _row_undoer(run, keys, clock))


def _process_rows(run: BulkRun, state: BulkRowState, processor_of: Callable[[Sequence[int]], RowProcessor]) -> int:
    """Do or undo the action on all rows of a run in the state `state` (“waiting” or “undoing”); return how many.

    What was done last is undone first. `processor_of` reads the rows of a chunk by their keys.
    """
    count, order = 0, "pk" if state == BulkRowState.WAITING else "-pk"
    while keys := list(run.rows.filter(state=state).order_by(order).values_list("key", flat=True)[:ROWS_PER_CHUNK]):
        try:
            count += _process_chunk(run, keys, state, _unless_broken(run, keys, processor_of))
        except OperationalError:  # such as a deadlock with someone who changes several of these rows: one row at a time
            count += sum(_process_chunk(run, [key], state, _unless_broken(run, [key], processor_of)) for key in keys)
    return count


def _unless_broken(
    run: BulkRun, keys: Sequence[int], processor_of: Callable[[Sequence[int]], RowProcessor]
) -> RowProcessor:
    """Return the function that works on one of the rows with these keys; if that breaks, a function that refuses each
    of them, so that other bulk actions do not wait for ever.
    """
    try:
        return processor_of(keys)
    except Exception:
        logger.exception("Bulk action %d broke before its rows", run.pk)
        return _refuse


def _refuse(_row: BulkRow) -> Mapping[str, Any]:
    """Raise DomainError: the server could not work on the row."""
    raise DomainError(BROKEN)


@transaction.atomic
def _process_chunk(run: BulkRun, keys: Sequence[int], state: BulkRowState, process_row: RowProcessor) -> int:
    """Do or undo the action on the rows with these keys, and record what became of each; return how many there were.

    All of it is one transaction, so that a row is done once, whoever works on the run, and however often a worker dies.
    A row that refuses keeps the reason. Raises OperationalError when one of several rows could not be locked: then
    nothing is done.
    """
    done, refused = OUTCOMES[state]
    waiting = run.rows.select_for_update().filter(key__in=keys, state=state).order_by("pk")
    rows = sorted(waiting, key=lambda row: keys.index(row.key))
    for row in rows:
        try:
            with transaction.atomic():
                row.details, row.state = dict(process_row(row)) or row.details, done
        except DomainError as error:
            row.state, row.reason = refused, str(error)[:400]
        except Exception as error:  # one broken row must not keep the others waiting for ever
            if isinstance(error, OperationalError) and len(keys) > 1:
                raise
            logger.exception("Bulk action %d broke at row %d", run.pk, row.key)
            row.state, row.reason = refused, str(BROKEN)
    BulkRow.objects.bulk_update(rows, ["state", "reason", "details"])
    return len(rows)


def _row_runner(run: BulkRun, keys: Sequence[int], clock: Clock) -> RowProcessor:
    """Return the function that runs the action on one of the rows with these keys.

    It raises DomainError for a row that the person may not see or change any more.
    """
    action, reader, rows = _targets(run, keys)
    form = action.form(QueryDict(run.values), reader=reader, rows=list(rows.values()))
    values = form.cleaned_data if form.is_valid() else None
    decide = action.decider(reader, list(rows.values()))

    def run_action(row: BulkRow) -> Mapping[str, Any]:
        """Run the action on the row."""
        target = _get(rows, row.key)
        if values is None:
            raise DomainError(_("Your choices are no longer valid. Select the rows again."))
        action.lock(target)
        enforce(decide(target))
        if action.compared_values(target) != row.details.get("seen", []):
            raise DomainError(_("Someone else has changed this row since you saw it."))
        return action.run(target, values, run.person, clock())

    return run_action


def _row_undoer(run: BulkRun, keys: Sequence[int], clock: Clock) -> RowProcessor:
    """Return the function that undoes the action on one of the rows with these keys.

    It raises DomainError for a row that the person may not see or change any more, and for one that has changed since.
    """
    action, reader, rows = _targets(run, keys)
    permission = action.permission(reader, list(rows.values()))

    def undo_action(row: BulkRow) -> Mapping[str, Any]:
        """Undo the action on the row."""
        target = _get(rows, row.key)
        enforce(permission(target))
        if action.undo is None:
            raise DomainError(_("This cannot be undone."))
        action.lock(target)
        action.undo(target, row.details, run.person, clock())
        return {}

    return undo_action


def _targets(run: BulkRun, keys: Sequence[int]) -> tuple[BulkAction, Reader, dict[int, Any]]:
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
    rows = action.with_related(bound_list.selected(keys))
    return action, bound_list.reader, {row.pk: row for row in rows}


def _get(rows: Mapping[int, Any], key: int) -> Any:
    """Return the row with this key; raise DomainError if the person cannot see it any more."""
    if key not in rows:
        raise DomainError(_("You can no longer see this row."))
    return rows[key]

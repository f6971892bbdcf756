"""Check the rows of an import: plan each one and store what importing it will do."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from imports.enums import BatchState, RowOutcome
from imports.kinds import ImportContext, ImportTarget, import_kinds
from imports.models import ImportBatch, ImportRow
from imports.rows import SeenKeys, apply_plan, plan_rows
from web.errors import Refused
from web.text.language import active_language

ROWS_PER_CHUNK: Final = 500
EMAIL_DELAY: Final = timedelta(minutes=10)
LONGEST_COUNT: Final = 7  # digits
PLAN_COLUMNS: Final = ["outcome", "position", "object_id", "changes", "column", "reason", "suggestion"]
COUNTS: Final = {
    RowOutcome.CREATE: "created_count",
    RowOutcome.UPDATE: "updated_count",
    RowOutcome.UNCHANGED: "unchanged_count",
    RowOutcome.REFUSED: "refused_count",
}


def target_of(batch: ImportBatch, user: User | None) -> ImportTarget:
    """Return the target of the import; raise Refused when the user may no longer see it."""
    target = import_kinds[batch.kind].find_target(batch.target_slug, user)
    if target is None:
        raise Refused(_("You can no longer see what this table was to be imported into."))
    return target


def context_of(batch: ImportBatch, at: datetime) -> ImportContext:
    """Return what its kind needs at the moment `at`; raise Refused when the person may not see the target any more.

    E-mails of the import leave ten minutes later.
    """
    return ImportContext(target_of(batch, batch.actor), batch.actor, at, at + EMAIL_DELAY)


def check_batch(batch: ImportBatch, at: datetime) -> ImportBatch:
    """Plan all rows of the import, 500 at a time, store the plans and the counts, and return it as checked.

    Reasons of refusals are written in the active language, which becomes that of the import.
    """
    kind = import_kinds[batch.kind]
    context, seen = context_of(batch, at), SeenKeys()
    plan = sha256(dumps([batch.mapping, batch.month_first, batch.defaults], sort_keys=True).encode())
    for rows in _chunks(batch):
        for planned in plan_rows(batch, kind, rows, context, seen):
            apply_plan(planned.row, planned.plan)
        plan.update(dumps([_plan_of(row) for row in rows], sort_keys=True).encode())
        store_plans(batch, rows)
    batch.state, batch.heartbeat_at, batch.plan_hash = BatchState.CHECKED, None, plan.hexdigest()[:16]
    batch.language = active_language()
    store_counts(batch)
    batch.save(update_fields=["state", "heartbeat_at", "plan_hash", "language", *COUNTS.values()])
    return batch


def _plan_of(row: ImportRow) -> tuple[object, ...]:
    """Return the parts of a row's plan that a person agreed to, without texts in their language."""
    return row.line, row.corrections, row.outcome, row.object_id, row.changes, row.column


def plan_changes(batch: ImportBatch, plan_token: str) -> str:
    """Return the sentence on how the plan of an import differs from the one with this token: how many rows do what."""
    before, now = plan_token.split("-"), batch.plan_token.split("-")
    outcomes = (RowOutcome.CREATE, RowOutcome.UPDATE, RowOutcome.UNCHANGED, RowOutcome.REFUSED)
    changes = [
        _("%(outcome)s: %(new)s instead of %(old)s") % {"outcome": outcome.label, "new": new, "old": old}
        for outcome, old, new in zip(outcomes, before, now, strict=False)
        if old.isdecimal() and len(old) < LONGEST_COUNT and old != new
    ]
    if not changes:
        return _("Values have changed since you looked at the rows. Check them again, then import.")
    text = _("What this import would do has changed since you looked at it: %(changes)s. Check the rows, then import.")
    return text % {"changes": ", ".join(changes)}


def store_plans(batch: ImportBatch, rows: Sequence[ImportRow]) -> None:
    """Save the plans of these rows: those that only create something in one short statement, the others in a second."""
    new = [row for row in rows if row.outcome == RowOutcome.CREATE]
    others = [row for row in rows if row.outcome != RowOutcome.CREATE]
    if new:
        plan = {name: getattr(new[0], name) for name in PLAN_COLUMNS}
        batch.rows.filter(pk__in=[row.pk for row in new]).update(**plan)
    if others:
        ImportRow.objects.bulk_create(
            others, update_conflicts=True, unique_fields=["batch", "line"], update_fields=PLAN_COLUMNS
        )


def store_counts(batch: ImportBatch) -> None:
    """Set the number of rows of each outcome on the import, which is not saved (one statement)."""
    counts = dict(batch.rows.order_by().values_list("outcome").annotate(count=Count("pk")))
    for outcome, column in COUNTS.items():
        setattr(batch, column, counts.get(outcome, 0))


def _chunks(batch: ImportBatch) -> Iterator[list[ImportRow]]:
    """Yield the rows of the import in lists of 500, by their number."""
    last = -1
    while rows := list(batch.rows.filter(line__gt=last).order_by("line")[:ROWS_PER_CHUNK]):
        yield rows
        last = rows[-1].line

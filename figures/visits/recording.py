"""Records when people look at reports of figures, one statement for each page.

These rows are no change of state, so that this is no action: nothing of it is in the history.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from accounts.models import User
from figures.outcomes.outcome_counts import Figures
from figures.scope.selection import FiguresScope
from figures.visits.models import ReportVisit
from web.forms.edit_conflicts import fingerprint

RECORDED_EVERY: Final = timedelta(hours=1)
RETAINED_DAYS: Final = 365

# All parts of a statement see the same rows: the visit is read as it was before it is recorded. Where the figures have
# changed since, it stays.
VISIT: Final = """
WITH visit AS (
    SELECT v.visited_at, v.figures FROM figures_reportvisit v
    WHERE v.user_id = %(user)s AND v.report = %(report)s
), recorded AS (
    INSERT INTO figures_reportvisit AS v (user_id, report, figures, visited_at)
    VALUES (%(user)s, %(report)s, %(figures)s, %(at)s)
    ON CONFLICT (user_id, report) DO UPDATE SET visited_at = EXCLUDED.visited_at
    WHERE v.figures = EXCLUDED.figures AND v.visited_at < %(recorded_before)s
)
SELECT visit.visited_at FROM visit WHERE visit.figures <> %(figures)s
"""
CHANGES_READ: Final = """
INSERT INTO figures_reportvisit AS v (user_id, report, figures, visited_at)
VALUES (%(user)s, %(report)s, %(figures)s, %(at)s)
ON CONFLICT (user_id, report) DO UPDATE SET figures = EXCLUDED.figures, visited_at = EXCLUDED.visited_at
WHERE date_trunc('second', v.visited_at) >= date_trunc('second', %(since)s)
"""


def report_key(scope: FiguresScope, as_of: date, *, today: date) -> str:
    """Return the text that names a report: the ids of what its scope covers, its filters, and the day of the figures.

    Figures as of today have no day: their report is the same one tomorrow.
    """
    choices = {
        "authority": scope.authority and scope.authority.pk,
        "edition": scope.edition and scope.edition.pk,
        "cohort": scope.cohort and scope.cohort.pk,
        "kind": scope.kind,
        "from": scope.accepted_from,
        "until": scope.accepted_until,
        "as_of": as_of != today and as_of,
    }
    return " ".join(f"{name}={value}" for name, value in choices.items() if value) or "everything"


def figures_hash(figures: Figures) -> str:
    """Return a short hash of what was counted: ideas accepted, implemented and abandoned, and after how many months.

    The months of open ideas are left out, so that it stays the same from day to day until something is recorded.
    """
    ended = [(f"{row.months:.6f}", row.implemented, row.abandoned) for row in figures.by_month]
    return fingerprint("accepted", figures.accepted, *(row for row in ended if any(row[1:])))


def record_visit(*, user: User, report: str, figures: Figures, at: datetime) -> datetime | None:
    """Record that the person looks at the report; return since when the figures have changed for them, None if not.

    A moment is recorded at most once an hour, and not while it differs from what they saw. One statement.
    """
    parameters: dict[str, Any] = {
        "user": user.pk,
        "report": report,
        "figures": figures_hash(figures),
        "at": at,
        "recorded_before": at - RECORDED_EVERY,
    }
    with connection.cursor() as cursor:
        cursor.execute(VISIT, parameters)
        row = cursor.fetchone()
    return row[0] if row else None


def last_changed_visit(*, user: User, report: str, figures: Figures) -> datetime | None:
    """Return since when the figures have changed for the person, None if not, and record nothing."""
    visit = ReportVisit.objects.filter(user=user, report=report).exclude(figures=figures_hash(figures)).first()
    return visit.visited_at if visit else None


def record_changes_read(*, user: User, report: str, figures: Figures, since: datetime, at: datetime) -> None:
    """Record that the person has read what changed from the moment `since` on, so that changes count from `at` on.

    Nothing is recorded where they looked at the report before `since`: they have not read all that changed.
    """
    parameters: dict[str, Any] = {
        "user": user.pk,
        "report": report,
        "figures": figures_hash(figures),
        "since": since,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(CHANGES_READ, parameters)


def purge_visits(*, at: datetime, dry_run: bool = False) -> int:
    """Delete visits older than a year, and return how many; with `dry_run`, only count them."""
    old = ReportVisit.objects.filter(visited_at__lt=at - timedelta(days=RETAINED_DAYS))
    return old.count() if dry_run else old.delete()[0]

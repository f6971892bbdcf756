"""The cost of exporting the ideas behind the rates: compared with the same SELECT written to a file, and in memory.

The whole job is measured, as a worker runs it: the visible scope, the rows through an unnamed file, each progress
update, the file on disk. It is compared with the same rows, fetched and written at once by `csv` or `xlsxwriter`; a
second floor is the plainest SELECT of as many ideas.
"""

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from tools.bench import pages
from tools.bench.costs import WsgiServer, cost_of
from tools.faults.platform import PlatformHost, connect

MUST, AIM = 4.0, 2.5
MOST_MIB: Final = 20.0
FORMS: Final = ("csv", "xlsx")
PLAIN: Final = """
SELECT i.reference, i.title, ch.title, ch.kind, c.name, a.name, i.state, i.accepted_on, i.state_precision,
       i.state_since, i.last_update_on
FROM prototypes_idea i JOIN cohorts_cohort c ON c.id = i.cohort_id JOIN programmes_authority a ON a.id = c.authority_id
LEFT JOIN prototypes_challenge ch ON ch.id = i.challenge_id
WHERE NOT i.retrospective AND i.accepted_on IS NOT NULL AND i.state <> 'merged' ORDER BY c.code, i.number, i.id
"""


def measure(host: PlatformHost, sizes: Sequence[int], rounds: int) -> Callable[[Any], list[Any]]:
    """Measure time with fewer ideas and memory with most."""
    few, many = min(sizes), max(sizes)
    ratios_by_name: dict[str, list[float]] = {}
    with ExitStack() as undo, override_settings(STATEMENTS_CHECKED=0):
        platforms = pages.platforms_by_size(host, sorted({few, many}), WsgiServer(), undo)
        connect(platforms[few])
        count = {few: rows()}
        for _ in range(rounds):
            plain = cost(raw("csv", PLAIN))
            for form in FORMS:
                own, plain_cost = cost(job(form)), cost(raw(form))
                ratios_by_name.setdefault(f"{form} ÷ the same SELECT written out", []).append(own / plain_cost)
                if form == "csv":
                    ratios_by_name.setdefault("csv ÷ the plainest SELECT of as many ideas", []).append(own / plain)
        connect(platforms[many])
        count[many] = rows()
        memory = {form: [added(form, count[many])] for form in FORMS}

    def figures(figure: Any) -> list[Any]:
        ratios = [
            figure(f"{count[few]:,} rows: {it}", rounds, *_goal(it), False) for it, rounds in ratios_by_name.items()
        ]
        more = [
            figure(f"{count[many]:,} rows: memory, {form}", memory[form], MOST_MIB, None, False, "MiB")
            for form in FORMS
        ]
        return [*ratios, *more]

    return figures


def _goal(what: str) -> tuple[float | None, float | None]:
    return (MUST, AIM) if "same" in what else (None, None)


def rows() -> int:
    from figures.outcomes.queries import implementation_rates

    return implementation_rates(as_of=timezone.localdate()).accepted


def job(form: str, query: str = "") -> Callable[[], int]:
    """Return a function that requests and writes the export for lab staff, who see everything; it returns the number of
    rows.
    """
    from files.exports.actions import request_export
    from files.exports.writing import write_due_exports

    lab = get_user_model().objects.get(email=pages.LAB)

    def done() -> int:
        what = {"kind": "rates-ideas", "file_format": form, "language": "fr", "query": query, "name": f"ideas.{form}"}
        row = request_export(**what, rows=1, by=lab, at=timezone.now())
        assert write_due_exports(timezone.now) == 1
        row.refresh_from_db()
        assert row.state == "done"
        return row.rows_done

    return done


def raw(form: str, sql: str = "") -> Callable[[], int]:
    """Return a function that writes all rows of a SELECT into a file at once."""
    from figures.implementation.idea_rows import ROWS
    from figures.outcomes.queries import sql_parameters
    from figures.scope.selection import EVERYTHING

    def done() -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql or ROWS, sql_parameters(EVERYTHING, timezone.localdate()))
            found = cursor.fetchall()
        if form == "csv":
            csv.writer(io.StringIO(newline=""), delimiter=";").writerows(found)
            return len(found)
        from xlsxwriter import Workbook

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with Workbook(io.BytesIO(), {**options, "default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(found):
                sheet.write_row(number, 0, row)
        return len(found)

    return done


def cost(export: Callable[[], int]) -> float:
    """Return processor time of this process and of its PostgreSQL, in milliseconds."""
    return cost_of(export).both


def added(form: str, expected: int) -> float:
    """Return how many MiB the process grows while it writes all rows, after it wrote a file without rows."""
    assert job(form, query="as_of=1990-01-01")() == 0
    Path("/proc/self/clear_refs").write_text("5")  # forgets the highest mark
    before = _resident("VmRSS")
    assert job(form)() == expected
    return max(_resident("VmHWM") - before, 0) / 1024


def _resident(which: str) -> int:
    """Return memory in KiB, as Linux counts it."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[which].split()[0])

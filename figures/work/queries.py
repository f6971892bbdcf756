"""Queries for the results of the work of cohorts: one aggregate SELECT, one row per cohort."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from cohorts.attendance.enums import AttendanceStatus
from cohorts.sessions.enums import SessionState
from cohorts.sessions.models import MIDDAY_ENDS, MIDDAY_STARTS
from figures.outcomes.queries import sql_parameters
from figures.outcomes.sql.tally import OUTCOMES_NOW
from figures.scope.selection import EVERYTHING, FiguresScope
from figures.work.work_counts import HALF_DAYS, RESULTS, STRENGTHS, CohortWork, WorkFigures
from prototypes.ideas.triggers import sql_list
from web.database.replica import reading_connection, replica_allowed

TOOK_PLACE = (SessionState.SCHEDULED, SessionState.HELD, SessionState.REPORTED)
UNRECORDED = (AttendanceStatus.EXPECTED, AttendanceStatus.UNKNOWN)
NOT_COUNTED = (AttendanceStatus.EXCUSED, *UNRECORDED)


def _tests_by(column: str, values: Iterable[str]) -> str:
    """Return SQL for one column per value, which counts the concluded tests with that value in `column`."""
    return ", ".join(f"COUNT(*) FILTER (WHERE t.{column} = '{value}') AS {value}" for value in values)


# Tests are those of the ideas that the rates count (`ideas`); months to the first prototype and attendance belong to
# whole cohorts; a cohort that withdrew is not waited for. The lengths of days are those of `SessionDay.half_days`.
# OFFSET 0 makes PostgreSQL look up each idea's tests instead of reading all tests.
WORK_BY_COHORT = f"""SELECT * FROM ({OUTCOMES_NOW}, chosen AS (
    SELECT c.id, c.actual_start, c.state = 'withdrawn' AS gone, f.first_prototype_months AS target
    FROM cohorts_cohort c JOIN programmes_edition e ON e.id = c.edition_id
         JOIN programmes_format f ON f.id = e.format_id
    WHERE NOT c.retrospective
      AND (%(authority)s::bigint IS NULL OR c.authority_id = %(authority)s)
      AND (%(edition)s::bigint IS NULL OR c.edition_id = %(edition)s)
      AND (%(cohort)s::bigint IS NULL OR c.id = %(cohort)s)
      AND (%(report_cohorts)s::bigint[] IS NULL OR c.id = ANY(%(report_cohorts)s::bigint[]))
      AND (%(own)s::bigint[] IS NULL OR c.authority_id = ANY(%(own)s::bigint[])
           OR (%(everyone)s AND c.id = ANY(%(shared)s::bigint[])))
), reached AS (
    SELECT i.cohort_id, MIN(i.reached_test_on) AS reached_on
    FROM prototypes_idea i
    WHERE NOT i.retrospective AND i.reached_test_on <= %(as_of)s AND i.cohort_id IN (SELECT id FROM chosen)
    GROUP BY 1
), tested AS (
    SELECT d.cohort_id, {_tests_by("result", RESULTS)}, {_tests_by("strength", STRENGTHS)},
           COUNT(*) FILTER (WHERE t.locked_on <= t.held_on) AS locked
    FROM ideas d CROSS JOIN LATERAL (
        SELECT t.* FROM prototypes_prototype p JOIN prototypes_trial t ON t.prototype_id = p.id
        WHERE p.idea_id = d.id OFFSET 0) t
    WHERE d.is_requested AND t.state = 'concluded' AND NOT t.retrospective AND t.concluded_on <= %(as_of)s
    GROUP BY 1
), days AS (
    SELECT s.cohort_id, d.id,
           CASE WHEN d.ends_at <= %(midday_ends)s OR d.starts_at >= %(midday_starts)s THEN 1 ELSE 2 END AS half_days
    FROM cohorts_session s JOIN cohorts_sessionday d ON d.session_id = s.id
    WHERE NOT s.retrospective AND s.state IN ({sql_list(TOOK_PLACE)}) AND d.date <= %(as_of)s
      AND s.cohort_id IN (SELECT id FROM chosen)
), members AS (
    SELECT d.cohort_id, a.member_id, SUM(a.half_days) AS came,
           SUM(d.half_days) FILTER (WHERE a.status NOT IN ({sql_list(NOT_COUNTED)})) AS expected,
           SUM(d.half_days) FILTER (WHERE a.status = '{AttendanceStatus.EXCUSED}') AS excused,
           SUM(d.half_days) FILTER (WHERE a.status IN ({sql_list(UNRECORDED)})) AS unknown
    FROM days d JOIN cohorts_attendance a ON a.day_id = d.id
    WHERE a.member_id IS NOT NULL
    GROUP BY 1, 2
), attended AS (
    SELECT m.cohort_id, SUM(m.came) AS came, SUM(m.expected) AS expected, SUM(m.excused) AS excused,
           SUM(m.unknown) AS unknown, COUNT(*) AS people
    FROM members m GROUP BY 1
)
SELECT c.id, c.target,
       CASE WHEN r.reached_on IS NOT NULL OR NOT c.gone THEN c.actual_start END AS started_on,
       r.reached_on,
       {", ".join(f"COALESCE(t.{name}, 0) AS {name}" for name in (*RESULTS, *STRENGTHS, "locked"))},
       {", ".join(f"COALESCE(a.{name}, 0)::int AS {name}" for name in HALF_DAYS)}
FROM chosen c LEFT JOIN reached r ON r.cohort_id = c.id LEFT JOIN tested t ON t.cohort_id = c.id
     LEFT JOIN attended a ON a.cohort_id = c.id
ORDER BY c.id) AS work
"""  # noqa: S608 - constants only


@replica_allowed
def work_done(*, scope: FiguresScope = EVERYTHING, as_of: date) -> WorkFigures:
    """Return the results of the work of the scope's cohorts by the day `as_of`: first prototypes, tests, attendance.

    One statement. Facts known from publications are left out. A kind of challenge or a period of acceptance selects the
    ideas whose tests count, not the cohorts.
    """
    midday = {"midday_ends": MIDDAY_ENDS, "midday_starts": MIDDAY_STARTS}
    with reading_connection().cursor() as cursor:
        cursor.execute(WORK_BY_COHORT, sql_parameters(scope, as_of) | midday)
        names = [column.name for column in cursor.description or ()]
        rows = tuple(_cohort_work(dict(zip(names, row, strict=True))) for row in cursor)
    return WorkFigures(as_of, rows, tests_only=scope.by_kind_or_period)


def _cohort_work(row: dict[str, Any]) -> CohortWork:
    """Return the work of one cohort from a row of the statement that sums it up, a dict by column."""
    return CohortWork(
        cohort=row["id"],
        started_on=row["started_on"],
        results={slug: row[slug] for slug in RESULTS},
        strengths={slug: row[slug] for slug in STRENGTHS},
        **{name: row[name] for name in ("target", "reached_on", "locked", *HALF_DAYS)},
    )

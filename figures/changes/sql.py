"""SQL that compares the outcomes of ideas as known at two moments, and reads the records behind them."""

from typing import Final

from figures.outcomes.sql.tally import COUNTED_IMPLEMENTATION, outcomes
from prototypes.enums import CURRENTLY_LIVE
from prototypes.ideas.triggers import sql_list

# The parameters that differ between the two sides.
SIDE_PARAMETERS: Final = ("as_of", "stale_cutoff", "known_at", "shared")
COUNTS: Final = ("accepted", "implemented", "abandoned")


def _side(side: str, *, as_known: bool) -> str:
    """Return SQL for the ideas of one side (“earlier” or “later”), with their outcome and what each counts as.

    Its parameters have the name of the side before them, such as `earlier_as_of`. Without `as_known`, all records made
    so far count.
    """
    sql = f"""({outcomes(as_known=as_known)}
    SELECT o.id, o.cohort_id, o.own, o.outcome, o.accepted_on,
           CASE WHEN o.outcome IN ('implemented', 'abandoned') THEN o.until END AS ended_on,
           (o.months IS NOT NULL)::int AS accepted,
           (o.outcome = 'implemented')::int AS implemented, (o.outcome = 'abandoned')::int AS abandoned
    FROM o WHERE NOT o.retrospective OFFSET 0)"""  # noqa: S608 - constants only
    for name in SIDE_PARAMETERS:
        sql = sql.replace(f"%({name})s", f"%({side}_{name})s")
    return sql


def _difference(count: str) -> str:
    """Return SQL for the difference of a count between the two sides of one idea."""
    return f"COALESCE(l.{count}, 0) - COALESCE(e.{count}, 0) AS {count}"


def _totals() -> str:
    """Return SQL for the sums of all counts on the earlier and on the later side, as six columns."""
    return ", ".join(f"COALESCE(SUM({side}_{count}), 0)" for side in ("earlier", "later") for count in COUNTS)


def changes(*, as_known: bool) -> str:
    """Return SQL that compares two sides; without `as_known`, the later one is what is known now.

    First a row with the totals of both sides and the number of changed ideas that the reader may see one by one; then
    the net change of each cohort whose ideas the reader may not see; then one page of the changed ideas.
    """
    return f"""SELECT * FROM (WITH compared AS MATERIALIZED (
    SELECT COALESCE(l.id, e.id) AS id, COALESCE(l.cohort_id, e.cohort_id) AS cohort_id, COALESCE(l.own, e.own) AS own,
           CASE WHEN e.accepted = 1 OR e.outcome = 'merged' THEN e.outcome ELSE '' END AS was,
           CASE WHEN l.accepted = 1 OR l.outcome = 'merged' THEN l.outcome ELSE '' END AS is_now,
           e.accepted_on AS earlier_accepted_on, e.ended_on AS earlier_ended_on, l.accepted_on, l.ended_on,
           {", ".join(f"e.{count} AS earlier_{count}, l.{count} AS later_{count}" for count in COUNTS)},
           {", ".join(map(_difference, COUNTS))}
    FROM {_side("earlier", as_known=True)} e FULL JOIN {_side("later", as_known=as_known)} l ON l.id = e.id
), moved AS (
    SELECT m.* FROM compared m
    WHERE m.own AND ((m.accepted, m.implemented, m.abandoned) <> (0, 0, 0)
                     OR (m.earlier_accepted = 1 AND m.later_accepted = 1
                         AND (m.earlier_accepted_on, m.earlier_ended_on)
                             IS DISTINCT FROM (m.accepted_on, m.ended_on)))
)
SELECT 'total' AS kind, NULL::bigint AS cohort_id, (SELECT COUNT(*) FROM moved) AS id, '' AS was, '' AS is_now,
       {_totals()}
FROM compared
UNION ALL
SELECT 'cohort', m.cohort_id, NULL, '', '', SUM(m.accepted), SUM(m.implemented), SUM(m.abandoned), NULL, NULL, NULL
FROM compared m WHERE NOT m.own GROUP BY m.cohort_id
HAVING (SUM(m.accepted), SUM(m.implemented), SUM(m.abandoned)) <> (0, 0, 0)
UNION ALL (
SELECT 'idea', m.cohort_id, m.id, m.was, m.is_now, m.accepted, m.implemented, m.abandoned, NULL, NULL, NULL
FROM moved m JOIN prototypes_idea i ON i.id = m.id JOIN cohorts_cohort c ON c.id = m.cohort_id
ORDER BY c.code, i.number OFFSET %(skip)s LIMIT %(limit)s)) AS changes
"""  # noqa: S608 - constants only


CHANGES_UNTIL_NOW: Final = changes(as_known=False)
CHANGES_AS_KNOWN: Final = changes(as_known=True)

# The ideas `ids` (`root`), the parts of split ones, and the ideas of the cohort into which parts merged; then what was
# recorded about them in the period. Earlier abandonments are read too: an idea may be merged long after one.
RECORDS: Final = f"""SELECT * FROM (WITH RECURSIVE family (root, id) AS (
    SELECT u.id, u.id FROM unnest(%(ids)s::bigint[]) AS u (id)
    UNION SELECT f.root, n.id FROM family f JOIN prototypes_idea p ON p.id = f.id CROSS JOIN LATERAL (
        SELECT l.child_id AS id FROM prototypes_lineage l WHERE l.parent_id = f.id AND l.kind = 'split'
        UNION ALL SELECT e.merged_into_id FROM prototypes_ideaevent e JOIN prototypes_idea t ON t.id = e.merged_into_id
        WHERE e.idea_id = f.id AND f.id <> f.root AND t.cohort_id = p.cohort_id AND e.recorded_at <= %(until)s) n
)
SELECT f.root, f.id, 'event' AS kind, e.state, COALESCE(named.state, '') AS corrected_state, e.effective_on,
       e.precision, e.recorded_at, e.reason, COALESCE(u.full_name, '') AS by, into_idea.reference AS merged_into,
       e.recorded_at > %(since)s AS is_new,
       NOT EXISTS (SELECT 1 FROM prototypes_ideaevent x
                   WHERE x.corrects_id = e.id AND x.recorded_at <= %(until)s) AS counts, e.id AS row
FROM family f JOIN prototypes_ideaevent e ON e.idea_id = f.id
     LEFT JOIN prototypes_ideaevent named ON named.id = e.corrects_id
     LEFT JOIN prototypes_idea into_idea ON into_idea.id = e.merged_into_id
     LEFT JOIN accounts_user u ON u.id = e.by_id
WHERE e.recorded_at <= %(until)s AND (e.recorded_at > %(since)s OR e.state = 'abandoned')
UNION ALL
SELECT f.root, f.id, 'implementation', v.state, '', v.live_on, v.live_precision, v.pgh_created_at,
       CASE WHEN v.state = 'withdrawn' THEN v.reason ELSE v.correction_reason END,
       COALESCE(u.full_name, ''), NULL, TRUE, v.state <> 'withdrawn', v.pgh_id
FROM family f JOIN prototypes_implementationevent v ON v.idea_id = f.id
     LEFT JOIN pghistory_context x ON x.id = v.pgh_context_id
     LEFT JOIN accounts_user u ON u.id = (x.metadata ->> 'by')::bigint
WHERE v.kind = 'origin' AND v.pgh_created_at > %(since)s AND v.pgh_created_at <= %(until)s
  AND (v.state = 'withdrawn' OR (v.state IN ({sql_list(CURRENTLY_LIVE)})
       AND {COUNTED_IMPLEMENTATION.replace("m.", "v.")} AND NOT EXISTS (
           SELECT 1 FROM prototypes_ideaevent e WHERE e.idea_id = v.idea_id AND e.state = 'implemented'
           AND e.effective_on = v.live_on)))
UNION ALL
SELECT f.root, f.id, 'part', '', '', NULL, 'day', NULL, '', '', NULL, FALSE, FALSE, NULL
FROM family f JOIN prototypes_lineage l ON l.child_id = f.id AND l.kind = 'split' WHERE f.id <> f.root) AS records
ORDER BY root, recorded_at, kind, row
"""  # noqa: S608 - constants only

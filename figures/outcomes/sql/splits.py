"""SQL that counts a split idea once, through the ideas that continue it (decision 0011)."""

from typing import Final

# The ideas that continue a split idea by the as-of day: its parts, their parts, and the ideas that parts merged into.
# `inside` marks its parts; `since` is the day of the last step on the way there. An idea of another cohort ends the way
# there: what becomes of it is counted, and known, in that cohort (decision 43).
FAMILY: Final = """
family (root, home, id, inside, since) AS (
    SELECT l.parent_id, i.cohort_id, l.child_id, TRUE, e.effective_on
    FROM requested i JOIN prototypes_lineage l ON l.parent_id = i.id JOIN prototypes_ideaevent e ON e.idea_id = i.id
    WHERE l.kind = 'split' AND e.state = 'split' AND e.effective_on <= %(as_of)s AND {counts}
    UNION SELECT f.root, f.home, n.id, n.inside, GREATEST(f.since, n.since)
    FROM family f JOIN prototypes_idea p ON p.id = f.id AND p.cohort_id = f.home CROSS JOIN LATERAL (
        SELECT e.merged_into_id AS id, FALSE AS inside, e.effective_on AS since FROM prototypes_ideaevent e
        WHERE e.idea_id = f.id AND e.merged_into_id IS NOT NULL AND e.effective_on <= %(as_of)s AND {counts}
        UNION ALL SELECT l.child_id, f.inside, e.effective_on
        FROM prototypes_lineage l JOIN prototypes_ideaevent e ON e.idea_id = l.parent_id
        WHERE l.parent_id = f.id AND l.kind = 'split' AND e.state = 'split' AND e.effective_on <= %(as_of)s
          AND {counts}) n
)"""


def with_family(columns: str) -> str:
    """Return SQL for the requested ideas and, with these `columns`, for those that continue split ones."""
    return f"""SELECT * FROM requested UNION ALL
    SELECT {columns}, FALSE FROM prototypes_idea i JOIN cohorts_cohort c ON c.id = i.cohort_id
    WHERE i.id = ANY(ARRAY(SELECT f.id FROM family f)) AND i.id <> ALL(ARRAY(
        SELECT f.id FROM family f JOIN requested x ON x.id = f.id))"""  # noqa: S608 - constants only


# `units` are what is counted: an idea that was accepted and split later counts once, with the outcome of its `leaves`
# (the ideas of its cohort that continue it), and its parts do not count as well. Where all of them merged into other
# ideas, it counts as merged. `ended_as` is the idea that ended last.
UNITS: Final = """
leaves AS (
    SELECT f.root, s.id, s.outcome, s.still_live, s.replicated, s.confirmed, bool_or(f.inside) AS inside,
           GREATEST(MAX(f.since), CASE s.outcome WHEN 'implemented' THEN GREATEST(s.implemented_on, s.accepted_on)
                                                 WHEN 'abandoned' THEN s.abandoned_on END) AS ended_on,
           CASE s.outcome WHEN 'implemented' THEN s.implemented_vaguely
                          WHEN 'abandoned' THEN s.abandoned_on = ANY(s.vaguely_abandoned) END AS ended_vaguely
    FROM family f JOIN sorted s ON s.id = f.id AND s.cohort_id = f.home
    WHERE s.outcome NOT IN ('merged', 'split')
    GROUP BY f.root, s.id, s.outcome, s.still_live, s.replicated, s.confirmed, s.implemented_on, s.accepted_on,
             s.abandoned_on, s.implemented_vaguely, s.vaguely_abandoned
), gathered AS (
    SELECT l.root, MAX(l.ended_on) AS ended_on, bool_or(l.outcome = 'abandoned') AS abandoned,
           CASE WHEN NOT bool_or(l.inside) THEN 'merged'
                WHEN bool_or(l.outcome NOT IN ('implemented', 'abandoned')) THEN 'open'
                WHEN bool_or(l.outcome = 'implemented') THEN 'implemented' ELSE 'abandoned' END AS outcome,
           (array_agg(l.id ORDER BY l.ended_on DESC NULLS LAST, l.id))[1] AS ended_as,
           (array_agg(l.ended_vaguely ORDER BY l.ended_on DESC NULLS LAST, l.id))[1] AS ended_vaguely,
           bool_or(l.outcome = 'implemented' AND l.still_live) AS still_live,
           bool_or(l.replicated) AS replicated, bool_or(l.confirmed) AS confirmed
    FROM leaves l GROUP BY l.root
), units AS (
    SELECT s.id, s.own, s.cohort_id, s.retrospective, s.accepted_on, s.state, s.since, s.precision, s.vaguely_accepted,
           s.implemented_on, s.abandoned_on, s.implemented_vaguely, s.vaguely_abandoned,
           s.outcome, s.still_live, s.replicated, s.confirmed, s.id AS ended_as, FALSE AS in_part
    FROM sorted s
    WHERE s.is_requested AND s.outcome <> 'split' AND NOT EXISTS (SELECT 1 FROM kin k WHERE k.id = s.id)
    UNION ALL
    SELECT s.id, s.own, s.cohort_id, s.retrospective, s.accepted_on, s.state, s.since, s.precision, s.vaguely_accepted,
           g.ended_on, g.ended_on, COALESCE(g.ended_vaguely, FALSE),
           CASE WHEN g.ended_vaguely THEN ARRAY[g.ended_on] END,
           COALESCE(g.outcome, CASE WHEN EXISTS (
               SELECT 1 FROM family f JOIN prototypes_idea p ON p.id = f.id
               WHERE f.root = s.id AND p.cohort_id <> f.home) THEN 'merged' ELSE 'open' END),
           g.still_live, s.replicated OR g.replicated, s.confirmed OR g.confirmed,
           COALESCE(g.ended_as, s.id), COALESCE(g.outcome = 'implemented' AND g.abandoned, FALSE)
    FROM sorted s LEFT JOIN gathered g ON g.root = s.id
    WHERE s.is_requested AND s.outcome = 'split' AND s.accepted_on <= %(as_of)s
      AND NOT EXISTS (SELECT 1 FROM kin k WHERE k.id = s.id)
)"""

"""SQL for the ideas with a measured effect (an indicator with a value, measured once they were live)."""

from typing import Final

from figures.outcomes.sql.tally import outcomes

# The last local day whose records count: that of the moment `known_at` at the idea's authority, else no limit.
LAST_KNOWN_DAY: Final = "COALESCE((%(known_at)s::timestamptz AT TIME ZONE a.time_zone)::date, 'infinity')"
# Ids of ideas with a value measured by the as-of day, and of the ideas they are part of. The latest answer to a
# follow-up counts.
MEASURED_IDEAS: Final = f"""
WITH RECURSIVE measured (id) AS (
    SELECT f.idea_id
    FROM prototypes_indicatorvalue v JOIN prototypes_followup f ON f.id = v.follow_up_id
         JOIN prototypes_idea i ON i.id = f.idea_id JOIN cohorts_cohort c ON c.id = i.cohort_id
         JOIN programmes_authority a ON a.id = c.authority_id
    WHERE v.measured_on <= %(as_of)s AND f.noted_on <= {LAST_KNOWN_DAY} AND NOT EXISTS (
        SELECT 1 FROM prototypes_followup n
        WHERE n.idea_id = f.idea_id AND n.counted_from = f.counted_from AND n.months = f.months
          AND (n.noted_on, n.id) > (f.noted_on, f.id) AND n.noted_on <= {LAST_KNOWN_DAY})
    UNION SELECT l.parent_id FROM measured m JOIN prototypes_lineage l ON l.child_id = m.id WHERE l.kind = 'split'
) SELECT m.id FROM measured m"""  # noqa: S608 - constants only


def _measured_effects(*, as_known: bool) -> str:
    """Return SQL that counts the implemented ideas with a measured effect: one row in the columns of the bounds.

    With `as_known`, only records made by the parameter `known_at` count.
    """
    return f"""SELECT * FROM ({outcomes(as_known=as_known, only=MEASURED_IDEAS)}
SELECT 'measured' AS side, 'implemented' AS outcome, NULL::float8 AS months, COUNT(*) AS ideas
FROM o WHERE o.outcome = 'implemented') AS measured_effects
"""  # noqa: S608 - constants only


MEASURED_EFFECTS: Final = _measured_effects(as_known=False)
MEASURED_EFFECTS_AS_KNOWN: Final = _measured_effects(as_known=True)

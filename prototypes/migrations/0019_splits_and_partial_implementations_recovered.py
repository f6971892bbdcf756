"""Give ideas that were split before their own state, and bring back partial implementations that were overwritten.

Splits were written as merges into the first part. Of a partial implementation that later became a full one, only the
history still holds the day and the evidence.

Two triggers are disabled while old rows are corrected. `pgtrigger.ignore` would not do: `database_roles` makes every
trigger refuse to be ignored. Pending checks of foreign keys come first, since a table that waits for one is not altered.
"""

from django.db import migrations

CHECK = "SET CONSTRAINTS ALL IMMEDIATE"
EVENTS = "ALTER TABLE prototypes_ideaevent {} TRIGGER pgtrigger_idea_event_append_only_42c12"
IDEAS = "ALTER TABLE prototypes_idea {} TRIGGER pgtrigger_idea_kept_by_events_b99da"


def without_triggers(statement: str) -> list[str]:
    """Return the statement between those that disable the two triggers and enable them again."""
    disable, enable = ([rule.format(word) for rule in (EVENTS, IDEAS)] for word in ("DISABLE", "ENABLE"))
    return [CHECK, *disable, statement, CHECK, *enable, "SET CONSTRAINTS ALL DEFERRED"]


SPLITS = """
WITH told AS (
    UPDATE prototypes_ideaevent e SET state = 'split', merged_into_id = NULL
    FROM prototypes_lineage l
    WHERE l.kind = 'split' AND l.parent_id = e.idea_id AND l.child_id = e.merged_into_id AND e.state = 'merged'
    RETURNING e.idea_id
)
UPDATE prototypes_idea i SET state = 'split', merged_into_id = NULL
WHERE i.state = 'merged' AND i.id IN (SELECT t.idea_id FROM told t)
"""
MERGES = """
WITH told AS (
    UPDATE prototypes_ideaevent e SET state = 'merged', merged_into_id = (
        SELECT MIN(l.child_id) FROM prototypes_lineage l WHERE l.parent_id = e.idea_id AND l.kind = 'split')
    WHERE e.state = 'split' RETURNING e.idea_id, e.merged_into_id
)
UPDATE prototypes_idea i SET state = 'merged', merged_into_id = t.merged_into_id
FROM told t WHERE i.id = t.idea_id AND i.state = 'split'
"""

PARTIAL = """
CREATE TEMPORARY TABLE recovered ON COMMIT DROP AS
SELECT DISTINCT ON (v.idea_id, v.unit, v.live_on) v.idea_id, v.authority_id, v.unit, v.live_on, v.live_precision,
       v.evidence, v.source, v.pgh_created_at::date AS born_on,
       CASE WHEN m.state = 'discontinued' AND m.ended_on >= v.live_on THEN m.ended_on END AS ended_on,
       m.ended_precision, m.reason
FROM prototypes_implementationevent v JOIN prototypes_implementation m ON m.id = v.pgh_obj_id
WHERE v.kind = 'origin' AND NOT v.retrospective AND v.scope = 'partial' AND v.state IN ('live', 'sustained')
  AND (m.scope, m.live_on, m.evidence) IS DISTINCT FROM (v.scope, v.live_on, v.evidence)
  AND NOT EXISTS (SELECT 1 FROM prototypes_implementation k
                  WHERE k.idea_id = v.idea_id AND k.unit = v.unit AND k.scope = 'partial' AND k.live_on = v.live_on)
ORDER BY v.idea_id, v.unit, v.live_on, v.pgh_id DESC;
INSERT INTO prototypes_implementation (idea_id, authority_id, unit, scope, kind, state, live_on, live_precision,
    ended_precision, evidence, reason, retrospective, source, correction_reason, born_on)
SELECT r.idea_id, r.authority_id, r.unit, 'partial', 'origin', 'planned', r.live_on, r.live_precision, 'day',
       r.evidence, '', FALSE, r.source, '', r.born_on
FROM recovered r;
UPDATE prototypes_implementation m SET state = 'live' FROM recovered r
WHERE m.idea_id = r.idea_id AND m.unit = r.unit AND m.live_on = r.live_on AND m.scope = 'partial' AND m.state = 'planned';
UPDATE prototypes_implementation m
SET state = 'discontinued', ended_on = r.ended_on, ended_precision = r.ended_precision, reason = r.reason
FROM recovered r
WHERE m.idea_id = r.idea_id AND m.unit = r.unit AND m.live_on = r.live_on AND m.scope = 'partial' AND m.state = 'live'
  AND r.ended_on IS NOT NULL;
"""
SIGNS = """
UPDATE prototypes_idea i SET last_sign_on = GREATEST(i.last_sign_on, m.latest)
FROM (SELECT m.idea_id, MAX(GREATEST(m.live_on, m.ended_on, m.born_on)) AS latest FROM prototypes_implementation m
      WHERE m.kind = 'origin' AND m.state <> 'planned' AND NOT m.retrospective GROUP BY m.idea_id) m
WHERE m.idea_id = i.id AND m.latest > COALESCE(i.last_sign_on, '-infinity')
"""


class Migration(migrations.Migration):
    dependencies = [("prototypes", "0018_implementations_are_appended_and_split_is_a_state")]

    operations = [
        migrations.RunSQL(without_triggers(SPLITS), without_triggers(MERGES)),
        migrations.RunSQL(PARTIAL, migrations.RunSQL.noop),  # what was recovered is a fact of its own
        migrations.RunSQL(without_triggers(SIGNS), migrations.RunSQL.noop),
    ]

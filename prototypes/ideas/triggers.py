"""Database triggers of this app: numbers of ideas, and the rules of their events (rules 4, 5 and 10).

No trigger reads the current time: `recorded_on` and `recorded_at` come from the action.
"""

from collections.abc import Iterable

import pgtrigger
from django.db import models

from prototypes.enums import COUNTED_SCOPES, CURRENTLY_LIVE, EVER_LIVE, IDEA_INITIAL_STATE, IDEA_TRANSITIONS, IdeaState
from web.database.triggers import refuse


def sql_list(values: Iterable[str]) -> str:
    """Return the values as SQL strings separated by commas, without parentheses: 'draft', 'ready'."""
    return ", ".join(f"'{value}'" for value in values)


TRANSITIONS = sql_list(f"{before}>{after}" for before, targets in IDEA_TRANSITIONS.items() for after in targets)
STORY = """prototypes_ideaevent e WHERE e.idea_id = NEW.idea_id
    AND NOT EXISTS (SELECT 1 FROM prototypes_ideaevent later WHERE later.corrects_id = e.id)"""

# The cohort of a row, found by its idea.
OF_IDEA = "FROM cohorts_cohort c JOIN prototypes_idea i ON i.cohort_id = c.id WHERE i.id = NEW.idea_id"
OF_TRIAL = """FROM cohorts_cohort c JOIN prototypes_idea i ON i.cohort_id = c.id
    JOIN prototypes_prototype p ON p.idea_id = i.id WHERE p.id = NEW.prototype_id"""
STARTS, ENDS = "COALESCE(c.actual_start, c.planned_start)", "GREATEST(c.actual_end, c.planned_end)"
YEAR = "INTERVAL '1 year'"

NUMBER = """
    SELECT c.code INTO code FROM cohorts_cohort c WHERE c.id = NEW.cohort_id FOR NO KEY UPDATE;
    SELECT COALESCE(MAX(i.number), 0) + 1 INTO NEW.number FROM prototypes_idea i WHERE i.cohort_id = NEW.cohort_id;
    NEW.reference = code || '-' || lpad(NEW.number::text, GREATEST(3, length(NEW.number::text)), '0');
    RETURN NEW;
"""
POSITION = f"""
    SELECT i.retrospective INTO published FROM prototypes_idea i WHERE i.id = NEW.idea_id FOR NO KEY UPDATE;
    IF published <> NEW.is_reported_state THEN {refuse("idea_event_reported_state")} END IF;
    NEW.position = NEW.id;
    IF NEW.corrects_id IS NOT NULL THEN
        SELECT e.* INTO named FROM {STORY} AND e.id = NEW.corrects_id AND e.recorded_at <= NEW.recorded_at;
        IF named.id IS NULL OR NEW.reason = '' THEN {refuse("idea_event_correction")} END IF;
        NEW.position = named.position;
    END IF;
    RETURN NEW;
"""
EVIDENCE = f"""
    IF NEW.is_reported_state THEN RETURN NEW; END IF;
    IF NEW.state = 'decided' AND NEW.reason = '' AND NOT EXISTS (
        SELECT 1 FROM prototypes_trial t JOIN prototypes_prototype p ON p.id = t.prototype_id
        WHERE p.idea_id = NEW.idea_id AND t.state = 'concluded') THEN
        {refuse("idea_event_decided_on_what")}
    END IF;
    IF NEW.state = 'implemented' AND NOT EXISTS (
        SELECT 1 FROM prototypes_implementation m WHERE m.idea_id = NEW.idea_id AND m.kind = 'origin'
        AND m.state IN ({sql_list(CURRENTLY_LIVE)}) AND m.scope IN ({sql_list(COUNTED_SCOPES)})
        AND m.live_on IS NOT NULL AND m.evidence <> '') THEN
        {refuse("idea_event_implemented_evidence")}
    END IF;
    RETURN NEW;
"""
EDITION = """SELECT c.edition_id FROM prototypes_idea i
    JOIN cohorts_cohort c ON c.id = i.cohort_id WHERE i.id ="""
MERGE = f"""
    IF NEW.merged_into_id IS NULL THEN RETURN NEW; END IF;
    own = ({EDITION} NEW.idea_id);
    IF own <> ({EDITION} NEW.merged_into_id) THEN {refuse("idea_merge_same_edition")} END IF;
    PERFORM 1 FROM programmes_edition e WHERE e.id = own FOR NO KEY UPDATE;
    WITH RECURSIVE lives_on(id, next) AS (
        SELECT i.id, i.merged_into_id FROM prototypes_idea i WHERE i.merged_into_id IS NOT NULL
        UNION ALL SELECT l.parent_id, l.child_id FROM prototypes_lineage l WHERE l.kind = 'split'
    ), onward AS (
        SELECT NEW.merged_into_id AS id UNION SELECT n.next FROM lives_on n JOIN onward o ON o.id = n.id)
    SELECT array_agg(id) INTO reachable FROM onward;
    IF NEW.idea_id = ANY(reachable) THEN {refuse("idea_merge_no_cycle")} END IF;
    RETURN NEW;
"""
DATES = f"""
    IF NOT NEW.is_reported_state AND NEW.effective_on < (
        SELECT c.actual_start FROM prototypes_idea i JOIN cohorts_cohort c ON c.id = i.cohort_id
        WHERE i.id = NEW.idea_id) THEN
        {refuse("idea_event_after_start")}
    END IF;
    IF NOT NEW.is_reported_state AND NEW.corrects_id IS NULL
       AND EXISTS (SELECT 1 FROM {STORY} AND e.effective_on > NEW.effective_on) THEN
        {refuse("idea_event_in_order")}
    END IF;
"""
# `parked_from` is the state in which the idea was parked.
CHECK_SEQUENCE = f"""
    before = ''; parked_from = '';
    FOR step IN SELECT e.* FROM {STORY} ORDER BY e.effective_on, e.position LOOP
        IF step.is_reported_state THEN
            IF before <> '' THEN {refuse("idea_event_reported_state")} END IF;
        ELSIF NOT (
            (before = '' AND step.state = '{IDEA_INITIAL_STATE}')
            OR (before || '>' || step.state) IN ({TRANSITIONS})
            OR (before = '{IdeaState.PARKED}' AND step.state = parked_from)
            OR (before = step.state AND step.corrects_id IS NOT NULL)
        ) THEN
            IF NEW.corrects_id IS NOT NULL THEN {refuse("idea_event_story_consistent")} END IF;
            {refuse("idea_event_transition")}
        END IF;
        IF step.state = '{IdeaState.PARKED}' AND before <> step.state THEN parked_from = before; END IF;
        before = step.state;
        latest = step;
    END LOOP;
    IF latest.state <> '{IdeaState.SPLIT}' AND EXISTS (
        SELECT 1 FROM prototypes_lineage l WHERE l.parent_id = NEW.idea_id AND l.kind = 'split') THEN
        {refuse("idea_split_stays")}
    END IF;
"""
# The parts of a split idea keep its acceptance date, or that of the idea it was split from.
SPLIT_IDEA_ACCEPTED_ON = """(SELECT MIN(split_idea.accepted_on) FROM prototypes_lineage l
    JOIN prototypes_idea split_idea ON split_idea.id = l.parent_id WHERE l.child_id = {idea} AND l.kind = 'split')"""
UPDATE_PARTS = f"""
    FOR part IN
        WITH RECURSIVE parts AS (
            SELECT l.child_id AS id, 1 AS depth FROM prototypes_lineage l WHERE l.kind = 'split' AND {{start}}
            UNION SELECT l.child_id, p.depth + 1 FROM prototypes_lineage l JOIN parts p ON p.id = l.parent_id
            WHERE l.kind = 'split')
        SELECT id FROM parts GROUP BY id ORDER BY MAX(depth)
    LOOP
        UPDATE prototypes_idea i SET accepted_on = LEAST({SPLIT_IDEA_ACCEPTED_ON.format(idea="part")}, (
            SELECT MIN(e.effective_on) FROM prototypes_ideaevent e WHERE e.idea_id = part AND e.state = 'accepted'
            AND NOT EXISTS (SELECT 1 FROM prototypes_ideaevent later WHERE later.corrects_id = e.id)))
        WHERE i.id = part AND i.accepted_on IS NOT NULL;
    END LOOP;
"""
UPDATE_IDEA = f"""
    UPDATE prototypes_idea SET
        state = latest.state, state_since = latest.effective_on, state_precision = latest.precision,
        state_label = latest.state_label, merged_into_id = latest.merged_into_id,
        last_update_on = GREATEST(last_update_on, NEW.recorded_on),
        (accepted_on, reached_test_on, implemented_on) = (
            SELECT CASE WHEN bool_or(e.state = 'accepted')
                   THEN LEAST(MIN(e.effective_on) FILTER (WHERE e.state = 'accepted'),
                              {SPLIT_IDEA_ACCEPTED_ON.format(idea="NEW.idea_id")}) END,
                   MIN(e.effective_on) FILTER (WHERE e.state = 'testing'),
                   MIN(e.effective_on) FILTER (WHERE e.state = 'implemented')
            FROM {STORY})
    WHERE id = NEW.idea_id;
    IF NEW.corrects_id IS NOT NULL THEN {UPDATE_PARTS.format(start="l.parent_id = NEW.idea_id")} END IF;
    RETURN NULL;
"""
NO_CYCLE = f"""
    PERFORM pg_advisory_xact_lock(hashtext('prototypes_lineage'));
    WITH RECURSIVE leads(id, next) AS (
        SELECT l.parent_id, l.child_id FROM prototypes_lineage l
        UNION ALL SELECT i.id, i.merged_into_id FROM prototypes_idea i WHERE i.merged_into_id IS NOT NULL
    ), onward AS (SELECT NEW.child_id AS id UNION SELECT n.next FROM leads n JOIN onward o ON o.id = n.id)
    SELECT array_agg(id) INTO reachable FROM onward;
    IF NEW.parent_id = ANY(reachable) THEN {refuse("lineage_no_cycle")} END IF;
"""
ORIGIN = f"""
    SELECT i.* INTO parent FROM prototypes_idea i WHERE i.id = NEW.parent_id FOR NO KEY UPDATE;
    SELECT i.* INTO child FROM prototypes_idea i WHERE i.id = NEW.child_id;
    IF NEW.kind = 'split' THEN
        IF parent.cohort_id <> child.cohort_id THEN {refuse("lineage_split_at_home")} END IF;
        IF parent.state <> '{IdeaState.SPLIT}' THEN {refuse("lineage_split_ended")} END IF;
    ELSE
        IF parent.cohort_id = child.cohort_id THEN {refuse("lineage_reuse_elsewhere")} END IF;
        IF NOT (parent.shared_with_edition OR parent.retrospective) THEN {refuse("lineage_reuse_shared")} END IF;
        IF EXISTS (SELECT 1 FROM prototypes_implementation m JOIN cohorts_cohort c ON c.authority_id = m.authority_id
                   WHERE m.idea_id = parent.id AND c.id = child.cohort_id AND m.kind = 'replication'
                   AND m.state IN ('planned', {sql_list(CURRENTLY_LIVE)})) THEN
            {refuse("lineage_reuse_once")}
        END IF;
    END IF;
    RETURN NEW;
"""

# The state of the event that belongs to an implementation `m` in the own authority of the idea.
EVENT_STATE = f"CASE m.scope WHEN 'partial' THEN '{IdeaState.IMPLEMENTING}' ELSE '{IdeaState.IMPLEMENTED}' END"
LIVE_AT_ORIGIN = f"""m.idea_id = NEW.idea_id AND m.kind = 'origin' AND NOT m.retrospective
    AND m.state IN ({sql_list(EVER_LIVE)})"""
CORRECTED_COLUMNS = """idea_id, authority_id, unit, scope, kind, state, ended_on, ended_precision, evidence, reason,
    retrospective, source"""
SYNC_IMPLEMENTATIONS = f"""
    IF NEW.corrects_id IS NULL OR NEW.is_reported_state THEN RETURN NULL; END IF;
    UPDATE prototypes_implementation m SET state = 'withdrawn',
        reason = CASE WHEN m.reason = '' THEN NEW.reason ELSE m.reason END
    WHERE {LIVE_AT_ORIGIN}
      AND {EVENT_STATE} = (SELECT named.state FROM prototypes_ideaevent named WHERE named.id = NEW.corrects_id)
      AND NOT EXISTS (SELECT 1 FROM {STORY} AND e.state = {EVENT_STATE});
    IF NEW.state = '{IdeaState.IMPLEMENTED}' THEN
        INSERT INTO prototypes_implementation ({CORRECTED_COLUMNS}, live_on, live_precision, created_on, corrects_id,
                                               correction_reason)
        SELECT {CORRECTED_COLUMNS}, NEW.effective_on, NEW.precision, NEW.recorded_on, first.id, NEW.reason
        FROM (SELECT m.* FROM prototypes_implementation m
              WHERE {LIVE_AT_ORIGIN} AND m.scope IN ({sql_list(COUNTED_SCOPES)}) ORDER BY m.live_on, m.id LIMIT 1) first
        WHERE (first.live_on, first.live_precision) IS DISTINCT FROM (NEW.effective_on, NEW.precision);
    END IF;
    RETURN NULL;
"""
# A correction has the idea, authority, kind and state of the row it corrects, which was live and is not corrected yet.
# That row is withdrawn first, so that no rule sees both.
REPLACE = f"""
    IF NEW.corrects_id IS NULL THEN RETURN NEW; END IF;
    SELECT m.* INTO named FROM prototypes_implementation m WHERE m.id = NEW.corrects_id FOR NO KEY UPDATE;
    IF named.state NOT IN ({sql_list(EVER_LIVE)}) OR (NEW.idea_id, NEW.authority_id, NEW.kind, NEW.state)
       IS DISTINCT FROM (named.idea_id, named.authority_id, named.kind, named.state) THEN
        {refuse("implementation_correction")}
    END IF;
    IF NEW.correction_reason = '' THEN {refuse("implementation_correction_reason")} END IF;
    UPDATE prototypes_implementation m SET state = 'withdrawn',
        reason = CASE WHEN m.reason = '' THEN NEW.correction_reason ELSE m.reason END
    WHERE m.id = named.id;
    RETURN NEW;
"""
# Rules of `Implementation`. Only other triggers withdraw a row: when its event, or the row itself, is corrected.
WITHDRAWN_WITHOUT_CORRECTION = f"""(
    TG_OP = 'UPDATE' AND pg_trigger_depth() < 2 AND OLD.state <> 'withdrawn' AND NEW.state = 'withdrawn'
    AND NEW.kind = 'origin' AND EXISTS (SELECT 1 FROM {STORY} AND e.state = {EVENT_STATE.replace("m.", "NEW.")}))"""
LIVE_FACTS = ["idea_id", "authority_id", "unit", "scope", "kind", "live_on", "live_precision", "evidence", "source"]


def is_new_or_changed(column: str) -> str:
    """Return the SQL condition, for a trigger, that a row is new or that this column changed; false for published
    facts.
    """
    return f"NOT NEW.retrospective AND (TG_OP = 'INSERT' OR NEW.{column} IS DISTINCT FROM OLD.{column})"


def changed(columns: Iterable[str]) -> str:
    """Return the SQL condition, for a trigger, that an UPDATE of a row changes one of these columns."""
    new, old = (", ".join(f"{side}.{column}" for column in columns) for side in ("NEW", "OLD"))
    return f"(TG_OP = 'UPDATE' AND ({new}) IS DISTINCT FROM ({old}))"


LIVE_CHANGED = f"""(OLD.state <> 'planned' AND {changed(LIVE_FACTS)})
    OR {changed(["corrects_id", "correction_reason"])}"""
END_CHANGED = f"""OLD.state IN ('discontinued', 'failed')
    AND {changed(["ended_on", "ended_precision", "reason"])}"""

# Where a cohort of the authority has reused the idea, that idea is followed instead, so that none counts twice.
REUSED_THERE = """TG_OP = 'INSERT' AND NEW.kind = 'replication' AND NOT NEW.retrospective AND EXISTS (
    SELECT 1 FROM prototypes_lineage l JOIN prototypes_idea i ON i.id = l.child_id
    JOIN cohorts_cohort c ON c.id = i.cohort_id
    WHERE l.parent_id = NEW.idea_id AND l.kind = 'reuse' AND c.authority_id = NEW.authority_id
    AND i.state NOT IN ('abandoned', 'merged'))"""
# The criterion of a test has changed if the previous locked test of the idea on the same measure had another one.
# Changes before the locking do not count. Accents (after decomposition), blanks and punctuation do not make another
# measure; PostgreSQL and Python read the pattern in the same way.
IGNORED_CHARACTERS = r"[\u0300-\u036f\u0001-\u0020\u00a0\u00ab\u00bb\u2000-\u206f\u3000!-#&-/:;?@\[-`{-~]"


def _folded(column: str) -> str:
    """Return SQL for the text of a column without capitals, accents, blanks and punctuation, so that spellings of one
    measure are equal.
    """
    return f"lower(regexp_replace(normalize({column}, NFKD), '{IGNORED_CHARACTERS}', '', 'g'))"


CRITERION_CHANGED_WITHOUT_REASON = f"""
    TG_OP = 'UPDATE' AND OLD.locked_at IS NULL AND NEW.locked_at IS NOT NULL AND NOT NEW.retrospective
    AND NEW.criterion_change_reason = '' AND EXISTS (
    SELECT 1 FROM (
        SELECT t.comparator, t.threshold FROM prototypes_trial t JOIN prototypes_prototype p ON p.id = t.prototype_id
        WHERE p.idea_id = (SELECT o.idea_id FROM prototypes_prototype o WHERE o.id = NEW.prototype_id)
        AND t.id <> NEW.id AND t.locked_at IS NOT NULL
        AND {_folded("t.measure")} = {_folded("NEW.measure")} AND {_folded("t.unit")} = {_folded("NEW.unit")}
        ORDER BY t.locked_at DESC, t.id DESC LIMIT 1) previous
    WHERE (previous.comparator, previous.threshold) IS DISTINCT FROM (NEW.comparator, NEW.threshold))"""


class OnInsert(pgtrigger.Trigger):
    """A trigger that runs its `sql` before a row is inserted."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert
    sql: str

    def get_func(self, model: models.Model) -> str:
        """Return the body of the trigger function in plpgsql: the `sql` of the class. `model` does not matter."""
        return self.sql


class IdeaNumber(OnInsert):
    """Gives an idea the next number of its cohort and its reference, under a lock of the row of the cohort."""

    declare = [("code", "text")]
    sql = NUMBER


class EventPosition(OnInsert):
    """Locks the idea, then sets the position of the event among those of one day.

    A correction takes the position of the event it corrects, which must be an earlier, uncorrected event of the same
    idea.
    """

    declare = [("named", "prototypes_ideaevent"), ("published", "boolean")]
    sql = POSITION


class EventEvidence(OnInsert):
    """Rule 5: `decided` needs a concluded test of the idea or a reason; `implemented` needs a live full or adapted
    implementation in its own authority, with date and evidence. Published facts are exempt.
    """

    sql = EVIDENCE


class EventMerge(OnInsert):
    """Rule 10: an idea merges into another one of its edition, and merges form no cycle.

    The row of the edition is locked, so that two concurrent merges cannot form a cycle.
    """

    declare = [("own", "bigint"), ("reachable", "bigint[]")]
    sql = MERGE


class EventSequence(OnInsert):
    """Rule 4: the uncorrected events must form a valid sequence; the derived columns of the idea then follow it.

    A new event comes after all others; only a correction may fall between them, or repeat the current state.
    """

    when = pgtrigger.After
    declare = [
        ("step", "prototypes_ideaevent"),
        ("latest", "prototypes_ideaevent"),
        ("before", "text"),
        ("parked_from", "text"),
        ("part", "bigint"),
    ]
    sql = DATES + CHECK_SEQUENCE + UPDATE_IDEA


class EventImplementations(OnInsert):
    """Rule 5 after a correction: withdraws implementations whose event never happened, and corrects their day by a new
    row.

    Nothing is deleted or overwritten.
    """

    when = pgtrigger.After
    sql = SYNC_IMPLEMENTATIONS


class ImplementationReplaced(OnInsert):
    """Withdraws the implementation that a new row corrects, and refuses corrections that are not allowed."""

    declare = [("named", "prototypes_implementation")]
    sql = REPLACE


class IdeaUpdate(pgtrigger.Trigger):
    """Moves the last update of an idea to the day of work on it.

    `days` are the date columns of the row, `idea` is the SQL that finds its idea.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, *, name: str, days: Iterable[str], idea: str) -> None:
        """Create the trigger; `days` are date columns of the row, `idea` is SQL that finds the key of its idea."""
        self.days, self.idea = ", ".join(f"NEW.{day}" for day in days), idea
        super().__init__(name=name)

    def get_func(self, model: models.Model) -> str:
        """Return the body of the trigger function: it sets the idea's last update to the latest of the days, but never
        to an earlier one.
        """
        return f"""
            UPDATE prototypes_idea SET last_update_on = GREATEST(last_update_on, {self.days})
            WHERE id = ({self.idea}) AND GREATEST({self.days}) > COALESCE(last_update_on, '-infinity');
            RETURN NULL;
        """


class LineageRules(OnInsert):
    """Rule 10 for origins: no cycle; parts stay in their cohort and belong to a split idea; only shared or published
    ideas are reused, in other cohorts, and not where a replication is already followed.

    One lock covers all rows, so that two concurrent inserts cannot form a cycle; they are rare.
    """

    declare = [("parent", "prototypes_idea"), ("child", "prototypes_idea"), ("reachable", "bigint[]")]
    sql = NO_CYCLE + ORIGIN


class LineageClock(OnInsert):
    """Gives the parts of a split idea its acceptance date."""

    when = pgtrigger.After
    declare = [("part", "bigint")]
    sql = UPDATE_PARTS.format(start="l.id = NEW.id") + "RETURN NULL;"

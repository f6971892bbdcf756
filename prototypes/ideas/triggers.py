"""Triggers of this app's own: how ideas are numbered, and the rules of an idea's story (rules 4, 5 and 10).

None reads a clock: `recorded_on` and `recorded_at` come from the action.
"""

from collections.abc import Iterable

import pgtrigger
from django.db import models

from prototypes.enums import BEEN_LIVE, COUNTED_SCOPES, IDEA_BORN, IDEA_TRANSITIONS, STANDING, IdeaState
from web.database.triggers import refuse


def listed(values: Iterable[str]) -> str:
    """SQL's list of strings."""
    return ", ".join(f"'{value}'" for value in values)


TRANSITIONS = listed(f"{before}>{after}" for before, targets in IDEA_TRANSITIONS.items() for after in targets)
STORY = """prototypes_ideaevent e WHERE e.idea_id = NEW.idea_id
    AND NOT EXISTS (SELECT 1 FROM prototypes_ideaevent later WHERE later.corrects_id = e.id)"""

# The cohort a row works in, from its idea.
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
PLACE = f"""
    SELECT i.retrospective INTO published FROM prototypes_idea i WHERE i.id = NEW.idea_id FOR NO KEY UPDATE;
    IF published <> NEW.known_as THEN {refuse("idea_event_known_as")} END IF;
    NEW.place = NEW.id;
    IF NEW.corrects_id IS NOT NULL THEN
        SELECT e.* INTO named FROM {STORY} AND e.id = NEW.corrects_id AND e.recorded_at <= NEW.recorded_at;
        IF named.id IS NULL OR NEW.reason = '' THEN {refuse("idea_event_correction")} END IF;
        NEW.place = named.place;
    END IF;
    RETURN NEW;
"""
EVIDENCE = f"""
    IF NEW.known_as THEN RETURN NEW; END IF;
    IF NEW.state = 'decided' AND NEW.reason = '' AND NOT EXISTS (
        SELECT 1 FROM prototypes_trial t JOIN prototypes_prototype p ON p.id = t.prototype_id
        WHERE p.idea_id = NEW.idea_id AND t.state = 'concluded') THEN
        {refuse("idea_event_decided_on_what")}
    END IF;
    IF NEW.state = 'implemented' AND NOT EXISTS (
        SELECT 1 FROM prototypes_implementation m WHERE m.idea_id = NEW.idea_id AND m.kind = 'origin'
        AND m.state IN ({listed(STANDING)}) AND m.scope IN ({listed(COUNTED_SCOPES)})
        AND m.live_on IS NOT NULL AND m.evidence <> '') THEN
        {refuse("idea_event_implemented_shown")}
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
    SELECT array_agg(id) INTO met FROM onward;
    IF NEW.idea_id = ANY(met) THEN {refuse("idea_merge_no_cycle")} END IF;
    RETURN NEW;
"""
DATES = f"""
    IF NOT NEW.known_as AND NEW.effective_on < (
        SELECT c.actual_start FROM prototypes_idea i JOIN cohorts_cohort c ON c.id = i.cohort_id
        WHERE i.id = NEW.idea_id) THEN
        {refuse("idea_event_after_start")}
    END IF;
    IF NOT NEW.known_as AND NEW.corrects_id IS NULL
       AND EXISTS (SELECT 1 FROM {STORY} AND e.effective_on > NEW.effective_on) THEN
        {refuse("idea_event_in_order")}
    END IF;
"""
# `aside` is the state an idea was parked in.
WALK = f"""
    before = ''; aside = '';
    FOR step IN SELECT e.* FROM {STORY} ORDER BY e.effective_on, e.place LOOP
        IF step.known_as THEN
            IF before <> '' THEN {refuse("idea_event_known_as")} END IF;
        ELSIF NOT (
            (before = '' AND step.state = '{IDEA_BORN}')
            OR (before || '>' || step.state) IN ({TRANSITIONS})
            OR (before = '{IdeaState.PARKED}' AND step.state = aside)
            OR (before = step.state AND step.corrects_id IS NOT NULL)
        ) THEN
            IF NEW.corrects_id IS NOT NULL THEN {refuse("idea_event_story_holds")} END IF;
            {refuse("idea_event_transition")}
        END IF;
        IF step.state = '{IdeaState.PARKED}' AND before <> step.state THEN aside = before; END IF;
        before = step.state;
        shown = step;
    END LOOP;
    IF shown.state <> '{IdeaState.SPLIT}' AND EXISTS (
        SELECT 1 FROM prototypes_lineage l WHERE l.parent_id = NEW.idea_id AND l.kind = 'split') THEN
        {refuse("idea_split_stays")}
    END IF;
"""
# The parts of a split idea keep its clock: the first day it, or what it was split from, was accepted.
OF_THE_WHOLE = """(SELECT MIN(whole.accepted_on) FROM prototypes_lineage l
    JOIN prototypes_idea whole ON whole.id = l.parent_id WHERE l.child_id = {idea} AND l.kind = 'split')"""
PARTS_FOLLOW = f"""
    FOR part IN
        WITH RECURSIVE parts AS (
            SELECT l.child_id AS id, 1 AS depth FROM prototypes_lineage l WHERE l.kind = 'split' AND {{start}}
            UNION SELECT l.child_id, p.depth + 1 FROM prototypes_lineage l JOIN parts p ON p.id = l.parent_id
            WHERE l.kind = 'split')
        SELECT id FROM parts GROUP BY id ORDER BY MAX(depth)
    LOOP
        UPDATE prototypes_idea i SET accepted_on = LEAST({OF_THE_WHOLE.format(idea="part")}, (
            SELECT MIN(e.effective_on) FROM prototypes_ideaevent e WHERE e.idea_id = part AND e.state = 'accepted'
            AND NOT EXISTS (SELECT 1 FROM prototypes_ideaevent later WHERE later.corrects_id = e.id)))
        WHERE i.id = part AND i.accepted_on IS NOT NULL;
    END LOOP;
"""
KEEP = f"""
    UPDATE prototypes_idea SET
        state = shown.state, state_since = shown.effective_on, state_precision = shown.precision,
        state_label = shown.state_label, merged_into_id = shown.merged_into_id,
        last_sign_on = GREATEST(last_sign_on, NEW.recorded_on),
        (accepted_on, reached_test_on, implemented_on) = (
            SELECT CASE WHEN bool_or(e.state = 'accepted')
                   THEN LEAST(MIN(e.effective_on) FILTER (WHERE e.state = 'accepted'),
                              {OF_THE_WHOLE.format(idea="NEW.idea_id")}) END,
                   MIN(e.effective_on) FILTER (WHERE e.state = 'testing'),
                   MIN(e.effective_on) FILTER (WHERE e.state = 'implemented')
            FROM {STORY})
    WHERE id = NEW.idea_id;
    IF NEW.corrects_id IS NOT NULL THEN {PARTS_FOLLOW.format(start="l.parent_id = NEW.idea_id")} END IF;
    RETURN NULL;
"""
NO_CIRCLE = f"""
    PERFORM pg_advisory_xact_lock(hashtext('prototypes_lineage'));
    WITH RECURSIVE leads(id, next) AS (
        SELECT l.parent_id, l.child_id FROM prototypes_lineage l
        UNION ALL SELECT i.id, i.merged_into_id FROM prototypes_idea i WHERE i.merged_into_id IS NOT NULL
    ), onward AS (SELECT NEW.child_id AS id UNION SELECT n.next FROM leads n JOIN onward o ON o.id = n.id)
    SELECT array_agg(id) INTO met FROM onward;
    IF NEW.parent_id = ANY(met) THEN {refuse("lineage_no_cycle")} END IF;
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
                   AND m.state IN ('planned', {listed(STANDING)})) THEN
            {refuse("lineage_reuse_once")}
        END IF;
    END IF;
    RETURN NEW;
"""

# The event that tells of an implementation `m` where the idea was born.
TOLD_BY = f"CASE m.scope WHEN 'partial' THEN '{IdeaState.IMPLEMENTING}' ELSE '{IdeaState.IMPLEMENTED}' END"
BORN_HERE = f"""m.idea_id = NEW.idea_id AND m.kind = 'origin' AND NOT m.retrospective
    AND m.state IN ({listed(BEEN_LIVE)})"""
CORRECTED_COLUMNS = """idea_id, authority_id, unit, scope, kind, state, ended_on, ended_precision, evidence, reason,
    retrospective, source"""
FATE = f"""
    IF NEW.corrects_id IS NULL OR NEW.known_as THEN RETURN NULL; END IF;
    UPDATE prototypes_implementation m SET state = 'withdrawn',
        reason = CASE WHEN m.reason = '' THEN NEW.reason ELSE m.reason END
    WHERE {BORN_HERE}
      AND {TOLD_BY} = (SELECT named.state FROM prototypes_ideaevent named WHERE named.id = NEW.corrects_id)
      AND NOT EXISTS (SELECT 1 FROM {STORY} AND e.state = {TOLD_BY});
    IF NEW.state = '{IdeaState.IMPLEMENTED}' THEN
        INSERT INTO prototypes_implementation ({CORRECTED_COLUMNS}, live_on, live_precision, born_on, corrects_id,
                                               correction_reason)
        SELECT {CORRECTED_COLUMNS}, NEW.effective_on, NEW.precision, NEW.recorded_on, first.id, NEW.reason
        FROM (SELECT m.* FROM prototypes_implementation m
              WHERE {BORN_HERE} AND m.scope IN ({listed(COUNTED_SCOPES)}) ORDER BY m.live_on, m.id LIMIT 1) first
        WHERE (first.live_on, first.live_precision) IS DISTINCT FROM (NEW.effective_on, NEW.precision);
    END IF;
    RETURN NULL;
"""
# A row that corrects another is of the same idea, authority and kind, and in the state the other was in: what was live,
# and no correction names it yet. The other one is withdrawn first, so that no rule sees both.
REPLACE = f"""
    IF NEW.corrects_id IS NULL THEN RETURN NEW; END IF;
    SELECT m.* INTO named FROM prototypes_implementation m WHERE m.id = NEW.corrects_id FOR NO KEY UPDATE;
    IF named.state NOT IN ({listed(BEEN_LIVE)}) OR (NEW.idea_id, NEW.authority_id, NEW.kind, NEW.state)
       IS DISTINCT FROM (named.idea_id, named.authority_id, named.kind, named.state) THEN
        {refuse("implementation_correction")}
    END IF;
    IF NEW.correction_reason = '' THEN {refuse("implementation_correction_reason")} END IF;
    UPDATE prototypes_implementation m SET state = 'withdrawn',
        reason = CASE WHEN m.reason = '' THEN NEW.correction_reason ELSE m.reason END
    WHERE m.id = named.id;
    RETURN NEW;
"""
# Rules of `Implementation`. Only the correction of an event, or of the row itself, takes it back: other triggers do.
STILL_TOLD = f"""(TG_OP = 'UPDATE' AND pg_trigger_depth() < 2 AND OLD.state <> 'withdrawn' AND NEW.state = 'withdrawn'
    AND NEW.kind = 'origin' AND EXISTS (SELECT 1 FROM {STORY} AND e.state = {TOLD_BY.replace("m.", "NEW.")}))"""
LIVE_FACTS = ["idea_id", "authority_id", "unit", "scope", "kind", "live_on", "live_precision", "evidence", "source"]


def changed(columns: Iterable[str]) -> str:
    """SQL: an UPDATE gives one of these columns another value."""
    new, old = (", ".join(f"{side}.{column}" for column in columns) for side in ("NEW", "OLD"))
    return f"(TG_OP = 'UPDATE' AND ({new}) IS DISTINCT FROM ({old}))"


LIVE_CHANGED = f"""(OLD.state <> 'planned' AND {changed(LIVE_FACTS)})
    OR {changed(["corrects_id", "correction_reason"])}"""
END_CHANGED = f"""OLD.state IN ('discontinued', 'failed')
    AND {changed(["ended_on", "ended_precision", "reason"])}"""

# Where a cohort of the authority has taken the idea up, that idea is followed instead: nothing is live there twice.
REUSED_THERE = """TG_OP = 'INSERT' AND NEW.kind = 'replication' AND NOT NEW.retrospective AND EXISTS (
    SELECT 1 FROM prototypes_lineage l JOIN prototypes_idea i ON i.id = l.child_id
    JOIN cohorts_cohort c ON c.id = i.cohort_id
    WHERE l.parent_id = NEW.idea_id AND l.kind = 'reuse' AND c.authority_id = NEW.authority_id
    AND i.state NOT IN ('abandoned', 'merged'))"""
# The bar of a test is its criterion and threshold. It has moved where the idea's test locked before on the same measure
# had another one; what changes before the locking is no move: nothing was promised yet. Accents (once taken apart),
# blanks and punctuation make no other measure: the pattern means the same to PostgreSQL and Python.
PASSED_OVER = r"[\u0300-\u036f\u0001-\u0020\u00a0\u00ab\u00bb\u2000-\u206f\u3000!-#&-/:;?@\[-`{-~]"


def _folded(column: str) -> str:
    return f"lower(regexp_replace(normalize({column}, NFKD), '{PASSED_OVER}', '', 'g'))"


MOVED_BAR = f"""TG_OP = 'UPDATE' AND OLD.locked_at IS NULL AND NEW.locked_at IS NOT NULL AND NOT NEW.retrospective
    AND NEW.moved_because = '' AND EXISTS (
    SELECT 1 FROM (
        SELECT t.comparator, t.threshold FROM prototypes_trial t JOIN prototypes_prototype p ON p.id = t.prototype_id
        WHERE p.idea_id = (SELECT o.idea_id FROM prototypes_prototype o WHERE o.id = NEW.prototype_id)
        AND t.id <> NEW.id AND t.locked_at IS NOT NULL
        AND {_folded("t.measure")} = {_folded("NEW.measure")} AND {_folded("t.unit")} = {_folded("NEW.unit")}
        ORDER BY t.locked_at DESC, t.id DESC LIMIT 1) bar
    WHERE (bar.comparator, bar.threshold) IS DISTINCT FROM (NEW.comparator, NEW.threshold))"""


class OnInsert(pgtrigger.Trigger):
    """Runs SQL before a row goes in."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert
    sql: str

    def get_func(self, model: models.Model) -> str:
        return self.sql


class IdeaNumber(OnInsert):
    """Gives an idea the next number of its cohort, and its reference; the cohort's row is locked meanwhile."""

    declare = [("code", "text")]
    sql = NUMBER


class EventPlace(OnInsert):
    """Locks the idea, then gives the event its place among those of one day.

    A correction takes the place of the event it names: one of the same idea that still counts, recorded earlier.
    """

    declare = [("named", "prototypes_ideaevent"), ("published", "boolean")]
    sql = PLACE


class EventEvidence(OnInsert):
    """Rule 5: `decided` stands on a concluded test of the idea or on a written reason; `implemented` on a live full or
    adapted implementation, where the idea was born, with a date and evidence. Published facts are not bound."""

    sql = EVIDENCE


class EventMerge(OnInsert):
    """Rule 10: an idea merges into another of its edition, and following merges never leads back to it.

    The edition's row is locked, so that two merges cannot close a circle at once.
    """

    declare = [("own", "bigint"), ("met", "bigint[]")]
    sql = MERGE


class EventSequence(OnInsert):
    """Rule 4: the whole story of the events that count must hold; then the idea's kept columns follow it.

    A new event comes after all others; only a correction may fall between them, or repeat the state that then stands.
    """

    when = pgtrigger.After
    declare = [
        ("step", "prototypes_ideaevent"),
        ("shown", "prototypes_ideaevent"),
        ("before", "text"),
        ("aside", "text"),
        ("part", "bigint"),
    ]
    sql = DATES + WALK + KEEP


class EventFate(OnInsert):
    """Rule 5 after a correction: an implementation whose event never happened is withdrawn, one whose day was wrong
    is corrected by a new row with the right day. Nothing is deleted or overwritten."""

    when = pgtrigger.After
    sql = FATE


class ImplementationReplaced(OnInsert):
    """Withdraws the implementation that a new row corrects, and checks that the new row may do so."""

    declare = [("named", "prototypes_implementation")]
    sql = REPLACE


class WorkSign(pgtrigger.Trigger):
    """Work on a prototype or a test is a sign of life of its idea.

    `days` are the row's columns of dates, `idea` the SQL that finds its idea.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, *, name: str, days: Iterable[str], idea: str) -> None:
        self.days, self.idea = ", ".join(f"NEW.{day}" for day in days), idea
        super().__init__(name=name)

    def get_func(self, model: models.Model) -> str:
        return f"""
            UPDATE prototypes_idea SET last_sign_on = GREATEST(last_sign_on, {self.days})
            WHERE id = ({self.idea}) AND GREATEST({self.days}) > COALESCE(last_sign_on, '-infinity');
            RETURN NULL;
        """


class LineageOrigin(OnInsert):
    """Rule 10 for where ideas come from: no circle; parts stay in their cohort and only a split idea has any; only
    what is shared or published is taken up, elsewhere, and never what is followed there as a replication already.

    One lock for all rows, so that two of them cannot close a circle at once: they are rare.
    """

    declare = [("parent", "prototypes_idea"), ("child", "prototypes_idea"), ("met", "bigint[]")]
    sql = NO_CIRCLE + ORIGIN


class LineageClock(OnInsert):
    """The parts of a split idea keep its clock."""

    when = pgtrigger.After
    declare = [("part", "bigint")]
    sql = PARTS_FOLLOW.format(start="l.id = NEW.id") + "RETURN NULL;"

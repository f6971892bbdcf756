"""Database triggers of corrections: a concluded test changes only to the figures of its latest correction.

No trigger reads the current time.
"""

import pgtrigger
from django.db import models

from prototypes.ideas.triggers import OnInsert
from web.database.triggers import refuse

# The figures of a concluded test change only by a correction: the new columns equal those of the latest correction.
FIGURES_CORRECTED = """EXISTS (
    SELECT 1 FROM (SELECT c.after FROM prototypes_trialcorrection c WHERE c.trial_id = NEW.id
                   ORDER BY c.id DESC LIMIT 1) latest
    WHERE ROW(NEW.concluded_on, NEW.held_on, NEW.participants, NEW.successes, NEW.observed_value, NEW.result,
              NEW.contradiction_reason) IS NOT DISTINCT FROM
          ROW(OLD.concluded_on, (latest.after ->> 'held_on')::date, (latest.after ->> 'participants')::int,
              (latest.after ->> 'successes')::int, (latest.after ->> 'observed_value')::numeric,
              latest.after ->> 'result', latest.after ->> 'contradiction_reason'))"""


def groups_of_concluded_test(row: str) -> str:
    """Return SQL that reads, for a group of participants, whether its test is concluded and what its latest correction
    says of it.

    It sets the variables concluded, counted (the group's number in the correction) and corrected. `row` is the SQL name
    of the group, "NEW" or "OLD".
    """
    return f"""
        SELECT t.state = 'concluded' AND NOT t.retrospective, (
            SELECT c.after -> 'groups' ->> {row}.segment FROM prototypes_trialcorrection c WHERE c.trial_id = t.id
            ORDER BY c.id DESC LIMIT 1), EXISTS (
            SELECT 1 FROM prototypes_trialcorrection c WHERE c.trial_id = t.id)
        INTO concluded, counted, corrected FROM prototypes_trial t WHERE t.id = {row}.trial_id;"""


RECORD_CORRECTION = f"""
    SELECT t.* INTO test FROM prototypes_trial t WHERE t.id = NEW.trial_id FOR NO KEY UPDATE;
    IF test.state <> 'concluded' OR test.retrospective THEN {refuse("trial_correction_concluded")} END IF;
    NEW.before = jsonb_build_object(
        'held_on', test.held_on, 'participants', test.participants, 'successes', test.successes,
        'observed_value', trim_scale(test.observed_value)::text, 'result', test.result,
        'contradiction_reason', test.contradiction_reason,
        'groups', (SELECT COALESCE(jsonb_object_agg(g.segment, g.count), '{{}}') FROM prototypes_participantgroup g
                   WHERE g.trial_id = NEW.trial_id));
    IF (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(NEW.after) k) IS DISTINCT FROM
       (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(NEW.before) k) THEN
        {refuse("trial_correction_complete")}
    END IF;
    IF NEW.after = NEW.before THEN {refuse("trial_correction_changes")} END IF;
    RETURN NEW;
"""
APPLY_CORRECTION = f"""
    DELETE FROM prototypes_participantgroup g
    WHERE g.trial_id = NEW.trial_id AND (NEW.after -> 'groups' ->> g.segment) IS DISTINCT FROM g.count::text;
    UPDATE prototypes_trial SET
        held_on = (NEW.after ->> 'held_on')::date, participants = (NEW.after ->> 'participants')::int,
        successes = (NEW.after ->> 'successes')::int, observed_value = (NEW.after ->> 'observed_value')::numeric,
        result = NEW.after ->> 'result', contradiction_reason = NEW.after ->> 'contradiction_reason'
    WHERE id = NEW.trial_id;
    INSERT INTO prototypes_participantgroup (trial_id, segment, count)
    SELECT NEW.trial_id, one.key, one.value::int FROM jsonb_each_text(NEW.after -> 'groups') one
    WHERE NOT EXISTS (SELECT 1 FROM prototypes_participantgroup g
                      WHERE g.trial_id = NEW.trial_id AND g.segment = one.key);
    IF (SELECT SUM(g.count) FROM prototypes_participantgroup g WHERE g.trial_id = NEW.trial_id)
       > (NEW.after ->> 'participants')::int THEN {refuse("participant_groups_fit")} END IF;
    RETURN NULL;
"""


class CorrectionRecorded(OnInsert):
    """Rule 6 after the conclusion: a correction names every figure of a concluded test and changes at least one.

    The row of the test is locked, and `before` is set to its current figures.
    """

    declare = [("test", "prototypes_trial")]
    sql = RECORD_CORRECTION


class CorrectionApplied(OnInsert):
    """Writes the figures of a correction to its test; the rules of tests are checked again."""

    when = pgtrigger.After
    sql = APPLY_CORRECTION


class GroupsFrozen(pgtrigger.Trigger):
    """Refuses changes to the groups of a concluded test other than by a correction."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("concluded", "boolean"), ("counted", "text"), ("corrected", "boolean")]

    def get_func(self, model: models.Model) -> str:
        """Return the body of the trigger function in plpgsql. `model` does not matter."""
        return f"""
            IF TG_OP <> 'INSERT' THEN
                {groups_of_concluded_test("OLD")}
                IF concluded AND (NOT corrected OR counted IS NOT DISTINCT FROM OLD.count::text) THEN
                    {refuse(str(self.name))}
                END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            {groups_of_concluded_test("NEW")}
            IF concluded AND counted IS DISTINCT FROM NEW.count::text THEN {refuse(str(self.name))} END IF;
            RETURN NEW;
        """

"""Triggers of sessions and their days: the design team in one cohort a day, spans, and days named in e-mails."""

from typing import Any

import pgtrigger
from django.db import models

from cohorts.sessions.enums import EMAIL_EVENT_KINDS
from web.database.triggers import Rule, refuse

# True where e-mails are planned for the days under this version, so that other days need a higher version.
EMAILS_PLANNED_SQL = f"""EXISTS (
    SELECT 1 FROM notifications_reminder r JOIN cohorts_session s ON s.id = {{session}}
    WHERE r.kind IN ({", ".join(f"'{kind.value}'" for kind in EMAIL_EVENT_KINDS)}) AND r.object_id = s.id
    AND r.event_day IS NOT NULL AND r.version >= {{version}})"""
OBSERVED_SQL = "('present', 'partial', 'absent')"
ON_SITE_SQL = "('expected', 'present', 'partial')"
OFF_SQL = "('postponed', 'cancelled')"

# The shared locks keep the day and its session unchanged until this row is written.
SELECT_DAY_SQL = """
    SELECT d.date, s.state, s.cohort_id, s.retrospective INTO on_day, session_state, in_cohort, published
    FROM cohorts_sessionday d JOIN cohorts_session s ON s.id = d.session_id WHERE d.id = NEW.day_id FOR SHARE OF d, s;
"""
DAY_VARIABLES = [("on_day", "date"), ("session_state", "text"), ("in_cohort", "bigint"), ("published", "boolean")]

SELECT_SESSION_SQL = """
    SELECT s.cohort_id, s.retrospective, s.state INTO in_cohort, published, session_state
    FROM cohorts_session s WHERE s.id = NEW.session_id FOR NO KEY UPDATE;
"""
SESSION_VARIABLES = [("in_cohort", "bigint"), ("published", "boolean"), ("session_state", "text")]

# {here} selects who (user_id, role) would be on site on which day (on_date). Only people who are residents somewhere
# are locked: person by person and day by day, always in the same order, so that of two transactions that put one
# person in two places the second waits, and sees the first.
LOCK_DESIGN_TEAM_SQL = """
    PERFORM pg_advisory_xact_lock(hashtextextended('on site ' || held.user_id || ' ' || held.on_date, 0)) FROM (
        SELECT DISTINCT here.on_date, here.user_id FROM ({here}) AS here
        WHERE EXISTS (SELECT 1 FROM cohorts_membership r WHERE r.user_id = here.user_id AND r.role = 'resident')
        ORDER BY 1, 2) AS held;
"""
ON_SITE_ELSEWHERE_SQL = """EXISTS (
    SELECT 1 FROM ({here}) AS here
    JOIN cohorts_membership m ON m.user_id = here.user_id AND m.cohort_id <> {cohort}
    JOIN cohorts_attendance a ON a.member_id = m.id AND a.status IN ('expected', 'present', 'partial')
    JOIN cohorts_sessionday d ON d.id = a.day_id AND d.date = here.on_date
    JOIN cohorts_session s ON s.id = d.session_id AND s.state NOT IN ('postponed', 'cancelled') AND NOT s.retrospective
    WHERE 'resident' IN (m.role, here.role))"""


def one_cohort_a_day(name: str, *, here: str, cohort: str, unless: str, look_up: str = "", **kwargs: Any) -> Rule:
    """Return the database rule, named `name`, that keeps a resident from being on site in two cohorts on one day.

    `here` is SQL for who would be on site on which day, `cohort` for the cohort, `unless` for when the rule does not
    apply; `look_up` sets the variables that they use. `kwargs` are further arguments of `Rule`.
    """
    return Rule(
        name=name,
        rule="design_team_one_place",
        before=f"{look_up} IF {unless} THEN RETURN NEW; END IF; {LOCK_DESIGN_TEAM_SQL.format(here=here)}",
        broken=ON_SITE_ELSEWHERE_SQL.format(here=here, cohort=cohort),
        **kwargs,
    )


class SessionSpanTrigger(pgtrigger.Trigger):
    """Trigger on session days: it keeps the session's first and last day up to date after a change.

    It refuses to delete the only day of a scheduled, held or reported session.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("of_session", "bigint")]

    def get_func(self, model: models.Model) -> str:
        """Return the body of the trigger's function in PL/pgSQL; it is the same for every `model`."""
        return f"""
            IF TG_OP = 'DELETE' THEN of_session := OLD.session_id; ELSE of_session := NEW.session_id; END IF;
            UPDATE cohorts_session SET version = version WHERE id = of_session;
            IF TG_OP = 'DELETE'
               AND EXISTS (SELECT 1 FROM cohorts_session s WHERE s.id = of_session AND NOT s.retrospective
                           AND s.state IN ('scheduled', 'held', 'reported'))
               AND NOT EXISTS (SELECT 1 FROM cohorts_sessionday d WHERE d.session_id = of_session) THEN
                {refuse("session_scheduled_has_days")}
            END IF;
            RETURN NULL;
        """

"""How the database checks, when an exchange moves, that nobody hosts again before another cohort has hosted.

Its turn is judged as if it was given on the new day; other turns only where the move puts them out of order.
"""

# Lock the edition as giving a turn does: of two exchanges that move at once the second sees the first.
LOCK_THE_EDITION = """
    IF TG_OP = 'UPDATE' AND NEW.first_day IS DISTINCT FROM OLD.first_day THEN
        PERFORM 1 FROM programmes_edition e WHERE e.id = NEW.edition_id FOR NO KEY UPDATE;
    END IF;
"""


def _hosted(cohort: str, day: str) -> str:
    return f"(SELECT COUNT(*) FROM turns o WHERE o.cohort_id = {cohort} AND o.{day} < t.{day})"


MOVED_OUT_OF_TURN = f"""TG_OP = 'UPDATE' AND NEW.first_day IS DISTINCT FROM OLD.first_day AND NOT NEW.retrospective
    AND NEW.state <> 'cancelled' AND EXISTS (
    WITH turns AS (
        SELECT t.cohort_id, t.swap_reason, x.id AS exchange_id, x.first_day AS was,
            CASE WHEN x.id = NEW.id THEN NEW.first_day ELSE x.first_day END AS is_to_be
        FROM exchanges_hostturn t JOIN exchanges_exchange x ON x.id = t.exchange_id
        WHERE t.edition_id = NEW.edition_id AND x.state <> 'cancelled')
    SELECT 1 FROM turns t JOIN cohorts_cohort c ON c.edition_id = NEW.edition_id AND c.id <> t.cohort_id
    WHERE c.state = 'running' AND t.swap_reason = ''
    AND {_hosted("t.cohort_id", "is_to_be")} > {_hosted("c.id", "is_to_be")}
    AND (t.exchange_id = NEW.id OR {_hosted("t.cohort_id", "was")} <= {_hosted("c.id", "was")}))"""

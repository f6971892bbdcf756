"""SQL that checks, when an exchange moves, that no cohort hosts again before another has hosted.

The turn of the exchange is checked as if it were given on the new day; other turns are checked only if the move puts
them out of order.
"""

# Lock the edition, as giving a turn does, so that the second of two exchanges that move at once sees the first.
LOCK_THE_EDITION = """
    IF TG_OP = 'UPDATE' AND NEW.first_day IS DISTINCT FROM OLD.first_day THEN
        PERFORM 1 FROM programmes_edition e WHERE e.id = NEW.edition_id FOR NO KEY UPDATE;
    END IF;
"""


def _hosted(cohort: str, day: str) -> str:
    """Return an SQL expression that counts the turns of a cohort before the turn `t`, by the days in one column.

    `cohort` is an SQL expression of its key; `day` names the column: `was` for the days before the move, `is_to_be` for
    those after it.
    """
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

"""SQL of the rules of costs that compare a row with others."""

from typing import Final

# Whether a statement was issued, to a funder of the cohort or of its edition, for the day of the line.
STATED_PERIOD: Final = """EXISTS (
    SELECT 1 FROM cohorts_statement s
    JOIN cohorts_agreement a ON a.id = s.agreement_id
    JOIN cohorts_cohort c ON c.id = OLD.cohort_id
    WHERE OLD.day BETWEEN s.first_day AND s.last_day
      AND (a.cohort_id = c.id OR (a.cohort_id IS NULL AND a.edition_id = c.edition_id))
)"""

# Whether the corrected line is in the period of a statement that the correcting one is not in.
LEAVES_STATED_PERIOD: Final = """NEW.corrects_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM cohorts_budgetline l
    JOIN cohorts_cohort c ON c.id = l.cohort_id
    JOIN cohorts_agreement a ON a.cohort_id = c.id OR (a.cohort_id IS NULL AND a.edition_id = c.edition_id)
    JOIN cohorts_statement s ON s.agreement_id = a.id
    WHERE l.id = NEW.corrects_id AND l.day BETWEEN s.first_day AND s.last_day
      AND NEW.day NOT BETWEEN s.first_day AND s.last_day
)"""

# The highest sum of the other shares on any day of the agreement, over the cohorts it is about. It only rises on days
# on which an agreement starts. The edition is locked, so that two agreements cannot take the same percents.
SUM_OF_SHARES: Final = """
    PERFORM 1 FROM programmes_edition e WHERE e.id = NEW.edition_id FOR NO KEY UPDATE;
    SELECT COALESCE(MAX(total), 0) INTO highest FROM (
        SELECT (SELECT COALESCE(SUM(o.share), 0) FROM cohorts_agreement o
                WHERE o.edition_id = NEW.edition_id AND o.id <> COALESCE(NEW.id, 0)
                  AND (o.cohort_id IS NULL OR o.cohort_id = cohorts.key)
                  AND daterange(o.starts_on, o.ends_on, '[]') @> days.day) AS total
        FROM (SELECT NEW.starts_on AS day
              UNION SELECT a.starts_on FROM cohorts_agreement a
              WHERE a.edition_id = NEW.edition_id AND a.starts_on BETWEEN NEW.starts_on AND NEW.ends_on) AS days,
             (SELECT NEW.cohort_id AS key
              UNION SELECT a.cohort_id FROM cohorts_agreement a
              WHERE NEW.cohort_id IS NULL AND a.edition_id = NEW.edition_id) AS cohorts
    ) AS totals;
"""
AGREED_TO_100: Final = "NEW.share IS NOT NULL AND highest + NEW.share > 100"

# Whether another statement of the agreement that still counts has a day of this period.
STATEMENT_OVERLAPS: Final = """TG_OP = 'INSERT' AND EXISTS (
    SELECT 1 FROM cohorts_statement s
    WHERE s.agreement_id = NEW.agreement_id AND s.id <> COALESCE(NEW.id, 0)
      AND s.id IS DISTINCT FROM NEW.replaces_id
      AND NOT EXISTS (SELECT 1 FROM cohorts_statement r WHERE r.replaces_id = s.id)
      AND s.first_day <= NEW.last_day AND NEW.first_day <= s.last_day
)"""

# Whether the copies in the statement differ from its agreement, or what is due from its share.
NOT_AS_AGREED: Final = """(NEW.due <> ROUND(NEW.spent * NEW.share / 100, 2) OR NOT EXISTS (
    SELECT 1 FROM cohorts_agreement a
    JOIN cohorts_funder f ON f.id = a.funder_id
    JOIN programmes_edition e ON e.id = a.edition_id
    LEFT JOIN cohorts_cohort c ON c.id = a.cohort_id
    WHERE a.id = NEW.agreement_id
      AND (f.name, COALESCE(c.name, e.name), a.reference) = (NEW.funder_name, NEW.subject_name, NEW.reference)
      AND (a.share, a.amount) IS NOT DISTINCT FROM (NEW.share, NEW.amount)
))"""

# Whether the sums are not those of the lines.
WRONG_SUMS: Final = """NOT (NEW.planned, NEW.spent) = (
    SELECT COALESCE(SUM((line->>'euros')::numeric) FILTER (WHERE line->>'kind' = 'planned'), 0),
           COALESCE(SUM((line->>'euros')::numeric) FILTER (WHERE line->>'kind' = 'spent'), 0)
    FROM jsonb_array_elements(NEW.rows) AS line
)"""

# What other current statements of the same cohort or edition fund within this period. The edition is locked, so that no
# two statements fund the same euros. This is weaker than `funding.unfunded_amount`, which the action uses: statements
# on a longer period are left out here, because SQL would first have to count the costs of that period.
FUNDED_BY_OTHERS: Final = """
    PERFORM 1 FROM programmes_edition e JOIN cohorts_agreement a ON a.edition_id = e.id
        WHERE a.id = NEW.agreement_id FOR NO KEY UPDATE OF e;
    SELECT COALESCE(SUM(s.due), 0) INTO funded_by_others FROM cohorts_statement s
    JOIN cohorts_agreement other ON other.id = s.agreement_id
    JOIN cohorts_agreement own ON own.id = NEW.agreement_id
    WHERE other.edition_id = own.edition_id AND (own.cohort_id IS NULL OR other.cohort_id = own.cohort_id)
      AND s.id <> COALESCE(NEW.id, 0) AND s.id IS DISTINCT FROM NEW.replaces_id
      AND NOT EXISTS (SELECT 1 FROM cohorts_statement r WHERE r.replaces_id = s.id)
      AND s.first_day >= NEW.first_day AND s.last_day <= NEW.last_day;
"""
# A fixed amount pays only what is unfunded. Shares are not reduced: on any day they are at most 100 % together.
AMOUNT_ABOVE_UNFUNDED: Final = "NEW.share IS NULL AND NEW.due > GREATEST(NEW.spent - funded_by_others, 0)"

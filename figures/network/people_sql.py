"""The SQL that counts the people of the network: by circle over time, by months since cohorts began, and by cohort.

Days of several memberships of a person are merged as ranges, which takes PostgreSQL long; most people have a single
membership, and are counted without ranges.
"""

from typing import Final

from figures.network.people import CIRCLE_OF, NetworkCircle

ORDER: Final = list(NetworkCircle)
_CIRCLE = " ".join(f"WHEN '{role}' THEN {ORDER.index(circle)}" for role, circle in CIRCLE_OF.items())
IN_COHORTS: Final = "(%(ids)s::bigint[] IS NULL OR m.cohort_id = ANY(%(ids)s::bigint[]))"  # NULL: in all cohorts
MEMBERSHIPS: Final = f"""
    SELECT m.user_id AS person, m.cohort_id AS cohort, CASE m.role {_CIRCLE} END AS circle, m.starts_on, m.ends_on
    FROM cohorts_membership m WHERE {IN_COHORTS}
"""  # noqa: S608 - constants only

# Memberships of people who have one, added up in `single`; those of people with more, one by one, in `multiple`.
_MEMBERSHIPS_BY_PERSON: Final = """
WITH memberships AS NOT MATERIALIZED ({memberships}), people_with_several AS MATERIALIZED (
    SELECT person FROM memberships GROUP BY person HAVING COUNT(*) > 1
), single AS (
    SELECT circle, c.actual_start AS began, starts_on, ends_on, COUNT(*) AS people
    FROM memberships m LEFT JOIN cohorts_cohort c ON c.id = m.cohort
    WHERE NOT EXISTS (SELECT FROM people_with_several s WHERE s.person = m.person) GROUP BY 1, 2, 3, 4
), multiple AS (
    SELECT person, cohort, circle, c.actual_start AS began, starts_on, ends_on
    FROM memberships JOIN people_with_several USING (person) LEFT JOIN cohorts_cohort c ON c.id = cohort
)"""

# The days of each person in each circle, without those spent further in, as ranges: their ends are the changes. Days
# are rounded up to those the page shows: ends of months, the day of the figures and the one they are compared with.
_CHANGES: Final = """
spans AS (
    SELECT person, circle, range_agg(daterange(starts_on, ends_on, '[]')) AS days FROM multiple GROUP BY 1, 2
), innermost AS (
    SELECT circle, days - COALESCE(range_agg(days) OVER further_in, '{{}}') AS days
    FROM spans
    WINDOW further_in AS (PARTITION BY person ORDER BY circle ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), stretches AS (
    SELECT circle, unnest(days) AS days FROM innermost
), changes AS (
    SELECT circle, starts_on AS day, people FROM single
    UNION ALL SELECT circle, ends_on + 1, -people FROM single WHERE ends_on IS NOT NULL
    UNION ALL SELECT NULL, starts_on, people FROM single
    UNION ALL SELECT circle, lower(days), 1 FROM stretches
    UNION ALL SELECT circle, upper(days), -1 FROM stretches WHERE upper(days) IS NOT NULL
    UNION ALL SELECT NULL, MIN(lower(days)), 1 FROM spans GROUP BY person
)"""

# The days of each person in each cohort that began. Those who were there when it began are there at month 0; later
# changes count from the end of the month, counted from that day, in which they happened.
_GROWTH_BY_MONTHS: Final = """
stays AS (
    SELECT began, starts_on, ends_on + 1 AS until, people FROM single
    WHERE began <= %(as_of)s::date AND starts_on <= %(as_of)s::date
    UNION ALL SELECT began, lower(days), upper(days), 1 FROM (
        SELECT began, unnest(range_agg(daterange(starts_on, ends_on, '[]'))) AS days FROM multiple
        WHERE began <= %(as_of)s::date AND starts_on <= %(as_of)s::date GROUP BY began, cohort, person) AS merged
), moves AS (
    SELECT began, GREATEST(starts_on, began) AS day, people, 0 AS cohorts FROM stays
    WHERE until IS NULL OR until > began
    UNION ALL SELECT began, until, -people, 0 FROM stays WHERE until > began
    UNION ALL SELECT c.actual_start, c.actual_start, 0, COUNT(*) FROM cohorts_cohort c
    WHERE c.actual_start <= %(as_of)s::date
      AND c.id IN (SELECT cohort FROM memberships WHERE starts_on <= %(as_of)s::date) GROUP BY 1
), totals AS MATERIALIZED (
    SELECT began, day, SUM(people)::int AS people, SUM(cohorts)::int AS cohorts FROM moves GROUP BY 1, 2
), calendar AS (
    SELECT *, date_part('year', day)::int * 12 + date_part('month', day)::int
           - date_part('year', began)::int * 12 - date_part('month', began)::int AS passed,
           (date_part('year', %(as_of)s::date) * 12 + date_part('month', %(as_of)s::date))::int
           - date_part('year', began)::int * 12 - date_part('month', began)::int AS until
    FROM totals
), counted AS (
    SELECT people, cohorts, passed + (began + make_interval(months => passed) < day)::int AS months,
           until - (began + make_interval(months => until) > %(as_of)s::date)::int AS followed
    FROM calendar
)"""

# People active that day, by the day on which the earliest of their cohorts began.
_BEGINNINGS: Final = """
beginnings AS (
    SELECT began, people FROM single
    WHERE starts_on <= %(as_of)s::date AND (ends_on IS NULL OR ends_on >= %(as_of)s::date)
    UNION ALL SELECT MIN(began), 1 FROM multiple
    WHERE starts_on <= %(as_of)s::date AND (ends_on IS NULL OR ends_on >= %(as_of)s::date) GROUP BY person
)"""

PEOPLE_OVER_TIME: Final = f"""{_MEMBERSHIPS_BY_PERSON}, {_CHANGES}, {_GROWTH_BY_MONTHS}, {_BEGINNINGS}
SELECT 'change' AS kind, circle, NULL::int, SUM(people), NULL::bigint,
       LEAST(%(as_of)s::date, CASE WHEN day <= %(earlier)s::date THEN %(earlier)s::date END,
             (date_trunc('month', day) + interval '1 month - 1 day')::date)
FROM changes WHERE day <= %(as_of)s::date GROUP BY 2, 6
UNION ALL SELECT 'growth', followed, months, SUM(people), SUM(cohorts), NULL
FROM counted WHERE months <= followed GROUP BY followed, months
UNION ALL SELECT 'beginning', NULL, NULL, SUM(people), NULL, began FROM beginnings GROUP BY began
"""  # noqa: S608 - constants only

# People in each circle of each of the reader's own cohorts, and of all others together (without cohort); and those who
# left (without circle). To append to `PEOPLE_OVER_TIME`.
PEOPLE_BY_COHORT: Final = f"""
UNION ALL SELECT 'cohort', cohort_id, circle, COUNT(*), NULL, NULL FROM (
    SELECT CASE WHEN m.cohort_id = ANY(%(own)s::bigint[]) THEN m.cohort_id END AS cohort_id, m.user_id,
           MIN(CASE m.role {_CIRCLE} END)
               FILTER (WHERE m.ends_on IS NULL OR m.ends_on >= %(as_of)s::date) AS circle
    FROM cohorts_membership m WHERE {IN_COHORTS} AND m.starts_on <= %(as_of)s::date GROUP BY 1, 2
) AS people GROUP BY cohort_id, circle
"""  # noqa: S608 - constants only
